#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "core/encoding.h"
#include "core/error.h"

namespace calotype::access {

/// What a key is for, in its owner's words. Throws unprocessable; `attempt`: "add an access key".
inline void require_description(const std::string& description, std::string_view attempt) {
  constexpr std::size_t kMost = 500;
  if (description.size() <= kMost && is_utf8(description)) return;
  throw Error(
      Fault::unprocessable, fmt::format("{}: the description cannot be used", attempt), "invalid-body",
      {{.pointer = "/description", .detail = fmt::format("must be text of at most {} bytes", kMost), .hint = ""}});
}

}  // namespace calotype::access
