#include "cli/transfer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ostream>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/error.h"
#include "core/fd.h"

namespace calotype::cli {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t kStep = 1 << 20;
constexpr const char* kPage = "1000";

Error failed(Fault fault, const char* verb, const fs::path& path) {
  return Error(fault, fmt::format("{} {}: {}", verb, path.string(), std::generic_category().message(errno)));
}

/// False for what is no regular file.
bool look_at(const fs::path& path, LocalFile& file) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) throw failed(Fault::missing, "read", path);
  if (!S_ISREG(found.st_mode)) return false;
  file.path = path;
  file.size = static_cast<std::uint64_t>(found.st_size);
  file.modified_ns = found.st_mtim.tv_sec * 1'000'000'000LL + found.st_mtim.tv_nsec;
  return true;
}

RemoteObject read_object(const json::object& entry) {
  RemoteObject object{.name = std::string(entry.at("object_id").as_string()),
                      .size = entry.at("size").to_number<std::uint64_t>()};
  if (const auto* md5 = entry.if_contains("md5"); md5 != nullptr && md5->is_string()) object.md5 = md5->as_string();
  if (const auto* when = entry.if_contains("last_modified"); when != nullptr && when->is_number())
    object.last_modified = when->to_number<std::int64_t>();
  return object;
}

}  // namespace

std::vector<LocalFile> files_below(const fs::path& root, const std::string& prefix) {
  std::vector<LocalFile> files;
  LocalFile file;
  std::error_code error;
  if (!fs::is_directory(root, error)) {
    if (!look_at(root, file))
      throw Error(Fault::invalid, fmt::format("read {}: neither a file nor a folder", root.string()));
    file.name = prefix + root.filename().string();
    return {file};
  }
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator(); ++entry) {
    if (entry->is_symlink() && entry->is_directory()) continue;
    if (entry->is_symlink() && !fs::exists(entry->path())) continue;  // leads nowhere
    if (!look_at(entry->path(), file)) continue;
    file.name = prefix + fs::relative(entry->path(), root).generic_string();
    files.push_back(file);
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return files;
}

Task<std::vector<RemoteObject>> list_objects(Session& session, std::string prefix) {
  std::vector<RemoteObject> objects;
  const auto path = bucket_path(session.profile()) + "/objects";
  std::string token;
  do {
    Ask ask{.path = path, .query = {{"max-keys", kPage}}};
    if (!prefix.empty()) ask.query.emplace_back("prefix", prefix);
    if (!token.empty()) ask.query.emplace_back("continuation-token", token);
    const auto reply = co_await session.call(std::move(ask));
    const auto page = json::parse(reply.body).as_object();
    for (const auto& entry : page.at("objects").as_array()) objects.push_back(read_object(entry.as_object()));
    const auto* more = page.if_contains("continuation_token");
    token = more != nullptr && more->is_string() ? std::string(more->as_string()) : std::string();
  } while (!token.empty());
  co_return objects;
}

std::string md5_of(const fs::path& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) throw failed(Fault::missing, "read", path);
  Hasher hasher;
  std::vector<std::byte> piece(kStep);
  for (;;) {
    const auto count = ::read(file.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw failed(Fault::unavailable, "read", path);
    if (count == 0) break;
    hasher.add(std::span(piece).first(static_cast<std::size_t>(count)));
  }
  return encode_hex(hasher.finish().md5);
}

SyncPlan plan_sync(const std::vector<LocalFile>& files, const std::vector<RemoteObject>& objects) {
  std::map<std::string, const RemoteObject*> by_name;
  for (const auto& object : objects) by_name.emplace(object.name, &object);
  SyncPlan plan;
  for (const auto& file : files) {
    const auto found = by_name.find(file.name);
    const bool is_same =
        found != by_name.end() && found->second->size == file.size && found->second->md5 == md5_of(file.path);
    if (found != by_name.end()) by_name.erase(found);
    if (is_same) {
      ++plan.same;
    } else {
      plan.to_send.push_back(file);
    }
  }
  for (const auto& [name, object] : by_name) plan.to_remove.push_back(name);
  return plan;
}

std::optional<fs::path> place_below(const fs::path& root, const std::string& name, const std::string& prefix) {
  auto rest = name.starts_with(prefix) ? name.substr(prefix.size()) : name;
  while (rest.starts_with('/')) rest.erase(0, 1);
  if (rest.empty()) return std::nullopt;
  const fs::path relative(rest);
  for (const auto& part : relative) {
    if (part == ".." || part == ".") return std::nullopt;
  }
  return root / relative;
}

}  // namespace calotype::cli
