#pragma once

#include <cerrno>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

#include "core/error.h"

namespace calotype {

/// The Error for a system call that failed with `number`: `what` was attempted. No space left, of bytes, inodes or
/// quota, is full; everything else unavailable.
inline Error io_error(std::string_view what, int number = errno) {
  const bool is_full = number == ENOSPC || number == EDQUOT || number == EFBIG;
  return Error(is_full ? Fault::full : Fault::unavailable, fmt::format("{}: {}", what, std::strerror(number)));
}

}  // namespace calotype
