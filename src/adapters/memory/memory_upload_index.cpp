#include "adapters/memory/memory_upload_index.h"

#include <algorithm>

#include "core/error.h"

namespace calotype {

MemoryUploadIndex::Kept& MemoryUploadIndex::open(UploadId id) {
  const auto found = uploads_.find(id);
  if (found == uploads_.end() || found->second.upload.is_complete) {
    throw Error(Fault::missing, "find the upload: none of this id is under way");
  }
  return found->second;
}

Task<> MemoryUploadIndex::begin(Context, Upload upload, std::size_t most_open) {
  const std::lock_guard lock(mutex_);
  const auto is_open = [&](const auto& one) {
    return one.second.upload.tenant == upload.tenant && !one.second.upload.is_complete;
  };
  if (static_cast<std::size_t>(std::ranges::count_if(uploads_, is_open)) >= most_open) {
    throw Error(Fault::conflict, "begin an upload: the tenant has as many under way as it may", "too-many-uploads");
  }
  const auto id = upload.id;
  uploads_.insert_or_assign(id, Kept{.upload = std::move(upload)});
  co_return;
}

Task<std::optional<Upload>> MemoryUploadIndex::find(Context, BucketId bucket, UploadId id) {
  const std::lock_guard lock(mutex_);
  const auto found = uploads_.find(id);
  if (found == uploads_.end() || found->second.upload.bucket != bucket) co_return std::nullopt;
  co_return found->second.upload;
}

Task<> MemoryUploadIndex::put_part(Context, UploadId id, UploadPart part, std::uint64_t most_bytes) {
  const std::lock_guard lock(mutex_);
  auto& kept = open(id);
  auto size = part.size_bytes;
  for (const auto& [number, other] : kept.parts) {
    if (number != part.number) size += other.size_bytes;
  }
  if (size > most_bytes) throw Error(Fault::too_large, "store a part: the parts are too many bytes");
  kept.parts.insert_or_assign(part.number, part);
  co_return;
}

Task<std::vector<UploadPart>> MemoryUploadIndex::parts(Context, UploadId id) {
  const std::lock_guard lock(mutex_);
  std::vector<UploadPart> found;
  const auto upload = uploads_.find(id);
  if (upload == uploads_.end()) co_return found;
  for (const auto& [number, part] : upload->second.parts) found.push_back(part);
  co_return found;
}

Task<bool> MemoryUploadIndex::complete(Context ctx, UploadId id, Object object, AddTerms terms) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = uploads_.find(id);
    if (found == uploads_.end() || found->second.upload.is_complete) co_return false;
  }
  // Of two at once, the second finds the name taken.
  co_await objects_.add(ctx, std::move(object), terms);
  const std::lock_guard lock(mutex_);
  auto& kept = uploads_.at(id);
  kept.upload.is_complete = true;
  kept.parts.clear();
  co_return true;
}

Task<bool> MemoryUploadIndex::abort(Context, UploadId id) {
  const std::lock_guard lock(mutex_);
  const auto found = uploads_.find(id);
  if (found == uploads_.end() || found->second.upload.is_complete) co_return false;
  uploads_.erase(found);
  co_return true;
}

Task<std::size_t> MemoryUploadIndex::forget(Context, WallTime begun_before, std::size_t most) {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (auto at = uploads_.begin(); at != uploads_.end() && count < most;) {
    const bool goes = at->second.upload.created < begun_before;
    count += goes ? 1 : 0;
    at = goes ? uploads_.erase(at) : std::next(at);
  }
  co_return count;
}

}  // namespace calotype
