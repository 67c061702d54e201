#pragma once

#include <string>
#include <vector>

#include "core/clock.h"
#include "ports/catalog.h"

namespace calotype::tenants {

/// URLs live in pages, mails and caches. An alias that a bucket gave up is nobody else's for so long, so that what they
/// point to is never another tenant's picture (ADR 8).
inline constexpr Seconds kAliasKept{90 * 86'400};

/// What holds the objects of a domain. Thread: any.
class Buckets {
 public:
  Buckets(Catalog& catalog, const Clock& clock) : catalog_(catalog), clock_(clock) {}

  /// `fields` has an alias; what else it leaves out has its default. Throws: unprocessable with pointers, conflict (the
  /// name, in the whole installation), missing (the domain).
  Task<Bucket> add(Context ctx, Domain domain, BucketChange fields);
  Task<std::vector<Bucket>> list(Context ctx, Domain domain);
  /// By id or alias. Throws missing, also for another domain's.
  Task<Bucket> require(Context ctx, Domain domain, std::string id_or_alias);
  /// Throws: unprocessable with pointers, conflict (the name), missing.
  Task<Bucket> change(Context ctx, Bucket bucket, BucketChange fields);
  /// Throws: conflict (code "not-empty") while it holds objects, also such as can be restored; missing.
  Task<> remove(Context ctx, Bucket bucket);

 private:
  /// Throws unprocessable; gives the fields in their one spelling.
  Task<BucketChange> checked(Context ctx, DomainId domain, BucketChange fields, std::string attempt);

  Catalog& catalog_;
  const Clock& clock_;
};

}  // namespace calotype::tenants
