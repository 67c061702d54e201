// object push, object sync: files become objects, several at a time, large ones in parts.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <ostream>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "cli/crew.h"
#include "cli/progress.h"
#include "cli/show.h"
#include "cli/transfer.h"
#include "cli/uploads.h"
#include "core/digest.h"
#include "core/encoding.h"
#include "core/error.h"
#include "core/fd.h"

namespace calotype::cli {

namespace {

namespace json = boost::json;
using http::Method;

constexpr std::int64_t kMiB = 1 << 20;
constexpr int kTries = 4;
constexpr int kMostParts = 10'000;

/// Bytes of a file, counted as they are sent.
class CountedBytes final : public http::BodySource {
 public:
  CountedBytes(Bytes bytes, std::shared_ptr<Progress> progress)
      : bytes_(std::move(bytes)), progress_(std::move(progress)) {}

  std::optional<std::uint64_t> size() const override { return bytes_.size(); }
  Task<std::size_t> read(std::span<std::byte> into) override {
    const auto count = std::min(into.size(), bytes_.size() - at_);
    std::copy_n(bytes_.view().begin() + static_cast<std::ptrdiff_t>(at_), count, into.begin());
    at_ += count;
    progress_->add_bytes(static_cast<std::int64_t>(count));
    co_return count;
  }
  bool rewind() override {
    progress_->add_bytes(-static_cast<std::int64_t>(at_));
    at_ = 0;
    return true;
  }

