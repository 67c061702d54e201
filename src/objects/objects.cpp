#include "objects/objects.h"

namespace calotype::objects {

namespace {

Error no_object() { return Error(Fault::missing, "find the object: none of this name"); }

}  // namespace

Task<Object> Objects::require(Context ctx, BucketId bucket, std::string name) {
  auto found = co_await index_.find(ctx, bucket, std::move(name));
  if (!found) throw no_object();
  co_return *found;
}

Task<OpenObject> Objects::open(Context ctx, BucketId bucket, std::string name) {
  OpenObject opened;
  opened.object = co_await require(ctx, bucket, std::move(name));
  opened.source = co_await blobs_.open(ctx, opened.object.content);
  if (!opened.source) {
    throw Error(Fault::internal,
                fmt::format("open blob {}: it is gone, but its object is there", opened.object.content.hex()));
  }
  co_return opened;
}

Task<> Objects::remove(Context ctx, BucketId bucket, std::string name, bool is_forced) {
  bool is_removed = false;
  if (is_forced) {
    is_removed = co_await index_.remove(ctx, bucket, std::move(name), clock_.now());
  } else {
    is_removed = co_await index_.mark_deleted(ctx, bucket, std::move(name), clock_.now());
  }
  if (!is_removed) throw no_object();
}

}  // namespace calotype::objects
