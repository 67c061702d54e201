#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "core/error.h"
#include "model/tenant.h"
#include "ports/blob_store.h"
#include "ports/image_engine.h"
#include "transform/planner.h"

namespace calotype::objects {

/// Gives the next bytes of a body; 0 at the end.
using ByteStream = std::function<Task<std::size_t>(std::span<std::byte> into)>;

/// What the client says that a body's bytes hash to.
struct Announced {
  std::optional<std::uint64_t> bytes{};
  std::optional<Digest> sha256{};
  std::optional<Md5> md5{};
};

/// A body that has come in whole, and is nobody's yet: gone when this is destroyed uncommitted.
struct Taken {
  std::unique_ptr<StagedBlob> staged;
  Hasher::Result hashes;
  std::uint64_t size_bytes = 0;
};

/// How bytes come into the house, whether an object's at once or in parts. Thread: any.
class Intake {
 public:
  Intake(BlobStore& blobs, ImageEngine& engine, transform::Limits limits)
      : blobs_(blobs), engine_(engine), limits_(limits) {}

  /// Throws too_large where more is announced.
  static void refuse_large(const Announced& announced, std::uint64_t most_bytes);
  /// Stages and hashes a stream as it passes. Throws: too_large, invalid (nothing came; other bytes than announced),
  /// full, and what the stream throws.
  Task<Taken> take_in(Context ctx, ByteStream stream, Announced announced, std::uint64_t most_bytes);
  /// What the bytes themselves say that they are. Throws: unsupported (no picture, or a type that the bucket forbids),
  /// unprocessable (too many pixels), timed_out, unavailable.
  Task<ImageInfo> examine(Context ctx, const Taken& taken, const Bucket& bucket);

 private:
  BlobStore& blobs_;
  ImageEngine& engine_;
  transform::Limits limits_;
};

}  // namespace calotype::objects
