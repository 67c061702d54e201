#pragma once

#include <cstddef>
#include <string_view>

namespace calotype::access {

/// Whether the text is exactly one JSON value in UTF-8, at most `max_depth` deep, in which no object repeats a key: two
/// readers cannot take it for two different things.
bool is_strict_json(std::string_view text, std::size_t max_depth);

}  // namespace calotype::access
