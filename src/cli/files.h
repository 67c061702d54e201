#pragma once

#include <string>
#include <string_view>

#include "ports/byte_source.h"

/// What a command reads and writes: a file's path, or "-" for the standard streams.
namespace calotype::cli {

/// Exit codes of every command, documented in docs/cli.md.
enum class Exit {
  ok = 0,
  failed = 1,
  usage = 2,
  bad_rule = 3,
  bad_picture = 4,
  denied = 5,       ///< 401, 403
  missing = 6,      ///< 404, or no such file
  conflict = 7,     ///< 409, 412
  rejected = 8,     ///< the input, before or after it was sent: 400, 413, 415, 422
  unavailable = 9,  ///< no connection, or 429, 5xx, after some tries
};

/// All bytes of a file or of standard input. Throws missing ("read photo.jpg: no such file or directory"), too_large
/// (more than `limit`).
std::string read_input(const std::string& path, std::size_t limit);

/// Writes a file through a temporary one beside it, so that nobody ever sees half of it; or to standard output.
/// Throws unavailable ("write out.webp: ...").
void write_output(const std::string& path, std::string_view bytes);

/// Bytes in memory as a source.
SharedSource source_of(std::string bytes);

}  // namespace calotype::cli
