#include "adapters/files/folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "adapters/files/io_error.h"

namespace calotype {

namespace {

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

/// Makes the missing folders of a path from the top down, each durable in its parent before the next.
void make_all(const std::filesystem::path& path) {
  if (path.empty() || std::filesystem::is_directory(path)) return;
  const auto parent = path.parent_path();
  make_all(parent);
  if (::mkdir(path.c_str(), 0750) != 0 && errno != EEXIST) throw io_error("make folder " + path.string());
  const Fd above(::open(parent.c_str(), kFolderFlags));
  if (!above || ::fsync(above.get()) != 0) throw io_error("flush folder " + parent.string());
}

}  // namespace

Folder::Folder(const std::filesystem::path& path) {
  // Without a trailing slash, whose parent would be the folder itself.
  auto whole = std::filesystem::absolute(path).lexically_normal();
  if (!whole.has_filename()) whole = whole.parent_path();
  make_all(whole);
  fd_ = Fd(::open(whole.c_str(), kFolderFlags));
  if (!fd_) throw io_error("open folder " + whole.string());
}

Folder::Folder(const Folder& parent, const std::string& name)
    : fd_(::openat(parent.fd(), name.c_str(), kFolderFlags | O_NOFOLLOW)) {
  if (!fd_) throw io_error("open folder " + name);
}

bool Folder::make(const std::string& name) const {
  if (::mkdirat(fd(), name.c_str(), 0750) == 0) return true;
  if (errno == EEXIST) return false;
  throw io_error("make folder " + name);
}

void Folder::flush() const {
  if (::fsync(fd()) != 0) throw io_error("flush folder");
}

std::uint64_t Folder::free_bytes() const {
  struct statvfs space{};
  if (::fstatvfs(fd(), &space) != 0) throw io_error("look for free space");
  return std::uint64_t{space.f_bavail} * space.f_frsize;
}

}  // namespace calotype
