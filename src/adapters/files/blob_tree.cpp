#include "adapters/files/blob_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <fmt/format.h>

#include "adapters/files/io_error.h"
#include "core/id.h"
#include "telemetry/log.h"

namespace calotype {

namespace {

constexpr auto kDraftFolder = "tmp";
/// Named drafts that are older were left by a process that died.
constexpr time_t kDraftLifeSeconds = 3600;

std::size_t leaf_number(const ContentHash& hash) { return std::size_t{hash.octets[0]} << 8 | hash.octets[1]; }
std::string hex_of(std::uint8_t octet) { return fmt::format("{:02x}", octet); }

std::string path_of(const ContentHash& hash) {
  const auto hex = hash.hex();
  return fmt::format("{}/{}/{}", hex.substr(0, 2), hex.substr(2, 2), hex);
}

/// What openat says where O_TMPFILE is not known to the file system, or to the kernel.
bool is_unsupported(int number) { return number == EOPNOTSUPP || number == EISDIR || number == EINVAL; }

}  // namespace

BlobTree::BlobTree(const std::filesystem::path& root, bool may_be_unnamed)
    : root_(root), may_be_unnamed_(may_be_unnamed), leaves_(kLeaves) {
  root_.make(kDraftFolder);
  root_.flush();
  drafts_ = std::make_unique<Folder>(root_, kDraftFolder);
  clear_old_drafts();
}

void BlobTree::clear_old_drafts() {
  const int listed = ::openat(drafts_->fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(listed), ::closedir);
  if (!entries) throw io_error("list drafts of blobs");
  const time_t now = ::time(nullptr);
  while (const auto* entry = ::readdir(entries.get())) {
    struct stat info{};
    if (::fstatat(drafts_->fd(), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(info.st_mode)) continue;
    if (now - info.st_mtime > kDraftLifeSeconds) ::unlinkat(drafts_->fd(), entry->d_name, 0);
  }
}

BlobTree::Draft BlobTree::make_draft() {
  if (may_be_unnamed_) {
    Fd fd(::openat(drafts_->fd(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0640));
    if (fd) return {.file = std::make_shared<const Fd>(std::move(fd)), .name = {}};
    if (!is_unsupported(errno)) throw io_error("stage a blob");
    may_be_unnamed_ = false;
  }
  auto name = Uuid::random().text();
  Fd fd(::openat(drafts_->fd(), name.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0640));
  if (!fd) throw io_error("stage a blob");
  return {.file = std::make_shared<const Fd>(std::move(fd)), .name = std::move(name)};
}

void BlobTree::drop(const Draft& draft) {
  if (!draft.name.empty()) ::unlinkat(drafts_->fd(), draft.name.c_str(), 0);
}

const Folder& BlobTree::branch(const ContentHash& hash) {
  const std::lock_guard lock(mutex_);
  auto& kept = branches_[hash.octets[0]];
  if (!kept) {
    const auto name = hex_of(hash.octets[0]);
    root_.make(name);
    // Also where it was there: whoever made it may have died before this.
    root_.flush();
    kept = std::make_unique<Folder>(root_, name);
  }
  return *kept;
}

Folder BlobTree::leaf(const ContentHash& hash) {
  auto& state = leaves_[leaf_number(hash)];
  if (state == Leaf::failed) {
    throw Error(Fault::unavailable, "store a blob: its folder could not be flushed before");
  }
  const auto& parent = branch(hash);
  const auto name = hex_of(hash.octets[1]);
  if (state != Leaf::durable) {
    parent.make(name);
    parent.flush();
    auto expected = Leaf::unknown;
    state.compare_exchange_strong(expected, Leaf::durable);
  }
  return Folder(parent, name);
}

/// After a failed flush the kernel may hold the entries for clean: a second flush would succeed and prove nothing.
void BlobTree::flush_leaf(const Folder& leaf, const ContentHash& hash) {
  try {
    leaf.flush();
  } catch (const Error& error) {
    leaves_[leaf_number(hash)] = Leaf::failed;
    telemetry::log(telemetry::Level::error, "blob_folder_flush_failed", {{"error", error.what()}});
    throw;
  }
}

bool BlobTree::keeps_existing(const Folder& leaf, const std::string& name, std::uint64_t size) {
  struct stat info{};
  if (::fstatat(leaf.fd(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return false;
    throw io_error("look at a blob");
  }
  if (S_ISREG(info.st_mode) && static_cast<std::uint64_t>(info.st_size) == size) {
    // Young again: a sweep of blobs without a row spares those that came lately.
    ::utimensat(leaf.fd(), name.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
    return true;
  }
  telemetry::log(telemetry::Level::error, "blob_replaced", {{"blob", name}, {"size", std::int64_t{info.st_size}}});
  if (::unlinkat(leaf.fd(), name.c_str(), 0) != 0 && errno != ENOENT) throw io_error("remove a damaged blob");
  return false;
}

void BlobTree::place(Draft& draft, const Folder& leaf, const std::string& name) {
  int result = 0;
  if (draft.name.empty()) {
    const auto source = fmt::format("/proc/self/fd/{}", draft.file->get());
    result = ::linkat(AT_FDCWD, source.c_str(), leaf.fd(), name.c_str(), AT_SYMLINK_FOLLOW);
  } else {
    result = ::linkat(drafts_->fd(), draft.name.c_str(), leaf.fd(), name.c_str(), 0);
  }
  // Another upload of the same bytes was quicker: as good.
  if (result != 0 && errno != EEXIST) throw io_error("store a blob");
}

void BlobTree::publish(Draft& draft, const ContentHash& hash, std::uint64_t size) {
  const auto folder = leaf(hash);
  const auto name = hash.hex();
  {
    const std::lock_guard lock(gate(hash));
    if (!keeps_existing(folder, name, size)) place(draft, folder, name);
  }
  flush_leaf(folder, hash);
  drop(draft);
  draft.name.clear();
}

Fd BlobTree::open(const ContentHash& hash) {
  Fd fd(::openat(root_.fd(), path_of(hash).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd && errno != ENOENT) throw io_error("open a blob");
  return fd;
}

Fd BlobTree::open_at_once(const ContentHash& hash) {
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW;
  how.resolve = RESOLVE_CACHED;
  return Fd(static_cast<int>(::syscall(SYS_openat2, root_.fd(), path_of(hash).c_str(), &how, sizeof how)));
}

bool BlobTree::remove(const ContentHash& hash) {
  if (::unlinkat(root_.fd(), path_of(hash).c_str(), 0) == 0) return true;
  if (errno == ENOENT) return false;
  throw io_error("remove a blob");
}

}  // namespace calotype
