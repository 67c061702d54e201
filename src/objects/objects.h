#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/clock.h"
#include "core/error.h"
#include "model/object.h"
#include "model/tenant.h"
#include "ports/blob_store.h"
#include "ports/image_engine.h"
#include "ports/object_index.h"
#include "transform/planner.h"

/// How originals are kept: the story is put.cpp. Knows no HTTP.
namespace calotype::objects {

/// Gives the next bytes of a body; 0 at the end.
using ByteStream = std::function<Task<std::size_t>(std::span<std::byte> into)>;

/// What the client says of an upload beside its bytes.
struct PutAsk {
  std::optional<std::string> name;  ///< absent: one is made
  std::optional<FocalPoint> focal;
  std::optional<std::uint64_t> announced;  ///< how many bytes will come
  std::optional<Digest> sha256;            ///< what they must hash to
  std::optional<Md5> md5;
};

struct Options {
  std::uint64_t object_bytes = 50'000'000;
  transform::Limits limits;
};

/// An original and where it lies.
struct OpenObject {
  Object object;
  SharedSource source;
};

/// Thread: any.
class Objects {
 public:
  Objects(BlobStore& blobs, ObjectIndex& index, ImageEngine& engine, const Clock& clock, Options options)
      : blobs_(blobs), index_(index), engine_(engine), clock_(clock), options_(options) {}

  std::uint64_t most_bytes() const { return options_.object_bytes; }

  /// Stores an original; durable when it returns. Throws: unprocessable (name, focal point, picture), invalid (empty,
  /// digest), unsupported (no picture), too_large, conflict (the name is taken), full, and what the stream throws.
  Task<Object> put(Context ctx, Bucket bucket, PutAsk ask, ByteStream stream);

  /// Throws missing.
  Task<Object> require(Context ctx, BucketId bucket, std::string name);
  /// Throws missing.
  Task<OpenObject> open(Context ctx, BucketId bucket, std::string name);

  /// Recoverable for 30 days; or, with force, for good. Throws missing.
  Task<> remove(Context ctx, BucketId bucket, std::string name, bool is_forced);

 private:
  /// A body that has come in whole.
  struct Taken {
    std::unique_ptr<StagedBlob> staged;
    Hasher::Result hashes;
    std::uint64_t size_bytes = 0;
  };
  Task<Taken> take_in(Context ctx, ByteStream stream);

  BlobStore& blobs_;
  ObjectIndex& index_;
  ImageEngine& engine_;
  const Clock& clock_;
  Options options_;
};

/// What is wrong with the name of an object; empty when it may be used: UTF-8 of 1 to 1024 bytes without control
/// characters, in segments between slashes that are neither empty nor "." nor "..".
std::string fault_of_name(std::string_view name);

/// "3f/3f2a...": the first two digits spread objects over prefixes.
std::string made_name();

}  // namespace calotype::objects
