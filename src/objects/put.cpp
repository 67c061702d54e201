// How an original is stored. Nothing is visible before the last step, and what was acknowledged is never lost: the blob
// is durable before its row is, and the row before the answer.
#include "objects/objects.h"

namespace calotype::objects {

namespace {

constexpr std::size_t kChunk = 256 * 1024;

void refuse_bad_fields(const PutAsk& ask) {
  std::vector<Problem> problems;
  if (ask.name) {
    auto detail = fault_of_name(*ask.name);
    if (!detail.empty()) problems.push_back({.pointer = "/metadata/oid", .detail = std::move(detail), .hint = ""});
  }
  if (ask.focal) {
    const auto check = [&](double value, std::string pointer) {
      if (value >= 0 && value <= 1) return;
      problems.push_back({.pointer = std::move(pointer), .detail = "must be 0 to 1", .hint = ""});
    };
    check(ask.focal->x, "/metadata/focal/x");
    check(ask.focal->y, "/metadata/focal/y");
  }
  if (problems.empty()) return;
  throw Error(Fault::unprocessable, "store an object: its metadata cannot be used", "invalid-metadata",
              std::move(problems));
}

Error too_large(std::uint64_t limit) {
  return Error(Fault::too_large, fmt::format("store an object: more than {} bytes", limit));
}

void refuse_other_bytes(const PutAsk& ask, const Hasher::Result& hashes) {
  const bool is_same = (!ask.sha256 || *ask.sha256 == hashes.sha256) && (!ask.md5 || *ask.md5 == hashes.md5);
  if (is_same) return;
  throw Error(Fault::invalid, "store an object: the bytes that came do not match the digest that was sent",
              "digest-mismatch");
}

void refuse_too_many_pixels(const ImageInfo& info, const transform::Limits& limits) {
  if (info.size.pixels() <= limits.hard_pixels) return;
  throw Error(Fault::unprocessable,
              fmt::format("store an object: {}x{} is more than {} pixels", info.size.width, info.size.height,
                          limits.hard_pixels),
              "image-too-large");
}

}  // namespace

Task<Object> Objects::put(Context ctx, Bucket bucket, PutAsk ask, ByteStream stream) {
  // Refuse what can be refused before a byte is read: the client may still be waiting to send.
  refuse_bad_fields(ask);
  if (ask.announced && *ask.announced > options_.object_bytes) throw too_large(options_.object_bytes);
  const auto name = ask.name ? *ask.name : made_name();
  const auto present = co_await index_.find(ctx, bucket.id, name);
  if (present) throw Error(Fault::conflict, "store an object: the name is taken", "name-taken");

  // The stream goes to a file that has no name yet, and is hashed as it passes.
  const auto taken = co_await take_in(ctx, std::move(stream));
  refuse_other_bytes(ask, taken.hashes);

  // What it is, its own first bytes say: no declared type is believed. A worker reads them, not this process.
  const auto info = co_await engine_.probe(ctx, taken.staged->contents());
  refuse_too_many_pixels(info, options_.limits);

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
                .deleted = std::nullopt};
  co_await index_.add(ctx, object);
  co_return object;
}

Task<Objects::Taken> Objects::take_in(Context ctx, ByteStream stream) {
  Taken taken;
  taken.staged = co_await blobs_.stage(ctx);
  std::vector<std::byte> chunk(kChunk);
  for (;;) {
    const auto count = co_await stream(chunk);
    if (count == 0) break;
    taken.size_bytes += count;
    if (taken.size_bytes > options_.object_bytes) throw too_large(options_.object_bytes);
    const auto part = std::span<const std::byte>(chunk).first(count);
    co_await taken.staged->append(ctx, part);
  }
  if (taken.size_bytes == 0) throw Error(Fault::invalid, "store an object: the body is empty", "empty-body");
  taken.hashes = taken.staged->finish();
  co_return taken;
}

}  // namespace calotype::objects
