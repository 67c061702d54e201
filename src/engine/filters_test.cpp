#include <gtest/gtest.h>

#include <cmath>

#include "engine/samples.h"
#include "engine/steps.h"

namespace calotype::engine {
namespace {

using namespace samples;
using drawn::Picture;

Picture edge_picture(int side) {
  return drawn::block({.width = side, .height = side}, {}, {.left = side / 2, .width = side / 2, .height = side},
                      kWhite);
}

class BlurWidth : public testing::TestWithParam<double> {};

TEST_P(BlurWidth, FollowsTheGaussian) {
  const double sigma = GetParam();
  const int side = 160;
  const auto result = after(edge_picture(side), plan::Blur{.values = {.sigma = sigma}});

  for (const double distance : {-2.0, -1.0, -0.5, 0.5, 1.0, 2.0}) {
    const int x = static_cast<int>(std::lround(side / 2.0 + distance * sigma));
    if (x < 0 || x >= side || sigma > 30) continue;
    const double exact = 127.5 * (1 + std::erf((x + 0.5 - side / 2.0) / (sigma * std::sqrt(2.0))));
    EXPECT_NEAR(result.at(x, side / 2).red, exact, 4) << sigma << " at " << x;
  }
}

INSTANTIATE_TEST_SUITE_P(Filters, BlurWidth, testing::Values(1, 3, 7.5, 9, 15, 30));

TEST(Blur, KeepsFlatColoursAndAlphaEdgesClean) {
  const Colour colour{.red = 190, .green = 20, .blue = 70};
  Picture picture({.width = 60, .height = 60}, {.green = 255, .alpha = 0});
  for (int y = 0; y < 60; ++y) {
    for (int x = 30; x < 60; ++x) picture.set(x, y, colour);
  }

  const auto flat = after(Picture({.width = 60, .height = 60}, colour), plan::Blur{.values = {.sigma = 20}});
  const auto clear = after(picture, plan::Blur{.values = {.sigma = 4}}, true);

  EXPECT_LE(largest_difference(flat, Picture({.width = 60, .height = 60}, colour)), 1);
  EXPECT_NEAR(clear.at(30, 30).alpha, 134, 10);
  EXPECT_TRUE(is_near(clear.at(29, 30), {.red = 190, .green = 20, .blue = 70, .alpha = clear.at(29, 30).alpha}, 4));
}

TEST(Blur, GrowsAlongTheDirection) {
  const auto board = drawn::checkerboard({.width = 60, .height = 120}, 2);

  const auto result = after(
      board,
      plan::Blur{.values = {.sigma = 8, .progressive = rule::Progressive{.angle = 90, .start = 0.25, .stop = 0.75}}});

  for (int x = 0; x < 60; ++x) EXPECT_EQ(result.at(x, 10), board.at(x, 10));
  for (int x = 20; x < 40; ++x) EXPECT_NEAR(result.at(x, 100).red, 128, 6);
  const auto contrast = [&](int y) { return std::abs(int{result.at(30, y).red} - int{result.at(32, y).red}); };
  EXPECT_GE(contrast(30), contrast(55));
  EXPECT_GE(contrast(55), contrast(110));
}

TEST(Pixelate, GivesTheMeanOfPartialCellsToo) {
  const auto picture = drawn::gradient({.width = 50, .height = 33});

  const auto result = after(picture, plan::Pixelate{.cell = 8});

  double sum = 0;
  for (int x = 48; x < 50; ++x) sum += picture.at(x, 32).red;
  EXPECT_NEAR(result.at(49, 32).red, sum / 2, 1);
  EXPECT_EQ(result.at(49, 32), result.at(48, 32));
  EXPECT_EQ(result.at(0, 0), result.at(7, 7));
  EXPECT_NE(result.at(7, 7), result.at(8, 7));
}

TEST(Median, RemovesASpeckAndKeepsAnEdge) {
  auto picture = edge_picture(40);
  picture.set(5, 20, kWhite);

  const auto result = after(picture, plan::Median{.window = 3});

  EXPECT_EQ(result.at(5, 20), Colour{});
  EXPECT_EQ(result.at(19, 20), Colour{});
  EXPECT_EQ(result.at(20, 20), kWhite);
}

TEST(Sharpen, SteepensAnEdgeWithinItsLimits) {
  auto picture = Picture({.width = 40, .height = 40}, {.red = 100, .green = 100, .blue = 100});
  for (int y = 0; y < 40; ++y) {
    for (int x = 20; x < 40; ++x) picture.set(x, y, {.red = 150, .green = 150, .blue = 150});
  }

  const auto result = after(picture, plan::Sharpen{.values = {.sigma = 1.5, .flat = 1, .jagged = 3, .threshold = 1}});
  const auto limited = after(
      picture,
      plan::Sharpen{.values = {.sigma = 1.5, .flat = 1, .jagged = 3, .threshold = 1, .max_bright = 1, .max_dark = 1}});

  EXPECT_LT(result.at(19, 20).red, 95);
  EXPECT_GT(result.at(20, 20).red, 155);
  EXPECT_EQ(result.at(5, 20).red, 100);
  EXPECT_GT(limited.at(19, 20).red, result.at(19, 20).red);
}

TEST(Filters, WorkOnOnePixel) {
  const Picture dot({.width = 1, .height = 1}, {.red = 9, .green = 8, .blue = 7});
  for (const plan::Step& step : std::vector<plan::Step>{
           plan::Blur{.values = {.sigma = 250}}, plan::Pixelate{.cell = 512}, plan::Median{.window = 7},
           plan::Sharpen{}, plan::Blur{.values = {.sigma = 5, .progressive = rule::Progressive{}}}}) {
    EXPECT_LE(largest_difference(after(dot, step), dot), 1);
  }
}

}  // namespace
}  // namespace calotype::engine
