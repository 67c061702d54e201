#pragma once

#include <cstddef>
#include <cstdint>

namespace calotype::engine {

/// 8-bit samples, row after row; borrowed.
struct LumaView {
  const std::uint8_t* samples = nullptr;
  int width = 0;
  int height = 0;
  std::ptrdiff_t stride = 0;
};

/// The mean structural similarity (Wang et al., 2004) of two pictures of one size, over windows of 8 x 8 that lie 4
/// apart: 1 for the same. Below 8 pixels a side there is no window, and 1 is given.
double similarity(const LumaView& a, const LumaView& b);

}  // namespace calotype::engine
