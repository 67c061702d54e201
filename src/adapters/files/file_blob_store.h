#pragma once

#include <filesystem>
#include <memory>

#include "ports/blob_store.h"

namespace calotype {

/// Blobs as files named by their hash, durable before they are acknowledged: the file is flushed, then linked to its
/// name, then the folder is flushed. Outlives its sources. Thread: any.
class FileBlobStore final : public BlobStore {
 public:
  struct Options {
    std::uint64_t reserve_bytes = 256 << 20;  ///< kept free on the file system: below it nothing is staged
    std::size_t threads = 16;                 ///< flushes of so many files are merged by the file system
    std::size_t queued = 1024;                ///< operations that wait or run; more are refused
    bool may_be_unnamed = true;               ///< false: as on a file system without O_TMPFILE
  };

  /// Opens the folder, or makes it; blocks. Throws: full, unavailable.
  explicit FileBlobStore(std::filesystem::path root) : FileBlobStore(std::move(root), Options()) {}
  FileBlobStore(std::filesystem::path root, Options options);
  ~FileBlobStore() override;

  Task<std::unique_ptr<StagedBlob>> stage(Context ctx) override;
  Task<SharedSource> open(Context ctx, ContentHash hash) override;
  Task<bool> remove(Context ctx, ContentHash hash) override;
  Task<BlobPage> list(Context ctx, std::optional<ContentHash> after, std::size_t most) override;
  Task<bool> remove_older(Context ctx, ContentHash hash, WallTime before) override;
  /// A full disk is no reason to throw: what is there can be read.
  Task<> check(Context ctx) override;

  /// Operations that wait or run.
  std::size_t load() const;

 private:
  struct Parts;
  class Staged;
  std::unique_ptr<Parts> parts_;
};

}  // namespace calotype
