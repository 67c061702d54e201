#include "planar/from_rgb.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace calotype::planar {
namespace {

TEST(FromRgb, IsWithinOneOfTheFormula) {
  std::mt19937 random(7);
  for (const auto& [width, height] : {std::pair{83, 9}, {64, 8}, {1, 1}, {2, 3}, {131, 1}}) {
    std::vector<std::uint8_t> rgb(static_cast<std::size_t>(width * height * 3));
    for (auto& value : rgb) value = static_cast<std::uint8_t>(random() % 4 == 0 ? 255 * (random() % 2) : random());
    for (const Sampling chroma : {Sampling{}, Sampling{.across = 2, .down = 1}, Sampling{.across = 2, .down = 2}}) {
      Arena arena;
      const Planes planes = from_rgb(rgb.data(), width, height, chroma, arena);
      const auto at = [&](int x, int y, int c) {
        const int column = std::min(x, width - 1);
        const int row = std::min(y, height - 1);
        return static_cast<double>(rgb[static_cast<std::size_t>((row * width + column) * 3 + c)]);
      };
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
          const double luma = 0.299 * at(x, y, 0) + 0.587 * at(x, y, 1) + 0.114 * at(x, y, 2);
          ASSERT_NEAR(planes.plane[0].row(y)[x], luma, 0.6);
        }
      }
      ASSERT_EQ(planes.plane[1].width, (width + chroma.across - 1) / chroma.across);
      ASSERT_EQ(planes.plane[1].height, (height + chroma.down - 1) / chroma.down);
      for (int y = 0; y < planes.plane[1].height; ++y) {
        for (int x = 0; x < planes.plane[1].width; ++x) {
          double blue = 128;
          double red = 128;
          const double share = 1.0 / (chroma.across * chroma.down);
          for (int v = 0; v < chroma.down; ++v) {
            for (int u = 0; u < chroma.across; ++u) {
              const auto value = [&](int c) { return share * at(x * chroma.across + u, y * chroma.down + v, c); };
              blue += -0.168736 * value(0) - 0.331264 * value(1) + 0.5 * value(2);
              red += 0.5 * value(0) - 0.418688 * value(1) - 0.081312 * value(2);
            }
          }
          ASSERT_NEAR(planes.plane[1].row(y)[x], std::min(blue, 255.0), 0.6) << width << ' ' << x << ' ' << y;
          ASSERT_NEAR(planes.plane[2].row(y)[x], std::min(red, 255.0), 0.6) << width << ' ' << x << ' ' << y;
        }
      }
    }
  }
}

}  // namespace
}  // namespace calotype::planar
