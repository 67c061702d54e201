#include "objects/intake.h"

#include <vector>

#include <fmt/format.h>

namespace calotype::objects {

namespace {

constexpr std::size_t kChunk = 256 * 1024;

Error too_large(std::uint64_t limit) {
  return Error(Fault::too_large, fmt::format("store an object: more than {} bytes", limit));
}

void refuse_other_bytes(const Announced& announced, const Taken& taken) {
  const bool is_same = (!announced.sha256 || *announced.sha256 == taken.hashes.sha256) &&
                       (!announced.md5 || *announced.md5 == taken.hashes.md5);
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

void Intake::refuse_large(const Announced& announced, std::uint64_t most_bytes) {
  if (announced.bytes && *announced.bytes > most_bytes) throw too_large(most_bytes);
}

Task<Taken> Intake::take_in(Context ctx, ByteStream stream, Announced announced, std::uint64_t most_bytes) {
  Taken taken;
  taken.staged = co_await blobs_.stage(ctx);
  std::vector<std::byte> chunk(kChunk);
  for (;;) {
    const auto count = co_await stream(chunk);
    if (count == 0) break;
    taken.size_bytes += count;
    if (taken.size_bytes > most_bytes) throw too_large(most_bytes);
    const auto part = std::span<const std::byte>(chunk).first(count);
    co_await taken.staged->append(ctx, part);
  }
  if (taken.size_bytes == 0) throw Error(Fault::invalid, "store an object: the body is empty", "empty-body");
  taken.hashes = taken.staged->finish();
  refuse_other_bytes(announced, taken);
  co_return taken;
}

Task<ImageInfo> Intake::examine(Context ctx, const Taken& taken, const Bucket& bucket) {
  // What has been sent whole is stored, whether its client waits for the answer or not.
  const auto info = co_await engine_.probe(ctx.without_departure(), taken.staged->contents());
  refuse_too_many_pixels(info, limits_);
  if (is_forbidden(bucket, content_type_of(info.format))) {
    throw Error(Fault::unsupported,
                fmt::format("store an object: the bucket takes no {}", content_type_of(info.format)), "forbidden-type");
  }
  co_return info;
}

}  // namespace calotype::objects
