#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "ports/rendition_store.h"

namespace calotype {

/// The second tier: renditions as files, as many as fit in a number of bytes, those used last. Nothing is flushed: what
/// a crash damages is told by its hash and dropped. What is on the disk is looked for in the background after the
/// start; until that is done, reads try the disk. Failures are counted, not thrown. Thread: any.
class FileRenditionStore final : public RenditionStore {
 public:
  struct Options {
    std::uint64_t capacity_bytes = std::uint64_t{10} << 30;  ///< of disk, files rounded up to blocks
    std::uint64_t reserve_bytes = 512 << 20;                 ///< kept free on the file system: the tier shrinks instead
    std::size_t threads = 4;
    std::size_t queued = 256;  ///< reads and writes that wait or run; more are misses, or not kept
  };

  /// Opens the folder, or makes it. Throws: full, unavailable.
  FileRenditionStore(std::filesystem::path root, Options options);
  ~FileRenditionStore() override;

  Task<std::optional<Rendition>> get(Context ctx, RenditionKey key) override;
  /// One that takes more than an eighth of the capacity is not kept.
  Task<> put(Context ctx, RenditionKey key, Rendition rendition) override;
  Task<std::vector<Relative>> relatives(Context ctx, Family family, std::size_t most) override;
  /// Durable when it returns. While it is not known what there is, looks for it on the disk.
  Task<std::size_t> remove(Context ctx, Family family) override;

  struct Counts {
    std::uint64_t bytes = 0;    ///< on the disk now
    std::uint64_t entries = 0;  ///< on the disk now
    std::uint64_t damaged = 0;  ///< dropped because they were not what was written
    std::uint64_t evicted = 0;
    std::uint64_t not_kept = 0;  ///< too large, no space, or a failure
    bool is_complete = false;    ///< what was there at the start is known
  };
  Counts counts() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace calotype
