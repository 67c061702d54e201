#pragma once

#include "ports/purge_store.h"

namespace calotype {

class Database;

/// The PurgeStore in a Database. Thread: any.
class SqlitePurgeStore final : public PurgeStore {
 public:
  explicit SqlitePurgeStore(Database& database) : database_(database) {}

  Task<> add(Context ctx, Purge purge) override;
  Task<std::optional<Purge>> find(Context ctx, TenantId tenant, PurgeId id) override;
  Task<std::optional<Purge>> find_latest(Context ctx, BucketId bucket, std::string name) override;
  Task<std::vector<Purge>> list(Context ctx, TenantId tenant, std::int64_t before, std::size_t most) override;
  Task<std::vector<Purge>> open(Context ctx, std::int64_t after, std::size_t most) override;
  Task<> note(Context ctx, std::vector<PurgeStep> steps, WallTime when) override;
  Task<std::size_t> forget(Context ctx, WallTime before, std::size_t most) override;

 private:
  Database& database_;
};

}  // namespace calotype
