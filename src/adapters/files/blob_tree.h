#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/files/folder.h"
#include "core/digest.h"
#include "ports/blob_store.h"

namespace calotype {

/// The files of a blob store: `aa/bb/<hash>`, aa and bb being the hash's first octets. Blocks. Thread: any.
class BlobTree {
 public:
  /// `may_be_unnamed`: files on their way in have no name, where the file system can do that (O_TMPFILE), so that
  /// nothing is left of them when the process dies.
  BlobTree(const std::filesystem::path& root, bool may_be_unnamed);

  /// A file on its way in, and its name among the drafts, if it has one.
  struct Draft {
    std::shared_ptr<const Fd> file;
    std::string name;
  };
  Draft make_draft();
  /// Forgets a draft that was not published.
  void drop(const Draft& draft);

  /// Gives a draft, which must be durable itself, its place; returns when the entry is durable, too. What is there
  /// under the hash is kept if it has the size. Throws: full, unavailable.
  void publish(Draft& draft, const ContentHash& hash, std::uint64_t size);

  /// None: there is no such file. Throws: unavailable.
  Fd open(const ContentHash& hash);
  /// Does not block. None: the kernel would have to read the folders first, or cannot say whether it would.
  Fd open_at_once(const ContentHash& hash);
  /// False when there was none. Throws: unavailable.
  bool remove(const ContentHash& hash);
  /// By hash, from behind `after`: whole leaves until there are so many.
  BlobPage list(const std::optional<ContentHash>& after, std::size_t most);
  /// False when it is not there, or was published again since `before`. Throws: unavailable.
  bool remove_older(const ContentHash& hash, WallTime before);
  std::uint64_t free_bytes() const { return root_.free_bytes(); }

 private:
  static constexpr std::size_t kLeaves = 65536;
  enum class Leaf : std::uint8_t { unknown, durable, failed };

  std::mutex& gate(const ContentHash& hash) { return gates_[hash.octets[0] % gates_.size()]; }
  const Folder& branch(const ContentHash& hash);
  Folder leaf(const ContentHash& hash);
  /// True when there is a file of that size under the name; one of another size is damaged, and goes.
  bool keeps_existing(const Folder& leaf, const std::string& name, std::uint64_t size);
  void place(Draft& draft, const Folder& leaf, const std::string& name);
  void flush_leaf(const Folder& leaf, const ContentHash& hash);
  void clear_old_drafts();

  Folder root_;
  std::unique_ptr<Folder> drafts_;  ///< of named drafts
  std::atomic<bool> may_be_unnamed_;
  std::mutex mutex_;
  std::array<std::unique_ptr<Folder>, 256> branches_;  // guarded by mutex_; kept once there
  std::vector<std::atomic<Leaf>> leaves_;
  /// Held by who keeps a blob young and by who removes an old one: never both at once.
  std::array<std::mutex, 64> gates_;
};

}  // namespace calotype
