#include "objects/objects.h"

#include "objects/metadata.h"

namespace calotype::objects {

namespace {

Error no_object() { return Error(Fault::missing, "find the object: none of this name"); }

}  // namespace

Error precondition_failed() {
  return Error(Fault::conflict, "change an object: it is not in the state that If-Match or If-None-Match asks for",
               "precondition-failed");
}

Error name_taken() { return Error(Fault::conflict, "store an object: the name is taken", "name-taken"); }

Task<Quotas> quotas_of(Context ctx, Catalog& catalog, Bucket bucket) {
  const auto tenant = co_await catalog.find_tenant(ctx, bucket.tenant);
  if (!tenant) throw Error(Fault::missing, "find the tenant: it has gone");
  co_return Quotas{.bucket = bucket.quota, .tenant = tenant->quota};
}

Task<Object> Objects::require(Context ctx, BucketId bucket, std::string name) {
  auto found = co_await index_.find(ctx, bucket, std::move(name));
  if (!found || !found->is_there(clock_.now())) throw no_object();
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

Task<ObjectPage> Objects::list(Context ctx, ListAsk ask) {
  ask.now = clock_.now();
  co_return co_await index_.list(ctx, std::move(ask));
}

Task<Object> Objects::require_expected(Context ctx, BucketId bucket, std::string name,
                                       std::optional<Expected> expected) {
  auto object = co_await require(ctx, bucket, std::move(name));
  if (expected && !expected->any && std::ranges::find(expected->contents, object.content) == expected->contents.end()) {
    throw precondition_failed();
  }
  co_return object;
}

Task<> Objects::remove(Context ctx, BucketId bucket, std::string name, bool is_forced,
                       std::optional<Expected> expected) {
  std::optional<ContentHash> only;
  if (expected) {
    const auto object = co_await require_expected(ctx, bucket, name, expected);
    only = object.content;
  }
  bool is_removed = false;
  if (is_forced) {
    is_removed = co_await index_.remove(ctx, bucket, std::move(name), clock_.now(), only);
  } else {
    is_removed = co_await index_.mark_deleted(ctx, bucket, std::move(name), clock_.now(), only);
  }
  // With a condition it was there a moment ago: somebody was quicker.
  if (!is_removed) throw expected ? precondition_failed() : no_object();
}

Task<> Objects::restore(Context ctx, Bucket bucket, std::string name) {
  const auto quotas = co_await quotas_of(ctx, catalog_, bucket);
  const auto now = clock_.now();
  const auto restored = co_await index_.restore(ctx, bucket.id, std::move(name), now, now - kRecoverable, quotas);
  if (restored == Restored::missing) throw Error(Fault::missing, "restore an object: none of this name can be");
  if (restored == Restored::taken) {
    throw Error(Fault::conflict, "restore an object: there is one of the name, which is not deleted", "name-taken");
  }
}

Task<> Objects::set_metadata(Context ctx, BucketId bucket, std::string name, Metadata metadata,
                             std::optional<Expected> expected) {
  auto problems = problems_of(metadata, clock_.now());
  if (!problems.empty()) {
    throw Error(Fault::unprocessable, "set an object's metadata: it cannot be used", "invalid-metadata",
                std::move(problems));
  }
  const auto object = co_await require_expected(ctx, bucket, name, expected);
  const auto only = expected ? std::optional(object.content) : std::nullopt;
  const bool is_set = co_await index_.set_metadata(ctx, bucket, std::move(name), metadata.expires,
                                                   text_of(metadata.user), clock_.now(), only);
  if (!is_set) throw expected ? precondition_failed() : no_object();
}

Task<> Objects::uncache(Context ctx, BucketId bucket, std::string name) {
  co_await require(ctx, bucket, name);
  const bool is_done = co_await index_.uncache(ctx, bucket, std::move(name), clock_.now());
  if (!is_done) throw no_object();
}

}  // namespace calotype::objects
