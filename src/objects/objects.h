#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/error.h"
#include "model/object.h"
#include "model/tenant.h"
#include "objects/intake.h"
#include "ports/catalog.h"
#include "ports/object_index.h"

/// How originals are kept: the story is put.cpp. Knows no HTTP.
namespace calotype::objects {

/// How long a deleted object can be restored.
inline constexpr Seconds kRecoverable{30 * 86'400};

/// What a caller takes the state to be: any object, or one of these contents.
struct Expected {
  bool any = false;
  std::vector<ContentHash> contents{};
};

/// What the client says of an upload beside its bytes.
struct PutAsk {
  std::optional<std::string> name{};  ///< absent: one is made
  std::optional<FocalPoint> focal{};
  std::optional<WallTime> expires{};
  Announced announced{};
  std::optional<Expected> replaces{};  ///< only in place of such an object
  bool only_new = false;               ///< where the name is taken: a failed precondition
  std::optional<Digest> name_seed{};   ///< a made name is made of this
  bool is_repeat = false;              ///< it may have been stored before: then that is the answer
};

struct Options {
  std::uint64_t object_bytes = 50'000'000;        ///< in one request: an object, or a part
  std::uint64_t multipart_bytes = 1'000'000'000;  ///< of an object that comes in parts
  std::size_t open_uploads = 1'000;               ///< of one tenant
  transform::Limits limits;
};

/// An original and where it lies.
struct OpenObject {
  Object object;
  SharedSource source;
};

/// What its owner notes of an object.
struct Metadata {
  std::optional<WallTime> expires{};
  std::map<std::string, std::string> user{};
};

/// Thread: any.
class Objects {
 public:
  Objects(BlobStore& blobs, ObjectIndex& index, ImageEngine& engine, Catalog& catalog, const Clock& clock,
          Options options)
      : blobs_(blobs),
        index_(index),
        catalog_(catalog),
        clock_(clock),
        options_(options),
        intake_(blobs, engine, options.limits) {}

  std::uint64_t most_bytes() const { return options_.object_bytes; }

  /// Stores an original; durable when it returns. Throws: unprocessable (name, focal point, expiry, picture), invalid
  /// (empty, digest), unsupported (no picture, a forbidden type), too_large, full; conflict (the name is taken; code
  /// "quota-exceeded" or "precondition-failed"), and what the stream throws.
  Task<Object> put(Context ctx, Bucket bucket, PutAsk ask, ByteStream stream);

  /// Throws missing.
  Task<Object> require(Context ctx, BucketId bucket, std::string name);
  /// Throws missing.
  Task<OpenObject> open(Context ctx, BucketId bucket, std::string name);
  /// A page: `ask.now` is set here.
  Task<ObjectPage> list(Context ctx, ListAsk ask);

  /// Recoverable for 30 days; or, with force, for good. Throws: missing, conflict with code "precondition-failed".
  Task<> remove(Context ctx, BucketId bucket, std::string name, bool is_forced,
                std::optional<Expected> expected = std::nullopt);
  /// Throws: missing (also after 30 days), conflict (the name is taken by another; code "quota-exceeded").
  Task<> restore(Context ctx, Bucket bucket, std::string name);

  /// Throws: missing, unprocessable with pointers, conflict with code "precondition-failed".
  Task<> set_metadata(Context ctx, BucketId bucket, std::string name, Metadata metadata,
                      std::optional<Expected> expected = std::nullopt);
  /// Its renditions are made anew from now on. Throws missing.
  Task<> uncache(Context ctx, BucketId bucket, std::string name);

 private:
  Task<Object> require_expected(Context ctx, BucketId bucket, std::string name, std::optional<Expected> expected);

  BlobStore& blobs_;
  ObjectIndex& index_;
  Catalog& catalog_;
  const Clock& clock_;
  Options options_;
  Intake intake_;
};

/// What is wrong with the name of an object; empty when it may be used: UTF-8 of 1 to 1024 bytes without control
/// characters, in segments between slashes that are neither empty nor "." nor "..".
std::string fault_of_name(std::string_view name);

/// "3f/3f2a...": the first two digits spread objects over prefixes. The same for the same seed.
std::string made_name(const std::optional<Digest>& seed = std::nullopt);

/// What of an upload's fields is wrong, whichever way its bytes come: pointers are into the signed metadata.
std::vector<Problem> problems_of(const PutAsk& ask, WallTime now);

/// What all objects of the bucket and its tenant may come to. Throws missing where the tenant has gone.
Task<Quotas> quotas_of(Context ctx, Catalog& catalog, Bucket bucket);

Error precondition_failed();
Error name_taken();

}  // namespace calotype::objects
