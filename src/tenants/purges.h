#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "ports/catalog.h"
#include "ports/object_index.h"
#include "ports/purge_store.h"

namespace calotype::tenants {

/// What to purge: an object, a prefix or all of a bucket; or a rule of a domain; or all rules with a tag.
struct PurgeAsk {
  std::optional<std::string> bucket{};  ///< id or alias
  std::optional<std::string> object{};
  std::optional<std::string> prefix{};
  std::optional<std::string> domain{};  ///< id or name
  std::optional<std::string> rule{};    ///< id or name, without revision
  std::optional<std::string> tag{};
};

/// Purges that tenants ask for, and the receipts of all. Thread: any.
class Purges {
 public:
  Purges(PurgeStore& store, Catalog& catalog, ObjectIndex& index, const Clock& clock)
      : store_(store), catalog_(catalog), index_(index), clock_(clock) {}

  /// From its return on nothing from before is made the answer of a request here; what lies in the tiers goes soon
  /// after. Throws: unprocessable with pointers; missing.
  Task<Purge> ask(Context ctx, TenantId tenant, PurgeAsk ask);
  /// Throws missing.
  Task<Purge> require(Context ctx, TenantId tenant, std::string id);
  /// The latest first.
  Task<std::vector<Purge>> list(Context ctx, TenantId tenant, std::int64_t before, std::size_t most);
  /// The latest one of an object.
  Task<std::optional<Purge>> find_latest(Context ctx, BucketId bucket, std::string object);

 private:
  Task<Purge> ask_within_bucket(Context ctx, TenantId tenant, PurgeAsk ask);
  Task<Purge> ask_within_domain(Context ctx, TenantId tenant, PurgeAsk ask);
  Task<Purge> ask_of_tag(Context ctx, TenantId tenant, std::string tag);

  PurgeStore& store_;
  Catalog& catalog_;
  ObjectIndex& index_;
  const Clock& clock_;
};

}  // namespace calotype::tenants
