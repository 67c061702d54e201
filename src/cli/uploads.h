#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "cli/transfer.h"

namespace calotype::cli {

/// A multipart upload that was begun, kept in a file beside the credentials until it ends, so that a killed command
/// goes on where it was.
struct BegunUpload {
  std::string upload_id;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  std::uint64_t part_bytes = 0;
  std::set<int> done;  ///< part numbers, from 1

  /// Whether it is of this file as it is now.
  bool is_of(const LocalFile& file, std::uint64_t bytes_of_part) const;
};

/// The file that keeps it: one for each object of each bucket of each service.
std::string upload_path(const Profile& profile, const std::string& name, const Environment& environment);

/// nullopt where there is none, or it cannot be read: then the upload begins anew.
std::optional<BegunUpload> load_upload(const std::string& path);
/// Throws unavailable.
void save_upload(const std::string& path, const BegunUpload& upload);
void forget_upload(const std::string& path);

}  // namespace calotype::cli
