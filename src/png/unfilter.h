#pragma once

#include <cstddef>
#include <cstdint>

namespace calotype::png {

/// So much behind the last row may be read.
constexpr std::size_t kUnfilterSlack = 64;
/// And so much in front of the first one is there, because rows move to the front by more than a vector goes beyond a
/// pixel.
constexpr std::size_t kUnfilterLead = 64;

/// Undoes the filters of rows that lie one behind the other from `rows + kUnfilterLead` on, each behind the octet that
/// names its own. They come to lie from `rows` on, without gaps. `pixel`: 1, 2, 3, 4, 6 or 8 bytes. False where there
/// is no such filter.
bool unfilter(std::uint8_t* rows, std::size_t row_bytes, std::size_t count, int pixel);

}  // namespace calotype::png
