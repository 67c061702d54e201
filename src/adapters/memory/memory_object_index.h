#pragma once

#include <map>
#include <mutex>
#include <utility>

#include "adapters/memory/memory_event_outbox.h"
#include "adapters/memory/memory_purge_store.h"
#include "ports/object_index.h"

namespace calotype {

/// An ObjectIndex that lives as long as the process: for tests, and the model that other indexes are compared with. It
/// knows no buckets, so any will do. Thread: any.
class MemoryObjectIndex final : public ObjectIndex {
 public:
  /// Events go to `outbox` and purges to `purges`, which outlive this; null: nowhere.
  explicit MemoryObjectIndex(MemoryEventOutbox* outbox = nullptr, MemoryPurgeStore* purges = nullptr)
      : outbox_(outbox), purges_(purges) {}

  using ObjectIndex::add;
  Task<> add(Context ctx, Object object, AddTerms terms) override;
  Task<std::optional<Object>> find(Context ctx, BucketId bucket, std::string name) override;
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

  /// Whether there is any object of the bucket, deleted or not.
  bool holds_any(BucketId bucket);
  /// All objects of a tenant that leaves, at most so many; gives how many. Nobody is told.
  std::size_t clear(TenantId tenant, std::size_t most, WallTime when);

 private:
  using Key = std::pair<BucketId, std::string>;

  Object* live(BucketId bucket, const std::string& name, const std::optional<ContentHash>& only);
  void refuse_over_quota(const Object& added, const Quotas& quotas) const;
  template <class Picks>
  std::vector<Object> remove_all(Picks picks, std::size_t most, const char* event, WallTime when);
  void tell(const char* type, const Object& object, WallTime when, const std::string& data = {});

  void purge(const Object& object, Purge::Reason reason, WallTime when);

  MemoryEventOutbox* outbox_;
  MemoryPurgeStore* purges_;
  std::mutex mutex_;
  std::map<Key, Object> objects_;  // guarded by mutex_
};

}  // namespace calotype
