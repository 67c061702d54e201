// Blobs in the order of their hashes, and the removal of old ones: what a sweep needs.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "adapters/files/blob_tree.h"
#include "adapters/files/io_error.h"

namespace calotype {

namespace {

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;

WallTime touched_of(const struct stat& info) {
  return WallTime(Milliseconds(std::int64_t{info.st_mtim.tv_sec} * 1000 + info.st_mtim.tv_nsec / 1'000'000));
}

/// The names in a folder, sorted; none where there is no folder.
std::vector<std::string> names_in(int parent, const std::string& path) {
  const int fd = ::openat(parent, path.c_str(), kFolderFlags);
  if (fd < 0 && errno == ENOENT) return {};
  if (fd < 0) throw io_error("list blobs");
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(fd), ::closedir);
  if (!entries) throw io_error("list blobs");
  std::vector<std::string> names;
  while (const auto* entry = ::readdir(entries.get())) names.emplace_back(entry->d_name);
  std::ranges::sort(names);
  return names;
}

bool is_octet(const std::string& name) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return name.size() == 2 && std::ranges::all_of(name, is_digit);
}

}  // namespace

BlobPage BlobTree::list(const std::optional<ContentHash>& after, std::size_t most) {
  const auto start = after ? after->hex() : std::string();
  BlobPage page;
  const auto add_leaf = [&](const std::string& path) {
    for (const auto& name : names_in(root_.fd(), path)) {
      const auto hash = Digest::parse(name);
      struct stat info{};
      if (!hash || name <= start ||
          ::fstatat(root_.fd(), (path + "/" + name).c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
        continue;
      }
      page.blobs.push_back({.hash = *hash, .touched = touched_of(info)});
    }
  };
  for (const auto& branch : names_in(root_.fd(), ".")) {
    if (!is_octet(branch) || branch < start.substr(0, 2)) continue;
    for (const auto& leaf : names_in(root_.fd(), branch)) {
      if (!is_octet(leaf) || branch + leaf < start.substr(0, 4)) continue;
      add_leaf(branch + "/" + leaf);
      if (page.blobs.size() < most) continue;
      page.next = page.blobs.back().hash;
      return page;
    }
  }
  return page;
}

bool BlobTree::remove_older(const ContentHash& hash, WallTime before) {
  const auto hex = hash.hex();
  const auto path = hex.substr(0, 2) + "/" + hex.substr(2, 2) + "/" + hex;
  const std::lock_guard lock(gate(hash));
  struct stat info{};
  if (::fstatat(root_.fd(), path.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return false;
    throw io_error("look at a blob");
  }
  return touched_of(info) < before && remove(hash);
}

}  // namespace calotype
