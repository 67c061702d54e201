#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/fd.h"

namespace calotype {

/// A folder that is open: everything in it is reached relative to its descriptor, so that neither renaming it nor a
/// symbolic link planted above it leads elsewhere. Thread: any.
class Folder {
 public:
  /// Makes it and its parents where they are not there, durably, and opens it. Throws: full, unavailable.
  explicit Folder(const std::filesystem::path& path);
  /// One below another, which is there.
  Folder(const Folder& parent, const std::string& name);

  int fd() const { return fd_.get(); }
  /// Makes a folder in it; false when it was there. Throws: full, unavailable.
  bool make(const std::string& name) const;
  /// Makes its entries durable. Throws: full, unavailable.
  void flush() const;
  /// Bytes that are free to this process on its file system. Throws: unavailable.
  std::uint64_t free_bytes() const;

 private:
  Fd fd_;
};

}  // namespace calotype
