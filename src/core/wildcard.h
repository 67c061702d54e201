#pragma once

#include <string_view>

namespace calotype {

/// Whether the text is one that the pattern names; `*` stands for any text, none and slashes too. Time: linear in both.
bool matches_wildcard(std::string_view pattern, std::string_view text);

}  // namespace calotype
