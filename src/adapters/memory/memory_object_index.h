#pragma once

#include <map>
#include <mutex>
#include <utility>

#include "ports/object_index.h"

namespace calotype {

/// An ObjectIndex that lives as long as the process: for tests, and the model that other indexes are compared with. It
/// knows no buckets, so any will do. Thread: any.
class MemoryObjectIndex final : public ObjectIndex {
 public:
  Task<> add(Context ctx, Object object) override;
  Task<std::optional<Object>> find(Context ctx, BucketId bucket, std::string name) override;
  Task<bool> mark_deleted(Context ctx, BucketId bucket, std::string name, WallTime when) override;
  Task<bool> remove(Context ctx, BucketId bucket, std::string name) override;

 private:
  using Key = std::pair<BucketId, std::string>;

  std::mutex mutex_;
  std::map<Key, Object> objects_;  // guarded by mutex_
};

}  // namespace calotype
