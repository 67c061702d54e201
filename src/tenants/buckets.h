#pragma once

#include <string>
#include <vector>

#include "core/clock.h"
#include "ports/catalog.h"

namespace calotype::tenants {

struct NewBucket {
  std::string name;    ///< its alias
  std::string region;  ///< may be empty
  bool serves_statics = false;
  std::int64_t max_age_seconds = 86'400;
};

/// What holds the objects of a domain. Thread: any.
class Buckets {
 public:
  Buckets(Catalog& catalog, const Clock& clock) : catalog_(catalog), clock_(clock) {}

  /// Throws: unprocessable with pointers, conflict (the name, in the whole installation), missing (the domain).
  Task<Bucket> add(Context ctx, Domain domain, NewBucket fields);
  Task<std::vector<Bucket>> list(Context ctx, Domain domain);
  /// By id or alias. Throws missing, also for another domain's.
  Task<Bucket> require(Context ctx, Domain domain, std::string id_or_alias);

 private:
  Catalog& catalog_;
  const Clock& clock_;
};

}  // namespace calotype::tenants
