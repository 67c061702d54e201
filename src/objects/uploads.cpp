#include "objects/uploads.h"

#include <fmt/format.h>

namespace calotype::objects {

namespace {

Error no_upload() { return Error(Fault::missing, "find the upload: none of this id is under way for the object"); }

void refuse_gaps(const std::vector<UploadPart>& parts) {
  int next = 1;
  for (const auto& part : parts) {
    if (part.number != next) break;
    ++next;
  }
  if (!parts.empty() && next > parts.back().number) return;
  throw Error(Fault::unprocessable, fmt::format("complete an upload: part {} is not there", next), "missing-parts");
}

/// The bytes of a blob, one after the other.
class Reader {
 public:
  Reader(Context ctx, SharedSource source) : ctx_(std::move(ctx)), source_(std::move(source)) {}
  Task<std::size_t> read(std::span<std::byte> into) {
    const auto count = co_await source_->read_at(ctx_, at_, into);
    at_ += count;
    co_return count;
  }

 private:
  Context ctx_;
  SharedSource source_;
  std::uint64_t at_ = 0;
};

/// Blobs as one stream. Opens each when its turn has come.
class Joined {
 public:
  Joined(Context ctx, BlobStore& blobs, std::vector<UploadPart> parts)
      : ctx_(std::move(ctx)), blobs_(blobs), parts_(std::move(parts)) {}

  Task<std::size_t> read(std::span<std::byte> into) {
    for (;;) {
      if (reader_) {
        const auto count = co_await reader_->read(into);
        if (count > 0) co_return count;
        reader_.reset();
      }
      if (next_ == parts_.size()) co_return 0;
      const auto hash = parts_[next_++].content;
      auto source = co_await blobs_.open(ctx_, hash);
      if (!source)
        throw Error(Fault::internal, fmt::format("open part {}: it is gone, but its row is there", hash.hex()));
      reader_.emplace(ctx_, std::move(source));
    }
  }

 private:
  Context ctx_;
  BlobStore& blobs_;
  std::vector<UploadPart> parts_;
  std::size_t next_ = 0;
  std::optional<Reader> reader_;
};

}  // namespace

Task<Upload> Uploads::begin(Context ctx, Bucket bucket, PutAsk ask) {
  const auto now = clock_.now();
  auto problems = problems_of(ask, now);
  if (!problems.empty()) {
    throw Error(Fault::unprocessable, "begin an upload: its metadata cannot be used", "invalid-metadata",
                std::move(problems));
  }
  Upload upload{.id = UploadId::random(),
                .tenant = bucket.tenant,
                .bucket = bucket.id,
                .name = ask.name ? *ask.name : made_name(),
                .focal = ask.focal,
                .expires = ask.expires,
                .created = now,
                .is_complete = false};
  const auto present = co_await index_.find(ctx, bucket.id, upload.name);
  if (present && present->is_there(now)) throw name_taken();
  co_await uploads_.begin(ctx, upload, options_.open_uploads);
  co_return upload;
}

Task<Upload> Uploads::require(Context ctx, BucketId bucket, std::string name, std::string id) {
  const auto parsed = UploadId::parse(id);
  if (!parsed) throw no_upload();
  const auto found = co_await uploads_.find(ctx, bucket, *parsed);
  if (!found || found->name != name) throw no_upload();
  co_return *found;
}

Task<UploadPart> Uploads::put_part(Context ctx, Upload upload, int number, Announced announced, ByteStream stream) {
  if (number < 1 || number > kMostParts) {
    throw Error(Fault::unprocessable, fmt::format("store a part: its number must be 1 to {}", kMostParts));
  }
  if (upload.is_complete) throw no_upload();
  Intake::refuse_large(announced, options_.object_bytes);
  auto taken = co_await intake_.take_in(ctx, std::move(stream), announced, options_.object_bytes);
  co_await taken.staged->commit(ctx);
  const UploadPart part{.number = number,
                        .content = taken.hashes.sha256,
                        .md5 = taken.hashes.md5,
                        .size_bytes = taken.size_bytes,
                        .stored = clock_.now()};
  co_await uploads_.put_part(ctx, upload.id, part, options_.multipart_bytes);
  co_return part;
}

Task<std::vector<UploadPart>> Uploads::parts(Context ctx, Upload upload) {
  co_return co_await uploads_.parts(ctx, upload.id);
}

Task<Taken> Uploads::join(Context ctx, std::vector<UploadPart> parts) {
  Joined joined(ctx, blobs_, std::move(parts));
  const ByteStream stream = [&joined](std::span<std::byte> into) { return joined.read(into); };
  const Announced nothing;
  auto taken = co_await intake_.take_in(ctx, stream, nothing, options_.multipart_bytes);
  co_return taken;
}

Task<Object> Uploads::complete(Context ctx, Bucket bucket, Upload upload) {
  if (!upload.is_complete) {
    const auto parts = co_await uploads_.parts(ctx, upload.id);
    refuse_gaps(parts);
    const auto quotas = co_await quotas_of(ctx, catalog_, bucket);
    const auto taken = co_await join(ctx, parts);
    const auto info = co_await intake_.examine(ctx, taken, bucket);
    co_await taken.staged->commit(ctx);
    Object object{.tenant = bucket.tenant,
                  .bucket = bucket.id,
                  .name = upload.name,
                  .content = taken.hashes.sha256,
                  .md5 = taken.hashes.md5,
                  .size_bytes = taken.size_bytes,
                  .content_type = std::string(content_type_of(info.format)),
                  .info = info,
                  .focal = upload.focal,
                  .created = clock_.now(),
                  .deleted = std::nullopt,
                  .expires = upload.expires,
                  .user_metadata = "",
                  .generation = 0};
    const AddTerms terms{.quotas = quotas, .replaces = std::nullopt};
    const bool is_mine = co_await uploads_.complete(ctx, upload.id, object, terms);
    if (is_mine) co_return object;
  }
  // It was completed before, by a call whose answer may have been lost: what it made is the answer.
  const auto made = co_await index_.find(ctx, bucket.id, upload.name);
  if (!made || !made->is_there(clock_.now())) throw no_upload();
  co_return *made;
}

Task<> Uploads::abort(Context ctx, Upload upload) {
  const bool is_aborted = co_await uploads_.abort(ctx, upload.id);
  if (!is_aborted) throw no_upload();
}

}  // namespace calotype::objects
