#pragma once

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace calotype {

/// A fresh folder, removed with all that is in it at the end. On the disk it is in $TMPDIR, or /tmp; in memory, where a
/// flush costs nothing, in /dev/shm if there is one: for tests that flush hundreds of times and prove nothing by it.
class TempDir {
 public:
  enum class Medium { disk, memory };

  explicit TempDir(Medium medium = Medium::disk) {
    const std::filesystem::path shared_memory = "/dev/shm";
    const bool is_in_memory = medium == Medium::memory && std::filesystem::is_directory(shared_memory);
    const auto parent = is_in_memory ? shared_memory : std::filesystem::temp_directory_path();
    auto pattern = (parent / "calotype-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("make a temporary folder: failed");
    path_ = pattern;
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace calotype
