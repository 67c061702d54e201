#include "adapters/files/file_rendition_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "adapters/files/folder.h"
#include "adapters/files/io_error.h"
#include "adapters/files/rendition_file.h"
#include "adapters/files/rendition_shelf.h"
#include "core/bounded_pool.h"
#include "telemetry/log.h"

namespace calotype {

namespace {

constexpr auto kDraftFolder = "tmp";
constexpr std::uint64_t kBlock = 4096;
/// Empty files that wait for new contents.
constexpr std::size_t kMostSpares = 64;
/// The time of last use is written to the disk as seldom as this: it only orders what a new process finds.
constexpr time_t kUseGrainSeconds = 3600;

std::uint64_t disk_bytes(std::uint64_t size) { return (size + kBlock - 1) / kBlock * kBlock; }

std::string folder_of(const RenditionKey& key) { return key.hex().substr(0, 2); }

std::string path_of(const RenditionKey& key) { return fmt::format("{}/{}", folder_of(key), key.hex()); }

using Listing = std::unique_ptr<DIR, int (*)(DIR*)>;

Listing list(const Folder& folder) {
  Listing entries(::fdopendir(::openat(folder.fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)), ::closedir);
  if (!entries) throw io_error("list renditions");
  return entries;
}

std::string read_file(int fd, std::size_t size) {
  std::string text(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const auto count = ::pread(fd, text.data() + done, size - done, static_cast<off_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw io_error("read a rendition");
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  text.resize(done);
  return text;
}

void write_file(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw io_error("write a rendition");
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

struct FileRenditionStore::Parts {
  Parts(const std::filesystem::path& path, const Options& given)
      : options(given), root(path), drafts(make_draft_folder()), pool("rendition files", given.threads, given.queued) {
    finder = std::jthread([this](std::stop_token stop) { find_all(stop); });
  }
  ~Parts() {
    // The thread uses the other members.
    finder.request_stop();
    finder.join();
  }

  struct Found {
    RenditionShelf::Entry entry;
    time_t used = 0;
  };

  Folder make_draft_folder();
  void find_all(const std::stop_token& stop);
  void find_in(const std::string& name, std::vector<Found>& found);
  std::optional<Rendition> load(const RenditionKey& key);
  void store(const RenditionKey& key, const Rendition& rendition);
  std::pair<Fd, std::string> make_draft();
  bool rename_draft(const std::string& draft, const RenditionKey& key);
  bool make_room(std::uint64_t bytes);
  void evict(std::uint64_t until_bytes);
  bool keep_spare(const RenditionKey& victim);
  void drop(const RenditionKey& key);
  std::vector<RenditionKey> family_keys(Family family);
  std::vector<Relative> look_into(const std::vector<RenditionKey>& keys);
  std::size_t remove(Family family);

  const Options options;
  Folder root;
  Folder drafts;
  RenditionShelf shelf;
  std::atomic<std::uint64_t> next_draft = 0;
  std::mutex mutex;
  std::vector<std::string> spares;  ///< guarded by mutex: empty files among the drafts
  std::atomic<std::uint64_t> damaged = 0;
  std::atomic<std::uint64_t> evicted = 0;
  std::atomic<std::uint64_t> not_kept = 0;
  BoundedPool pool;
  std::jthread finder;
};

Folder FileRenditionStore::Parts::make_draft_folder() {
  root.make(kDraftFolder);
  Folder folder(root, kDraftFolder);
  const auto entries = list(folder);
  while (const auto* entry = ::readdir(entries.get())) {
    if (entry->d_name[0] != '.') ::unlinkat(folder.fd(), entry->d_name, 0);
  }
  return folder;
}

void FileRenditionStore::Parts::find_all(const std::stop_token& stop) {
  std::vector<Found> found;
  for (int i = 0; i < 256 && !stop.stop_requested(); ++i) {
    try {
      find_in(fmt::format("{:02x}", i), found);
    } catch (const std::exception& error) {
      telemetry::log(telemetry::Level::error, "renditions_not_listed", {{"error", error.what()}});
    }
  }
  if (stop.stop_requested()) return;
  std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.used > b.used; });
  std::vector<RenditionShelf::Entry> entries;
  entries.reserve(found.size());
  for (const auto& each : found) entries.push_back(each.entry);
  shelf.complete(entries);
  evict(options.capacity_bytes);
}

void FileRenditionStore::Parts::find_in(const std::string& name, std::vector<Found>& found) {
  struct stat there{};
  if (::fstatat(root.fd(), name.c_str(), &there, 0) != 0 && errno == ENOENT) return;
  const Folder folder(root, name);
  const auto entries = list(folder);
  while (const auto* entry = ::readdir(entries.get())) {
    const auto key = Digest::parse(entry->d_name);
    struct stat info{};
    if (!key || ::fstatat(folder.fd(), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
    found.push_back(
        {.entry = {.key = *key, .bytes = disk_bytes(static_cast<std::uint64_t>(info.st_size))}, .used = info.st_mtime});
  }
}

std::optional<Rendition> FileRenditionStore::Parts::load(const RenditionKey& key) {
  const Fd fd(::openat(root.fd(), path_of(key).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) {
    if (errno == ENOENT) shelf.remove(key);
    return std::nullopt;
  }
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) throw io_error("look at a rendition");
  const auto size = static_cast<std::size_t>(info.st_size);
  // Nothing so large was ever written: do not read it.
  auto rendition = disk_bytes(size) > options.capacity_bytes / 8
                       ? std::nullopt
                       : rendition_file::decode(key, read_file(fd.get(), size));
  if (!rendition) {
    if (!shelf.may_hold(key)) return std::nullopt;  // it has just gone, and another's bytes are where its were
    ++damaged;
    drop(key);
    return std::nullopt;
  }
  shelf.use(key);
  shelf.learn(key, traits_of(*rendition));
  if (::time(nullptr) - info.st_mtime > kUseGrainSeconds) ::futimens(fd.get(), nullptr);
  return rendition;
}

void FileRenditionStore::Parts::store(const RenditionKey& key, const Rendition& rendition) {
  const auto bytes = disk_bytes(rendition_file::size_of(rendition));
  if (bytes > options.capacity_bytes / 8 || !make_room(bytes)) {
    ++not_kept;
    return;
  }
  const auto [fd, draft] = make_draft();
  try {
    write_file(fd.get(), rendition_file::encode(key, rendition));
    if (!rename_draft(draft, key)) {
      root.make(folder_of(key));
      if (!rename_draft(draft, key)) throw io_error("keep a rendition", ENOENT);
    }
  } catch (...) {
    ::unlinkat(drafts.fd(), draft.c_str(), 0);
    throw;
  }
  shelf.add(key, bytes, traits_of(rendition));
}

/// An empty file among the drafts: the file of what had to go, where there is one.
std::pair<Fd, std::string> FileRenditionStore::Parts::make_draft() {
  std::string spare;
  {
    const std::lock_guard lock(mutex);
    if (!spares.empty()) {
      spare = std::move(spares.back());
      spares.pop_back();
    }
  }
  if (!spare.empty()) {
    Fd fd(::openat(drafts.fd(), spare.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW));
    if (fd) return {std::move(fd), std::move(spare)};
  }
  auto name = std::to_string(++next_draft);
  Fd fd(::openat(drafts.fd(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640));
  if (!fd) throw io_error("write a rendition");
  return {std::move(fd), std::move(name)};
}

/// False when the folder of the key is not there.
bool FileRenditionStore::Parts::rename_draft(const std::string& draft, const RenditionKey& key) {
  if (::renameat(drafts.fd(), draft.c_str(), root.fd(), path_of(key).c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  throw io_error("keep a rendition");
}

bool FileRenditionStore::Parts::make_room(std::uint64_t bytes) {
  evict(options.capacity_bytes - bytes);
  if (root.free_bytes() >= options.reserve_bytes + bytes) return true;
  // Others fill the disk: give back as much as is asked for, and so shrink with every put until there is space again.
  const auto kept = shelf.bytes();
  evict(kept - std::min(kept, bytes));
  return root.free_bytes() >= options.reserve_bytes + bytes;
}

void FileRenditionStore::Parts::evict(std::uint64_t until_bytes) {
  const auto victims = shelf.shrink_to(until_bytes);
  for (const auto& key : victims) {
    if (!keep_spare(key)) ::unlinkat(root.fd(), path_of(key).c_str(), 0);
    ++evicted;
  }
}

/// Empties the file and keeps it for another rendition: ext4 is slow to find a new inode where many were freed within
/// the last minutes (it looks at each), and a full cache would free one for each that it makes. False: it is not kept.
bool FileRenditionStore::Parts::keep_spare(const RenditionKey& victim) {
  {
    const std::lock_guard lock(mutex);
    if (spares.size() >= kMostSpares) return false;
  }
  auto name = std::to_string(++next_draft);
  if (::renameat(root.fd(), path_of(victim).c_str(), drafts.fd(), name.c_str()) != 0) return false;
  const Fd fd(::openat(drafts.fd(), name.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) {
    ::unlinkat(drafts.fd(), name.c_str(), 0);
    return true;
  }
  const std::lock_guard lock(mutex);
  spares.push_back(std::move(name));
  return true;
}

void FileRenditionStore::Parts::drop(const RenditionKey& key) {
  ::unlinkat(root.fd(), path_of(key).c_str(), 0);
  shelf.remove(key);
}

/// From the disk itself until all of it is known.
std::vector<RenditionKey> FileRenditionStore::Parts::family_keys(Family family) {
  if (shelf.is_complete()) return shelf.of_family(family);
  std::vector<Found> there;
  find_in(folder_of(first_key_of(family)), there);
  std::vector<RenditionKey> keys;
  for (const auto& each : there) {
    if (family_of(each.entry.key) == family) keys.push_back(each.entry.key);
  }
  return keys;
}

/// What they are, by the heads of their files. The shelf knows from then on.
std::vector<Relative> FileRenditionStore::Parts::look_into(const std::vector<RenditionKey>& keys) {
  std::vector<Relative> found;
  for (const auto& key : keys) {
    const Fd fd(::openat(root.fd(), path_of(key).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd) continue;  // it went a moment ago
    const auto traits = rendition_file::read_head(key, read_file(fd.get(), rendition_file::kHeadSize));
    if (!traits) continue;
    shelf.learn(key, *traits);
    found.push_back({.key = key, .traits = *traits});
  }
  return found;
}

std::size_t FileRenditionStore::Parts::remove(Family family) {
  std::size_t removed = 0;
  for (const auto& key : family_keys(family)) {
    if (::unlinkat(root.fd(), path_of(key).c_str(), 0) == 0) {
      ++removed;
    } else if (errno != ENOENT) {
      throw io_error("remove a rendition");
    }
    shelf.remove(key);
  }
  if (removed > 0) Folder(root, folder_of(first_key_of(family))).flush();
  return removed;
}

FileRenditionStore::FileRenditionStore(std::filesystem::path root, Options options)
    : parts_(std::make_unique<Parts>(root, options)) {}

FileRenditionStore::~FileRenditionStore() = default;

Task<std::optional<Rendition>> FileRenditionStore::get(Context ctx, RenditionKey key) {
  if (!parts_->shelf.may_hold(key)) co_return std::nullopt;
  auto work = [parts = parts_.get(), key] { return parts->load(key); };
  try {
    co_return co_await parts_->pool.run_owning(std::move(ctx), std::move(work));
  } catch (const Error& error) {
    telemetry::log(telemetry::Level::debug, "rendition_not_read", {{"error", error.what()}});
  }
  co_return std::nullopt;
}

Task<> FileRenditionStore::put(Context ctx, RenditionKey key, Rendition rendition) {
  auto work = [parts = parts_.get(), key, rendition = std::move(rendition)] { parts->store(key, rendition); };
  try {
    co_await parts_->pool.run_owning(std::move(ctx), std::move(work));
  } catch (const Error& error) {
    ++parts_->not_kept;
    telemetry::log(telemetry::Level::debug, "rendition_not_kept", {{"error", error.what()}});
  }
}

Task<std::vector<Relative>> FileRenditionStore::relatives(Context ctx, Family family, std::size_t most) {
  // They are asked for where there is no capacity: what was once looked into is known without a thread.
  auto members = parts_->shelf.members(family, most);
  const bool is_complete = parts_->shelf.is_complete();
  if (is_complete && members.unknown.empty()) co_return std::move(members.known);
  auto work = [parts = parts_.get(), family, most, is_complete, unknown = std::move(members.unknown)]() mutable {
    if (!is_complete) unknown = parts->family_keys(family);
    unknown.resize(std::min(unknown.size(), most));
    return parts->look_into(unknown);
  };
  try {
    auto looked_into = co_await parts_->pool.run_owning(std::move(ctx), std::move(work));
    if (!is_complete) members.known.clear();
    std::ranges::move(looked_into, std::back_inserter(members.known));
  } catch (const Error& error) {
    telemetry::log(telemetry::Level::debug, "renditions_not_listed", {{"error", error.what()}});
  }
  co_return std::move(members.known);
}

Task<std::size_t> FileRenditionStore::remove(Context ctx, Family family) {
  auto work = [parts = parts_.get(), family] { return parts->remove(family); };
  co_return co_await parts_->pool.run_owning(std::move(ctx), std::move(work));
}

FileRenditionStore::Counts FileRenditionStore::counts() const {
  return {.bytes = parts_->shelf.bytes(),
          .entries = parts_->shelf.count(),
          .damaged = parts_->damaged,
          .evicted = parts_->evicted,
          .not_kept = parts_->not_kept,
          .is_complete = parts_->shelf.is_complete()};
}

}  // namespace calotype
