#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/digest.h"
#include "ports/byte_source.h"

namespace calotype {

/// A blob on its way in: invisible until committed; gone when it is destroyed before that, or when the process dies.
/// Thread: one at a time.
class StagedBlob {
 public:
  virtual ~StagedBlob() = default;

  /// Throws: full, unavailable. After a throw the blob can only be destroyed.
  virtual Task<> append(Context ctx, std::span<const std::byte> bytes) = 0;
  /// What has been appended so far, for reading. Valid as long as this object.
  virtual SharedSource contents() = 0;
  /// SHA-256 and MD5 of all that was appended. Ends appending.
  virtual Hasher::Result finish() = 0;
  /// Makes the blob durable under its hash. When this returns, a power cut does not lose it. A blob of the same hash
  /// that is already there is kept. Call after finish(), once. Throws: full, unavailable.
  virtual Task<> commit(Context ctx) = 0;
};

/// A blob that is there, and when it last came in.
struct BlobEntry {
  ContentHash hash;
  WallTime touched;
};

struct BlobPage {
  std::vector<BlobEntry> blobs;
  std::optional<ContentHash> next;  ///< there may be more behind it
};

/// Holds immutable bytes by content hash. Knows nothing of tenants, images or HTTP.
/// Thread: every method may be called from any executor at any time.
class BlobStore {
 public:
  virtual ~BlobStore() = default;

  /// Throws: full, unavailable.
  virtual Task<std::unique_ptr<StagedBlob>> stage(Context ctx) = 0;
  /// nullptr when there is none. Throws: timed_out, unavailable.
  virtual Task<SharedSource> open(Context ctx, ContentHash hash) = 0;
  /// True when there was one. Open sources stay readable.
  virtual Task<bool> remove(Context ctx, ContentHash hash) = 0;
  /// By hash, from behind `after`: about so many.
  virtual Task<BlobPage> list(Context ctx, std::optional<ContentHash> after, std::size_t most) = 0;
  /// Removes a blob that has not come in again since `before`: true then. Against a commit of the same hash it is all
  /// or nothing: either the commit keeps the blob young, or it stores it anew.
  virtual Task<bool> remove_older(Context ctx, ContentHash hash, WallTime before) = 0;
  /// Whether it can be used right now; for readiness. Throws what a use would throw.
  virtual Task<> check(Context ctx) = 0;
};

}  // namespace calotype
