#include "engine/ssim.h"

#include <algorithm>
#include <vector>

namespace calotype::engine {
namespace {

constexpr int kBlock = 4;
constexpr double kPixels = 64;
constexpr double kC1 = 0.01 * 255 * (0.01 * 255) * kPixels * kPixels;
constexpr double kC2 = 0.03 * 255 * (0.03 * 255) * kPixels * kPixels;

/// Of a block of 4 x 4; a window is four of them.
struct Sums {
  int a = 0;
  int b = 0;
  int squares = 0;  ///< of both
  int products = 0;

  Sums operator+(const Sums& other) const {
    return {
        .a = a + other.a, .b = b + other.b, .squares = squares + other.squares, .products = products + other.products};
  }
};

void sum_row(const LumaView& a, const LumaView& b, int block_row, std::vector<Sums>& to) {
  std::ranges::fill(to, Sums{});
  for (int y = block_row * kBlock; y < (block_row + 1) * kBlock; ++y) {
    const std::uint8_t* one = a.samples + y * a.stride;
    const std::uint8_t* two = b.samples + y * b.stride;
    for (auto& sums : to) {
      for (int x = 0; x < kBlock; ++x) {
        const int p = one[x];
        const int q = two[x];
        sums.a += p;
        sums.b += q;
        sums.squares += p * p + q * q;
        sums.products += p * q;
      }
      one += kBlock;
      two += kBlock;
    }
  }
}

double of_window(const Sums& sums) {
  const double means = static_cast<double>(sums.a) * sums.b;
  const double powers = static_cast<double>(sums.a) * sums.a + static_cast<double>(sums.b) * sums.b;
  const double variances = kPixels * sums.squares - powers;
  const double covariance = kPixels * sums.products - means;
  return (2 * means + kC1) * (2 * covariance + kC2) / ((powers + kC1) * (variances + kC2));
}

}  // namespace

double similarity(const LumaView& a, const LumaView& b) {
  const int across = std::min(a.width, b.width) / kBlock;
  const int down = std::min(a.height, b.height) / kBlock;
  if (across < 2 || down < 2) return 1;
  std::vector<Sums> above(static_cast<std::size_t>(across));
  std::vector<Sums> here(above.size());
  sum_row(a, b, 0, above);
  double total = 0;
  for (int y = 1; y < down; ++y) {
    sum_row(a, b, y, here);
    for (std::size_t x = 1; x < here.size(); ++x) total += of_window(above[x - 1] + above[x] + here[x - 1] + here[x]);
    std::swap(above, here);
  }
  return total / (static_cast<double>(across - 1) * (down - 1));
}

}  // namespace calotype::engine