 private:
  Bytes bytes_;
  std::shared_ptr<Progress> progress_;
  std::size_t at_ = 0;
};

/// What all uploads of one command share.
struct Push {
  Session& session;
  std::vector<LocalFile> files;
  std::uint64_t part_bytes = 0;
  std::size_t hands = 1;
  std::string expires;  ///< seconds since 1970; empty: never
  std::shared_ptr<Progress> progress;
  std::size_t resumed = 0;
};

/// Throws conflict where the file has become shorter meanwhile.
Bytes read_part(const LocalFile& file, std::uint64_t offset, std::size_t count) {
  const Fd in(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text(count, '\0');
  std::size_t held = 0;
  while (in && held < count) {
    const auto got = ::pread(in.get(), text.data() + held, count - held, static_cast<off_t>(offset + held));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    held += static_cast<std::size_t>(got);
  }
  if (!in) throw Error(Fault::missing, fmt::format("read {}: it is gone", file.path.string()));
  if (held < count) throw Error(Fault::conflict, fmt::format("read {}: it has changed meanwhile", file.path.string()));
  return Bytes::from(std::move(text));
}

std::string md5_base64(const Bytes& bytes) {
  Hasher hasher;
  hasher.add(bytes.view());
  const auto md5 = hasher.finish().md5;
  return encode_base64({reinterpret_cast<const char*>(md5.data()), md5.size()});
}

/// Sends bytes, and again where the network gave way.
Task<Reply> send_bytes(std::shared_ptr<Push> push, Ask ask, Bytes bytes) {
  ask.fields.set("Content-Type", "application/octet-stream");
  ask.fields.set("Content-MD5", md5_base64(bytes));
  ask.stream = std::make_shared<CountedBytes>(bytes, push->progress);
  for (int tries = 1;; ++tries) {
    std::exception_ptr failure;
    try {
      auto reply = co_await push->session.call(ask);
      co_return reply;
    } catch (const Error& error) {
      // What the service answered has a code, and call() has been patient with it already.
      const bool is_of_network = error.fault() == Fault::unavailable || error.fault() == Fault::timed_out;
      const bool may_pass = is_of_network && error.code().empty();
      if (!may_pass || tries == kTries) throw;
      failure = std::current_exception();
    }
    ask.stream->rewind();
    const auto until = std::chrono::steady_clock::now() + Milliseconds(250 << tries);
    co_await sleep_until(until);
  }
}

std::string put_metadata(const Push& push, const std::string& name) {
  json::object metadata{{"oid", name}};
  if (!push.expires.empty()) metadata["x-object-expiration"] = std::stoll(push.expires);
  return json::serialize(metadata);
}

Task<> send_whole(std::shared_ptr<Push> push, std::size_t index) {
  const auto& file = push->files[index];
  auto bytes = read_part(file, 0, static_cast<std::size_t>(file.size));
  Ask ask{.method = Method::post,
          .path = bucket_path(push->session.profile()) + "/objects",
          .metadata = put_metadata(*push, file.name)};
  co_await send_bytes(push, std::move(ask), std::move(bytes));
  push->progress->end_file(file.name, file.size);
}

/// A file that is sent in parts, and what of it is done.
struct Parted {
  std::shared_ptr<Push> push;
  LocalFile file;
  std::string state_path;
  BegunUpload upload;
  std::vector<int> left;
  std::string path() const { return bucket_path(push->session.profile()) + "/objects/" + object_part(file.name); }
  std::uint64_t bytes_of(int part) const {
    const auto offset = static_cast<std::uint64_t>(part - 1) * upload.part_bytes;
    return std::min(upload.part_bytes, file.size - offset);
  }
};

Task<> send_part(std::shared_ptr<Parted> parted, std::size_t index) {
  const int part = parted->left[index];
  const auto offset = static_cast<std::uint64_t>(part - 1) * parted->upload.part_bytes;
  auto bytes = read_part(parted->file, offset, static_cast<std::size_t>(parted->bytes_of(part)));
  Ask ask{.method = Method::put,
          .path = parted->path(),
          .query = {{"uploadId", parted->upload.upload_id}, {"partNumber", std::to_string(part)}}};
  co_await send_bytes(parted->push, std::move(ask), std::move(bytes));
  parted->upload.done.insert(part);
  save_upload(parted->state_path, parted->upload);
}

Task<std::string> begin_upload(std::shared_ptr<Push> push, std::string name) {
  Ask ask{.method = Method::post,
          .path = bucket_path(push->session.profile()) + "/objects",
          .query = {{"uploads", ""}},
          .metadata = put_metadata(*push, name)};
  const auto reply = co_await push->session.call(std::move(ask));
  co_return std::string(json::parse(reply.body).as_object().at("upload_id").as_string());
}

/// Goes on with the upload that was begun, or begins one.
Task<> prepare(std::shared_ptr<Parted> parted, bool may_resume) {
  const auto& file = parted->file;
  const auto begun = may_resume ? load_upload(parted->state_path) : std::nullopt;
  if (begun && begun->is_of(file, parted->push->part_bytes)) {
    parted->upload = *begun;
  } else {
    auto id = co_await begin_upload(parted->push, file.name);
    parted->upload = {.upload_id = std::move(id),
                      .size = file.size,
                      .modified_ns = file.modified_ns,
                      .part_bytes = parted->push->part_bytes};
    save_upload(parted->state_path, parted->upload);
  }
  parted->left.clear();
  const auto parts = static_cast<int>((file.size + parted->upload.part_bytes - 1) / parted->upload.part_bytes);
  for (int part = 1; part <= parts; ++part) {
    if (!parted->upload.done.contains(part)) parted->left.push_back(part);
  }
  for (const int part : parted->upload.done)
    parted->push->progress->add_bytes(static_cast<std::int64_t>(parted->bytes_of(part)));
  if (!parted->upload.done.empty()) ++parted->push->resumed;
}

Task<> finish_upload(std::shared_ptr<Parted> parted) {
  co_await do_jobs(parted->left.size(), parted->push->hands,
                   [parted](std::size_t index) { return send_part(parted, index); });
  Ask ask{.method = Method::post, .path = parted->path(), .query = {{"uploadId", parted->upload.upload_id}}};
  co_await parted->push->session.call(std::move(ask));
  forget_upload(parted->state_path);
  parted->push->progress->end_file(parted->file.name, parted->file.size);
}

Task<> send_in_parts(std::shared_ptr<Push> push, LocalFile file) {
  auto state_path = upload_path(push->session.profile(), file.name, process_environment());
  const auto parted = std::make_shared<Parted>(
      Parted{.push = push, .file = std::move(file), .state_path = std::move(state_path), .upload = {}, .left = {}});
  co_await prepare(parted, true);
  bool is_lost = false;
  try {
    co_await finish_upload(parted);
  } catch (const Error& error) {
    // The service may have swept an upload that lay too long.
    is_lost = error.fault() == Fault::missing && !parted->upload.done.empty();
    if (!is_lost) throw;
  }
  if (!is_lost) co_return;
  for (const int part : parted->upload.done)
    push->progress->add_bytes(-static_cast<std::int64_t>(parted->bytes_of(part)));
  forget_upload(parted->state_path);
  co_await prepare(parted, false);
  co_await finish_upload(parted);
}

Task<> send_all(std::shared_ptr<Push> push) {
  std::uint64_t bytes = 0;
  std::vector<LocalFile> large;
  std::vector<LocalFile> small;
  for (auto& file : push->files) {
    bytes += file.size;
    (file.size > push->part_bytes ? large : small).push_back(file);
  }
  push->progress = std::make_shared<Progress>(push->session.err(), is_terminal(), push->files.size(), bytes);
  push->files = std::move(small);
  co_await do_jobs(push->files.size(), push->hands, [push](std::size_t index) { return send_whole(push, index); });
  for (std::size_t i = 0; i < large.size(); ++i) {
    auto file = large[i];
    co_await send_in_parts(push, std::move(file));
  }
  push->progress.reset();
}

std::shared_ptr<Push> push_of(Session& session, const Words& words) {
  auto push = std::make_shared<Push>(Push{.session = session, .files = {}, .expires = {}, .progress = nullptr});
  push->part_bytes = static_cast<std::uint64_t>(words.number("--part-size", 16, 5, 1000) * kMiB);
  push->hands = static_cast<std::size_t>(words.number("--jobs", 4, 1, 64));
  if (words.has("--expires")) push->expires = std::to_string(words.number("--expires", 0, 1, INT64_MAX));
  return push;
}

void check_sizes(const Push& push) {
  for (const auto& file : push.files) {
    if (file.size / push.part_bytes < kMostParts) continue;
    throw Error(Fault::invalid, fmt::format("send {}: it has more than {} parts: give a larger --part-size",
                                            file.path.string(), kMostParts));
  }
}

void report(Session& session, json::object numbers, const std::string& text) {
  session.out() << (session.as_json() ? json::serialize(numbers) : text) << "\n";
}

std::uint64_t bytes_of(const std::vector<LocalFile>& files) {
  std::uint64_t bytes = 0;
  for (const auto& file : files) bytes += file.size;
  return bytes;
}

Task<> remove_object(Session& session, std::string name) {
  Ask ask{.method = Method::del,
          .path = bucket_path(session.profile()) + "/objects/" + object_part(name),
          .metadata = json::serialize(json::object{{"oid", name}})};
  co_await session.call(std::move(ask));
}

}  // namespace

Task<> push_folder(Session& session, Words words) {
  const auto push = push_of(session, words);
  push->files = files_below(words.get("PATH"), words.get("--prefix"));
  check_sizes(*push);
  const auto count = push->files.size();
  const auto bytes = bytes_of(push->files);
  co_await send_all(push);
  report(session, {{"pushed", count}, {"bytes", bytes}, {"resumed", push->resumed}},
         fmt::format("pushed {} files, {}{}", count, size_text(bytes),
                     push->resumed > 0 ? fmt::format(" ({} resumed)", push->resumed) : ""));
}

Task<> sync_folder(Session& session, Words words) {
  const auto prefix = words.get("--prefix");
  const auto root = words.get("FOLDER");
  if (!std::filesystem::is_directory(root)) throw Error(Fault::missing, fmt::format("read {}: it is no folder", root));
  const auto files = files_below(root, prefix);
  const auto objects = co_await list_objects(session, prefix);
  auto plan = plan_sync(files, objects);
  const auto push = push_of(session, words);
  push->files = plan.to_send;
  check_sizes(*push);
  const auto bytes = bytes_of(push->files);
  const bool removes = words.has("--delete");
  if (!removes) plan.to_remove.clear();
  if (words.has("--dry-run")) {
    for (const auto& file : plan.to_send) session.err() << "would send " << file.name << "\n";
    for (const auto& name : plan.to_remove) session.err() << "would remove " << name << "\n";
  } else {
    co_await send_all(push);
    co_await do_jobs(plan.to_remove.size(), push->hands,
                     [&session, &plan](std::size_t index) { return remove_object(session, plan.to_remove[index]); });
  }
  report(session,
         {{"sent", plan.to_send.size()}, {"bytes", bytes}, {"same", plan.same}, {"removed", plan.to_remove.size()}},
         fmt::format("{} sent ({}), {} same, {} removed", plan.to_send.size(), size_text(bytes), plan.same,
                     plan.to_remove.size()));
}

}  // namespace calotype::cli
