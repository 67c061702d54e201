#include "adapters/memory/memory_blob_store.h"

#include <optional>
#include <string>

#include "adapters/memory/memory_source.h"
#include "core/error.h"

namespace calotype {

class MemoryBlobStore::Staged final : public StagedBlob {
 public:
  explicit Staged(std::shared_ptr<Shelf> shelf) : shelf_(std::move(shelf)) {}

  Task<> append(Context, std::span<const std::byte> bytes) override {
    if (result_) throw Error(Fault::internal, "append to a staged blob: it is finished");
    hasher_.add(bytes);
    text_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    co_return;
  }

  SharedSource contents() override { return std::make_shared<MemorySource>(Bytes::from(text_)); }

  Hasher::Result finish() override {
    if (!result_) result_ = hasher_.finish();
    return *result_;
  }

  Task<> commit(Context) override {
    if (!result_) throw Error(Fault::internal, "commit a staged blob: it is not finished");
    const std::lock_guard lock(shelf_->mutex);
    auto& blob =
        shelf_->blobs.try_emplace(result_->sha256, Blob{.bytes = Bytes::from(text_), .touched = {}}).first->second;
    blob.touched = shelf_->clock->now();
    co_return;
  }

 private:
  std::shared_ptr<Shelf> shelf_;
  std::string text_;
  Hasher hasher_;
  std::optional<Hasher::Result> result_;
};

namespace {

const SystemClock kSystemClock;

}  // namespace

MemoryBlobStore::MemoryBlobStore() : MemoryBlobStore(kSystemClock) {}

MemoryBlobStore::MemoryBlobStore(const Clock& clock) : shelf_(std::make_shared<Shelf>()) { shelf_->clock = &clock; }

Task<std::unique_ptr<StagedBlob>> MemoryBlobStore::stage(Context) { co_return std::make_unique<Staged>(shelf_); }

Task<SharedSource> MemoryBlobStore::open(Context, ContentHash hash) {
  const std::lock_guard lock(shelf_->mutex);
  const auto found = shelf_->blobs.find(hash);
  if (found == shelf_->blobs.end()) co_return nullptr;
  co_return std::make_shared<MemorySource>(found->second.bytes);
}

Task<bool> MemoryBlobStore::remove(Context, ContentHash hash) {
  const std::lock_guard lock(shelf_->mutex);
  const auto removed = shelf_->blobs.erase(hash);
  co_return removed > 0;
}

Task<BlobPage> MemoryBlobStore::list(Context, std::optional<ContentHash> after, std::size_t most) {
  const std::lock_guard lock(shelf_->mutex);
  BlobPage page;
  for (auto at = after ? shelf_->blobs.upper_bound(*after) : shelf_->blobs.begin(); at != shelf_->blobs.end(); ++at) {
    if (page.blobs.size() == most) {
      page.next = page.blobs.back().hash;
      break;
    }
    page.blobs.push_back({.hash = at->first, .touched = at->second.touched});
  }
  co_return page;
}

Task<bool> MemoryBlobStore::remove_older(Context, ContentHash hash, WallTime before) {
  const std::lock_guard lock(shelf_->mutex);
  const auto found = shelf_->blobs.find(hash);
  if (found == shelf_->blobs.end() || found->second.touched >= before) co_return false;
  shelf_->blobs.erase(found);
  co_return true;
}

Task<> MemoryBlobStore::check(Context) { co_return; }

std::size_t MemoryBlobStore::count() const {
  const std::lock_guard lock(shelf_->mutex);
  return shelf_->blobs.size();
}

}  // namespace calotype
