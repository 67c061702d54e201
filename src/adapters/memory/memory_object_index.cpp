#include "adapters/memory/memory_object_index.h"

#include "core/error.h"

namespace calotype {

Task<> MemoryObjectIndex::add(Context, Object object) {
  const std::lock_guard lock(mutex_);
  const Key key(object.bucket, object.name);
  const auto found = objects_.find(key);
  if (found != objects_.end() && !found->second.deleted) {
    throw Error(Fault::conflict, "add object: the name is taken");
  }
  objects_.insert_or_assign(key, std::move(object));
  co_return;
}

Task<std::optional<Object>> MemoryObjectIndex::find(Context, BucketId bucket, std::string name) {
  const std::lock_guard lock(mutex_);
  const auto found = objects_.find(Key(bucket, name));
  if (found == objects_.end() || found->second.deleted) co_return std::nullopt;
  co_return found->second;
}

Task<bool> MemoryObjectIndex::mark_deleted(Context, BucketId bucket, std::string name, WallTime when) {
  const std::lock_guard lock(mutex_);
  const auto found = objects_.find(Key(bucket, name));
  if (found == objects_.end() || found->second.deleted) co_return false;
  found->second.deleted = when;
  co_return true;
}

Task<bool> MemoryObjectIndex::remove(Context, BucketId bucket, std::string name) {
  const std::lock_guard lock(mutex_);
  const auto removed = objects_.erase(Key(bucket, name));
  co_return removed > 0;
}

}  // namespace calotype
