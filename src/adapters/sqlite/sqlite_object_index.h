#pragma once

#include "ports/object_index.h"

namespace calotype {

class Database;

/// The ObjectIndex in a Database. Throws missing, too, where an object's bucket is not there or is another tenant's.
/// Thread: any.
class SqliteObjectIndex final : public ObjectIndex {
 public:
  explicit SqliteObjectIndex(Database& database) : database_(database) {}

  using ObjectIndex::add;
  Task<> add(Context ctx, Object object, AddTerms terms) override;
  Task<std::optional<Object>> find(Context ctx, BucketId bucket, std::string name) override;
  /// Looks at so many rows at the most: what hides in long runs of deleted ones comes on a later page.
  Task<ObjectPage> list(Context ctx, ListAsk ask) override;
  Task<bool> mark_deleted(Context ctx, BucketId bucket, std::string name, WallTime when,
                          std::optional<ContentHash> only = std::nullopt) override;
  Task<bool> remove(Context ctx, BucketId bucket, std::string name, WallTime when,
                    std::optional<ContentHash> only = std::nullopt) override;
  Task<Restored> restore(Context ctx, BucketId bucket, std::string name, WallTime when, WallTime deleted_after,
                         Quotas quotas = {}) override;
  Task<bool> set_metadata(Context ctx, BucketId bucket, std::string name, std::optional<WallTime> expires,
                          std::string user_metadata, WallTime when,
                          std::optional<ContentHash> only = std::nullopt) override;
  Task<bool> uncache(Context ctx, BucketId bucket, std::string name, WallTime when) override;
  Task<std::vector<Uncached>> uncache_some(Context ctx, BucketId bucket, std::string prefix, std::string after,
                                           std::size_t most) override;
  Task<std::vector<ObjectKey>> remove_expired(Context ctx, WallTime now, std::size_t most) override;
  Task<std::vector<ObjectKey>> remove_deleted(Context ctx, WallTime before, WallTime now, std::size_t most) override;

 private:
  Database& database_;
};

}  // namespace calotype
