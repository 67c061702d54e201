#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "cli/command.h"

/// Files to objects and back.
namespace calotype::cli {

/// A file of a folder, and the object that it is or becomes.
struct LocalFile {
  std::filesystem::path path;
  std::string name;  ///< the object's: prefix and path within the folder, with slashes
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
};

/// What a listing says of an object.
struct RemoteObject {
  std::string name;
  std::uint64_t size = 0;
  std::string md5;
  std::int64_t last_modified = 0;
};

/// Every regular file below the folder, by name; links to folders are not followed. A file: itself. Throws missing.
std::vector<LocalFile> files_below(const std::filesystem::path& root, const std::string& prefix);

/// Every object with the prefix, page by page.
Task<std::vector<RemoteObject>> list_objects(Session& session, std::string prefix);

/// What must be uploaded, and which objects have no file: pure but for the reading of files of equal size.
struct SyncPlan {
  std::vector<LocalFile> to_send;
  std::vector<std::string> to_remove;
  std::size_t same = 0;
};
SyncPlan plan_sync(const std::vector<LocalFile>& files, const std::vector<RemoteObject>& objects);

/// Lower-case hexadecimal MD5 of a file. Throws missing, unavailable.
std::string md5_of(const std::filesystem::path& path);

/// Where an object lands below a folder; nullopt for a name that would leave it.
std::optional<std::filesystem::path> place_below(const std::filesystem::path& root, const std::string& name,
                                                 const std::string& prefix);

Task<> push_folder(Session& session, Words words);
Task<> sync_folder(Session& session, Words words);
Task<> pull_folder(Session& session, Words words);

}  // namespace calotype::cli
