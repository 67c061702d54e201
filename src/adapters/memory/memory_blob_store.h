#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>

#include "core/bytes.h"
#include "ports/blob_store.h"

namespace calotype {

/// A BlobStore that lives as long as the process: for tests, and the model that other stores are compared with.
/// Thread: any.
class MemoryBlobStore final : public BlobStore {
 public:
  MemoryBlobStore();

  Task<std::unique_ptr<StagedBlob>> stage(Context ctx) override;
  Task<SharedSource> open(Context ctx, ContentHash hash) override;
  Task<bool> remove(Context ctx, ContentHash hash) override;
  Task<> check(Context ctx) override;

  /// How many blobs there are.
  std::size_t count() const;

 private:
  struct Shelf {
    mutable std::mutex mutex;
    std::unordered_map<ContentHash, Bytes> blobs;  // guarded by mutex
  };
  class Staged;

  /// Shared with staged blobs, which may outlive the store.
  std::shared_ptr<Shelf> shelf_;
};

}  // namespace calotype
