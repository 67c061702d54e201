#include "adapters/files/file_blob_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <optional>

#include "adapters/files/blob_tree.h"
#include "adapters/files/file_source.h"
#include "adapters/files/io_error.h"
#include "core/bounded_pool.h"

namespace calotype {

namespace {

void write_whole(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw io_error("write a blob");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

}  // namespace

struct FileBlobStore::Parts {
  Parts(const std::filesystem::path& root, const Options& given)
      : options(given), tree(root, given.may_be_unnamed), pool("blob files", given.threads, given.queued) {}

  void require_space(std::uint64_t bytes) const {
    if (tree.free_bytes() < options.reserve_bytes + bytes) {
      throw Error(Fault::full, "stage a blob: the disk is full but for its reserve");
    }
  }

  SharedSource source_of(Fd fd);

  const Options options;
  BlobTree tree;
  BoundedPool pool;  // last: its threads end first
};

class FileBlobStore::Staged final : public StagedBlob {
 public:
  Staged(Parts& parts, BlobTree::Draft draft) : parts_(parts), draft_(std::move(draft)) {}
  ~Staged() override { parts_.tree.drop(draft_); }

  Task<> append(Context ctx, std::span<const std::byte> bytes) override {
    require_usable("append to a staged blob");
    if (result_) throw Error(Fault::internal, "append to a staged blob: it is finished");
    has_failed_ = true;  // unless it ends well
    auto work = [this, bytes] {
      parts_.require_space(bytes.size());
      write_whole(draft_.file->get(), bytes);
      hasher_.add(bytes);
    };
    co_await parts_.pool.run(std::move(ctx), std::move(work));
    has_failed_ = false;
  }

  SharedSource contents() override { return std::make_shared<FileSource>(parts_.pool, draft_.file, hasher_.count()); }

  Hasher::Result finish() override {
    if (!result_) {
      size_ = hasher_.count();
      result_ = hasher_.finish();
    }
    return *result_;
  }

  /// Once a flush has failed it is never tried again: the kernel has then dropped what it could not write, and calls
  /// the file clean.
  Task<> commit(Context ctx) override {
    require_usable("commit a staged blob");
    if (!result_) throw Error(Fault::internal, "commit a staged blob: it is not finished");
    has_failed_ = true;  // unless it ends well
    auto work = [this] {
      if (::fdatasync(draft_.file->get()) != 0) throw io_error("flush a blob");
      parts_.tree.publish(draft_, result_->sha256, size_);
    };
    co_await parts_.pool.run(std::move(ctx), std::move(work));
    has_failed_ = false;
  }

 private:
  void require_usable(const char* what) const {
    if (has_failed_) throw Error(Fault::unavailable, std::string(what) + ": it has failed before");
  }

  Parts& parts_;
  BlobTree::Draft draft_;
  Hasher hasher_;
  std::uint64_t size_ = 0;
  std::optional<Hasher::Result> result_;
  bool has_failed_ = false;
};

FileBlobStore::FileBlobStore(std::filesystem::path root, Options options)
    : parts_(std::make_unique<Parts>(root, options)) {}

FileBlobStore::~FileBlobStore() = default;

Task<std::unique_ptr<StagedBlob>> FileBlobStore::stage(Context ctx) {
  auto work = [parts = parts_.get()]() -> std::unique_ptr<StagedBlob> {
    parts->require_space(0);
    return std::make_unique<Staged>(*parts, parts->tree.make_draft());
  };
  co_return co_await parts_->pool.run_owning(std::move(ctx), std::move(work));
}

/// null: it was not opened.
SharedSource FileBlobStore::Parts::source_of(Fd fd) {
  if (!fd) return nullptr;
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) throw io_error("open a blob");
  const auto size = static_cast<std::uint64_t>(info.st_size);
  return std::make_shared<FileSource>(pool, std::make_shared<const Fd>(std::move(fd)), size);
}

Task<SharedSource> FileBlobStore::open(Context ctx, ContentHash hash) {
  // What was opened lately costs no way to another thread and back.
  if (auto source = parts_->source_of(parts_->tree.open_at_once(hash))) co_return source;
  auto work = [parts = parts_.get(), hash] { return parts->source_of(parts->tree.open(hash)); };
  co_return co_await parts_->pool.run_owning(std::move(ctx), std::move(work));
}

Task<bool> FileBlobStore::remove(Context ctx, ContentHash hash) {
  auto work = [parts = parts_.get(), hash] { return parts->tree.remove(hash); };
  co_return co_await parts_->pool.run_owning(std::move(ctx), std::move(work));
}

Task<BlobPage> FileBlobStore::list(Context ctx, std::optional<ContentHash> after, std::size_t most) {
  auto work = [parts = parts_.get(), after, most] { return parts->tree.list(after, most); };
  co_return co_await parts_->pool.run_owning(std::move(ctx), std::move(work));
}

Task<bool> FileBlobStore::remove_older(Context ctx, ContentHash hash, WallTime before) {
  auto work = [parts = parts_.get(), hash, before] { return parts->tree.remove_older(hash, before); };
  co_return co_await parts_->pool.run_owning(std::move(ctx), std::move(work));
}

Task<> FileBlobStore::check(Context ctx) {
  auto work = [parts = parts_.get()] {
    try {
      const auto draft = parts->tree.make_draft();
      parts->tree.drop(draft);
    } catch (const Error& error) {
      if (error.fault() != Fault::full) throw;
    }
  };
  co_await parts_->pool.run_owning(std::move(ctx), std::move(work));
}

std::size_t FileBlobStore::load() const { return parts_->pool.load(); }

}  // namespace calotype
