#pragma once

#include <mutex>
#include <vector>

#include "adapters/memory/memory_event_outbox.h"
#include "ports/purge_store.h"

namespace calotype {

/// A PurgeStore that lives as long as the process: for tests, and the model that others are compared with.
/// Thread: any.
class MemoryPurgeStore final : public PurgeStore {
 public:
  /// Events go to `outbox`, which outlives this; null: nowhere.
  explicit MemoryPurgeStore(MemoryEventOutbox* outbox = nullptr) : outbox_(outbox) {}

  /// What the other stores in memory call within their changes.
  void append(Purge purge);

  Task<> add(Context ctx, Purge purge) override;
  Task<std::optional<Purge>> find(Context ctx, TenantId tenant, PurgeId id) override;
  Task<std::optional<Purge>> find_latest(Context ctx, BucketId bucket, std::string name) override;
  Task<std::vector<Purge>> list(Context ctx, TenantId tenant, std::int64_t before, std::size_t most) override;
  Task<std::vector<Purge>> open(Context ctx, std::int64_t after, std::size_t most) override;
  Task<> note(Context ctx, std::vector<PurgeStep> steps, WallTime when) override;
  Task<std::size_t> forget(Context ctx, WallTime before, std::size_t most) override;

 private:
  MemoryEventOutbox* outbox_;
  std::mutex mutex_;
  // Guarded by mutex_.
  std::int64_t last_ = 0;
  std::vector<Purge> purges_;  // the first one first
};

}  // namespace calotype
