#pragma once

#include <map>
#include <mutex>

#include "adapters/memory/memory_object_index.h"
#include "ports/upload_index.h"

namespace calotype {

/// An UploadIndex that lives as long as the process, beside its objects. It knows no buckets. Thread: any.
class MemoryUploadIndex final : public UploadIndex {
 public:
  explicit MemoryUploadIndex(MemoryObjectIndex& objects) : objects_(objects) {}

  Task<> begin(Context ctx, Upload upload, std::size_t most_open) override;
  Task<std::optional<Upload>> find(Context ctx, BucketId bucket, UploadId id) override;
  Task<> put_part(Context ctx, UploadId id, UploadPart part, std::uint64_t most_bytes) override;
  Task<std::vector<UploadPart>> parts(Context ctx, UploadId id) override;
  Task<bool> complete(Context ctx, UploadId id, Object object, AddTerms terms) override;
  Task<bool> abort(Context ctx, UploadId id) override;
  Task<std::size_t> forget(Context ctx, WallTime begun_before, std::size_t most) override;

 private:
  struct Kept {
    Upload upload;
    std::map<int, UploadPart> parts{};
  };
  Kept& open(UploadId id);

  MemoryObjectIndex& objects_;
  std::mutex mutex_;
  std::map<UploadId, Kept> uploads_;  // guarded by mutex_
};

}  // namespace calotype
