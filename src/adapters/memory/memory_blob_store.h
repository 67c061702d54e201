#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "core/bytes.h"
#include "core/clock.h"
#include "ports/blob_store.h"

namespace calotype {

/// A BlobStore that lives as long as the process: for tests, and the model that other stores are compared with.
/// Thread: any.
class MemoryBlobStore final : public BlobStore {
 public:
  /// By the system's clock.
  MemoryBlobStore();
  explicit MemoryBlobStore(const Clock& clock);

  Task<std::unique_ptr<StagedBlob>> stage(Context ctx) override;
  Task<SharedSource> open(Context ctx, ContentHash hash) override;
  Task<bool> remove(Context ctx, ContentHash hash) override;
  Task<BlobPage> list(Context ctx, std::optional<ContentHash> after, std::size_t most) override;
  Task<bool> remove_older(Context ctx, ContentHash hash, WallTime before) override;
  Task<> check(Context ctx) override;

  /// How many blobs there are.
  std::size_t count() const;

 private:
  struct Blob {
    Bytes bytes;
    WallTime touched;
  };
  struct Shelf {
    const Clock* clock = nullptr;
    mutable std::mutex mutex;
    std::map<ContentHash, Blob> blobs;  // guarded by mutex
  };
  class Staged;

  /// Shared with staged blobs, which may outlive the store.
  std::shared_ptr<Shelf> shelf_;
};

}  // namespace calotype
