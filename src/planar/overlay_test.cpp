#include "planar/overlay.h"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "planar/resample.h"

namespace calotype::planar {
namespace {

using Pixel = std::array<std::uint8_t, 4>;

Overlay plain(int width, int height, Pixel pixel, bool is_studio = false) {
  std::vector<std::uint8_t> rgba;
  for (int i = 0; i < width * height; ++i) rgba.insert(rgba.end(), pixel.begin(), pixel.end());
  return {rgba.data(), width, height, is_studio};
}

Planes grey(int width, int height, Sampling chroma, Arena& arena) {
  Planes planes{.plane = {filled(width, height, 100, arena)}, .chroma = chroma};
  for (const std::size_t i : {1, 2}) {
    planes.plane[i] =
        filled((width + chroma.across - 1) / chroma.across, (height + chroma.down - 1) / chroma.down, 128, arena);
  }
  return planes;
}

TEST(Overlay, CoversWhatIsUnderIt) {
  Arena arena;
  const auto planes = grey(16, 16, {2, 2}, arena);

  plain(4, 4, {255, 0, 0, 255}).lay(planes, 4, 6);

  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 16; ++x) {
      const bool is_under = x >= 4 && x < 8 && y >= 6 && y < 10;
      EXPECT_EQ(planes.plane[0].row(y)[x], is_under ? 76 : 100) << x << " " << y;
      EXPECT_EQ(planes.plane[1].row(y / 2)[x / 2], is_under ? 85 : 128) << x << " " << y;
      EXPECT_EQ(planes.plane[2].row(y / 2)[x / 2], is_under ? 255 : 128) << x << " " << y;
    }
  }
}

TEST(Overlay, MixesByItsAlpha) {
  Arena arena;
  const auto planes = grey(8, 8, {1, 1}, arena);

  plain(8, 8, {255, 255, 255, 51}).lay(planes, 0, 0);

  EXPECT_EQ(planes.plane[0].row(3)[3], 131) << "100 and a fifth of what is missing to 255";
  EXPECT_EQ(planes.plane[1].row(3)[3], 128);
}

TEST(Overlay, CountsOnlyThePixelsThatItCoversForChroma) {
  Arena arena;
  const auto planes = grey(9, 9, {2, 2}, arena);

  plain(1, 1, {255, 0, 0, 255}).lay(planes, 3, 3);
  plain(1, 1, {255, 0, 0, 255}).lay(planes, 8, 8);

  EXPECT_EQ(planes.plane[2].row(1)[1], 160) << "a quarter of the way to 255";
  EXPECT_EQ(planes.plane[2].row(4)[4], 255) << "all that there is of the last one";
}

TEST(Overlay, DrawsNothingOutside) {
  Arena arena;
  const auto planes = grey(8, 8, {2, 1}, arena);

  for (const auto& [left, top] : {std::pair{-3, -3}, {6, 6}, {-100, 0}, {0, 100}, {8, 0}}) {
    plain(4, 4, {0, 0, 0, 255}).lay(planes, left, top);
  }

  EXPECT_EQ(planes.plane[0].row(0)[0], 0);
  EXPECT_EQ(planes.plane[0].row(0)[1], 100);
  EXPECT_EQ(planes.plane[0].row(7)[7], 0);
  EXPECT_EQ(planes.plane[0].row(7)[5], 100);
}

TEST(Overlay, HasTheRangeOfThePlanes) {
  Arena arena;
  const auto planes = grey(4, 4, {2, 2}, arena);

  plain(2, 2, {255, 255, 255, 255}, true).lay(planes, 0, 0);
  plain(2, 2, {0, 0, 0, 255}, true).lay(planes, 2, 2);

  EXPECT_EQ(planes.plane[0].row(0)[0], 235);
  EXPECT_EQ(planes.plane[0].row(3)[3], 16);
}

}  // namespace
}  // namespace calotype::planar
