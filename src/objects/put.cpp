// How an original is stored. Nothing is visible before the last step, and what was acknowledged is never lost: the blob
// is durable before its row is, and the row before the answer.
#include "objects/objects.h"

namespace calotype::objects {

namespace {

void refuse_bad_fields(const PutAsk& ask, WallTime now) {
  auto problems = problems_of(ask, now);
  if (problems.empty()) return;
  throw Error(Fault::unprocessable, "store an object: its metadata cannot be used", "invalid-metadata",
              std::move(problems));
}

bool is_expected(const Expected& expected, const Object& object) {
  return expected.any || std::ranges::find(expected.contents, object.content) != expected.contents.end();
}

/// What the object that is there under the name, if any, means for the upload. Gives the content that it replaces.
std::optional<ContentHash> refuse_by_state(const PutAsk& ask, const std::optional<Object>& present) {
  if (ask.replaces) {
    if (!present || !is_expected(*ask.replaces, *present)) throw precondition_failed();
    return present->content;
  }
  // One that was sent before may be there already: its bytes tell.
  if (!present || ask.is_repeat) return std::nullopt;
  throw ask.only_new ? precondition_failed() : name_taken();
}

}  // namespace

Task<Object> Objects::put(Context ctx, Bucket bucket, PutAsk ask, ByteStream stream) {
  // Refuse what can be refused before a byte is read: the client may still be waiting to send.
  refuse_bad_fields(ask, clock_.now());
  Intake::refuse_large(ask.announced, options_.object_bytes);
  const auto name = ask.name ? *ask.name : made_name(ask.name_seed);
  auto present = co_await index_.find(ctx, bucket.id, name);
  if (present && !present->is_there(clock_.now())) present.reset();
  const auto replaces = refuse_by_state(ask, present);
  const auto quotas = co_await quotas_of(ctx, catalog_, bucket);

  // The stream goes to a file that has no name yet, and is hashed as it passes.
  const auto taken = co_await intake_.take_in(ctx, std::move(stream), ask.announced, options_.object_bytes);
  if (present && ask.is_repeat && !replaces) {
    if (present->content == taken.hashes.sha256) co_return *present;
    throw ask.only_new ? precondition_failed() : name_taken();
  }

  // What it is, its own first bytes say: no declared type is believed. A worker reads them, not this process.
  const auto info = co_await intake_.examine(ctx, taken, bucket);

  // Blob first, row second: a blob without a row is swept later, a row without a blob cannot exist.
  co_await taken.staged->commit(ctx);
  Object object{.tenant = bucket.tenant,
                .bucket = bucket.id,
                .name = name,
                .content = taken.hashes.sha256,
                .md5 = taken.hashes.md5,
                .size_bytes = taken.size_bytes,
                .content_type = std::string(content_type_of(info.format)),
                .info = info,
                .focal = ask.focal,
                .created = clock_.now(),
                .deleted = std::nullopt,
                .expires = ask.expires,
                .user_metadata = "",
                .generation = 0};
  const AddTerms terms{.quotas = quotas, .replaces = replaces};
  co_await index_.add(ctx, object, terms);
  co_return object;
}

}  // namespace calotype::objects
