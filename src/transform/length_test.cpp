#include "transform/length.h"

#include <gtest/gtest.h>

#include <limits>

namespace calotype::transform {
namespace {

TEST(Length, TurnsPercentIntoPixelsAndMultipliesPixelsByDpr) {
  EXPECT_DOUBLE_EQ(pixels_of({.value = 20, .unit = rule::Length::Unit::percent}, 300, 2), 60);
  EXPECT_DOUBLE_EQ(pixels_of({.value = 20, .unit = rule::Length::Unit::pixels}, 300, 2), 40);
  EXPECT_DOUBLE_EQ(pixels_of({.value = -5, .unit = rule::Length::Unit::percent}, 300, 2), -15);
}

TEST(Length, RoundsHalvesAwayFromZero) {
  EXPECT_EQ(nearest(0.5), 1);
  EXPECT_EQ(nearest(-0.5), -1);
  EXPECT_EQ(nearest(168.75), 169);
  EXPECT_EQ(nearest(168.49), 168);
}

TEST(Length, IgnoresTheDustOfBinaryFractions) {
  EXPECT_EQ(at_least(300 * 0.1), 30);
  EXPECT_EQ(at_least(30.00001), 31);
  EXPECT_EQ(at_most(0.29 * 100), 29);
  EXPECT_EQ(at_most(28.9999), 28);
}

TEST(Length, KeepsSidesAtOnePixelOrMore) {
  EXPECT_EQ(side_of(0), 1);
  EXPECT_EQ(side_of(-7), 1);
  EXPECT_EQ(scaled_side(1, 1, 10000), 1);
}

TEST(Length, BoundsWhateverItIsGiven) {
  EXPECT_EQ(nearest(1e300), kFarthest);
  EXPECT_EQ(nearest(-std::numeric_limits<double>::infinity()), -kFarthest);
  EXPECT_EQ(nearest(std::numeric_limits<double>::quiet_NaN()), 0);
  EXPECT_EQ(scaled_side(kFarthest, kFarthest, 1), kFarthest);
}

TEST(Length, ScalesSidesExactly) {
  EXPECT_EQ(scaled_side(900, 300, 1600), 169);
  EXPECT_EQ(scaled_side(1, 1, 2), 1);
  EXPECT_EQ(scaled_side(3, 1, 2), 2);
  EXPECT_EQ(scaled_side(99'999'999, 3, 3), 99'999'999);
}

}  // namespace
}  // namespace calotype::transform
