#pragma once

#include <filesystem>
#include <string>

#include "core/fd.h"

namespace calotype::app {

/// The folder of one service: <data>/catalog.db, blobs/, renditions/, operator.key. One process holds it at a time.
class DataFolder {
 public:
  /// Makes it where it is missing, and locks it. Throws: unavailable (cannot be made or written), conflict (another
  /// process holds it; the message has its id).
  explicit DataFolder(std::filesystem::path path);

  std::filesystem::path catalog() const { return path_ / "catalog.db"; }
  std::filesystem::path blobs() const { return path_ / "blobs"; }
  std::filesystem::path renditions() const { return path_ / "renditions"; }
  std::filesystem::path operator_key() const { return path_ / "operator.key"; }

 private:
  std::filesystem::path path_;
  Fd lock_;
};

/// Writes a file that only its owner reads (0600) and that was not there before; durable when it returns.
/// Throws unavailable.
void write_secret(const std::filesystem::path& path, const std::string& text);

}  // namespace calotype::app
