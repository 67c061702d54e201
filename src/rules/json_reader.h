#pragma once

#include <optional>
#include <string_view>

#include "rules/report.h"
#include "rules/value.h"

namespace calotype::rules {

inline constexpr std::size_t kMaxBytes = 64 * 1024;
inline constexpr std::size_t kMaxDepth = 12;

/// Reads one JSON text. nullopt when it cannot be read at all: too large, too deep, not JSON, not UTF-8. Repeated keys
/// and numbers that no double holds are reported too, and reading goes on.
std::optional<Value> read_json(std::string_view text, Report& report, std::size_t max_depth = kMaxDepth,
                               std::size_t max_bytes = kMaxBytes);

}  // namespace calotype::rules
