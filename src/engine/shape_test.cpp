#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "engine/coverage.h"
#include "engine/samples.h"

namespace calotype::engine {
namespace {

using namespace samples;
using drawn::Picture;

constexpr Size kSize{.width = 60, .height = 40};
constexpr Box kAll{.width = 60, .height = 40};
constexpr Colour kInk{.red = 200, .green = 100, .blue = 50};
constexpr Colour kFrame{.red = 10, .green = 20, .blue = 160};

TEST(Coverage, HasTheAreaOfTheShape) {
  const double ellipse =
      coverage({.width = 200, .height = 120}, {.width = 200, .height = 120, .is_ellipse = true}).avg() * 200 * 120;
  const double rounded =
      coverage({.width = 200, .height = 120}, {.width = 200, .height = 120, .radii = {30, 30, 30, 30}}).avg() * 200 *
      120;

  EXPECT_NEAR(ellipse, std::numbers::pi * 100 * 60, 20);
  EXPECT_NEAR(rounded, 200 * 120 - (4 - std::numbers::pi) * 30 * 30, 5);
}

TEST(Mask, CutsAnEllipse) {
  const auto result =
      after(Picture(kSize, kInk), plan::Mask{.is_ellipse = true, .box = kAll, .background = {.colour = kTransparent}});

  EXPECT_EQ(result.at(0, 0).alpha, 0);
  EXPECT_EQ(result.at(30, 20), kInk);
  EXPECT_EQ(result.at(30, 1).alpha, 255);
  EXPECT_EQ(result.at(3, 3).alpha, 0);
}

TEST(Mask, RoundsEachCornerByItsRadius) {
  const auto result =
      after(Picture(kSize, kInk), plan::Mask{.box = kAll, .radii = {0, 5, 10, 20}, .background = {.colour = kFrame}});

  EXPECT_EQ(result.at(0, 0), kInk) << "not rounded";
  EXPECT_EQ(result.at(59, 0), kFrame);
  EXPECT_EQ(result.at(57, 2), kInk);
  EXPECT_EQ(result.at(58, 38), kFrame);
  EXPECT_EQ(result.at(55, 35), kInk);
  EXPECT_EQ(result.at(3, 36), kFrame);
  EXPECT_EQ(result.at(8, 32), kInk);
}

TEST(Mask, KeepsTheColourAtItsSoftEdge) {
  const auto result =
      after(Picture(kSize, kInk), plan::Mask{.is_ellipse = true, .box = kAll, .background = {.colour = kTransparent}});
  int soft = 0;
  for (int y = 0; y < kSize.height; ++y) {
    for (int x = 0; x < kSize.width; ++x) {
      const Colour pixel = result.at(x, y);
      if (pixel.alpha < 16 || pixel.alpha == 255) continue;
      ++soft;
      EXPECT_TRUE(is_near(pixel, {.red = 200, .green = 100, .blue = 50, .alpha = pixel.alpha}, 8));
    }
  }
  EXPECT_GT(soft, 40);
}

TEST(Border, GrowsOutsideByEachWidth) {
  const auto picture = drawn::gradient(kSize);

  const auto result = after(picture, plan::Border{.widths = {1, 2, 3, 4}, .colour = kFrame});

  ASSERT_EQ(result.size, (Size{.width = 66, .height = 44}));
  for (int y = 0; y < 44; ++y) {
    for (int x = 0; x < 66; ++x) {
      const bool is_inside = x >= 4 && x < 64 && y >= 1 && y < 41;
      ASSERT_EQ(result.at(x, y), is_inside ? picture.at(x - 4, y - 1) : kFrame) << x << ',' << y;
    }
  }
}

TEST(Border, CoversTheEdgeInside) {
  const auto picture = drawn::gradient(kSize);

  const auto result = after(picture, plan::Border{.widths = {1, 2, 3, 4}, .colour = kFrame, .is_outside = false});

  ASSERT_EQ(result.size, kSize);
  EXPECT_EQ(result.at(3, 20), kFrame);
  EXPECT_EQ(result.at(4, 20), picture.at(4, 20));
  EXPECT_EQ(result.at(57, 20), picture.at(57, 20));
  EXPECT_EQ(result.at(58, 20), kFrame);
  EXPECT_EQ(result.at(30, 0), kFrame);
  EXPECT_EQ(result.at(30, 1), picture.at(30, 1));
  EXPECT_EQ(result.at(30, 37), kFrame);
}

Picture framed(bool is_outside, bool is_ellipse) {
  const std::array<double, 4> radii = is_ellipse ? std::array<double, 4>{} : std::array<double, 4>{15, 15, 15, 15};
  const std::string file = file_of(Picture(kSize, kInk), ImageFormat::png);
  return rendered(
      file, plan_of(info_of(ImageFormat::png, kSize),
                    {plan::Mask{
                         .is_ellipse = is_ellipse, .box = kAll, .radii = radii, .background = {.colour = kTransparent}},
                     plan::Border{.widths = {4, 4, 4, 4},
                                  .colour = kFrame,
                                  .is_outside = is_outside,
                                  .radii = radii,
                                  .is_ellipse = is_ellipse}}));
}

TEST(Border, FollowsRoundCornersWithoutAGap) {
  for (const bool is_outside : {true, false}) {
    for (const bool is_ellipse : {true, false}) {
      const auto result = framed(is_outside, is_ellipse);
      EXPECT_EQ(result.at(0, 0).alpha, 0);
      // From the middle outwards along the diagonal: once the border is left, and not before, it turns transparent.
      const int side = std::min(result.size.width, result.size.height);
      bool was_frame = false;
      for (int i = side / 2; i > 0; --i) {
        const Colour pixel = result.at(result.size.width - side + i, side - 1 - (side - i));
        was_frame = was_frame || is_near(pixel, kFrame, 30);
        if (!was_frame)
          EXPECT_GE(pixel.alpha, 250) << "a gap between picture and border, " << is_outside << is_ellipse << i;
      }
    }
  }
}

}  // namespace
}  // namespace calotype::engine
