#pragma once

#include <memory>
#include <optional>

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
  /// Whether it can be used right now; for readiness. Throws what a use would throw.
  virtual Task<> check(Context ctx) = 0;
};

}  // namespace calotype
