#include "transform/geometry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "transform/samples.h"

namespace calotype::transform {
namespace {

TEST(CropToFill, CutsBothSidesOfAWideSource) {
  const auto box = crop_to_fill({.width = 400, .height = 100}, {.width = 50, .height = 50});

  EXPECT_EQ(box, (Box{.left = 150, .top = 0, .width = 100, .height = 100}));
}

struct FillCase {
  Size source;
  Size target;
  Box kept;
};

TEST(CropToFill, KeepsTheLargestPartOfTheRatio) {
  const FillCase cases[] = {
      {{100, 400}, {50, 50}, {0, 150, 100, 100}},
      {{400, 100}, {80, 20}, {0, 0, 400, 100}},
      {{1600, 900}, {300, 300}, {350, 0, 900, 900}},
      {{100, 100}, {300, 169}, {0, 22, 100, 56}},
      {{101, 100}, {1, 1}, {0, 0, 100, 100}},
      {{1, 1}, {300, 169}, {0, 0, 1, 1}},
      {{10000, 1}, {100, 100}, {4999, 0, 1, 1}},
      {{1, 10000}, {300, 100}, {0, 4999, 1, 1}},
      {{65535, 65535}, {65535, 1}, {0, 32767, 65535, 1}},
  };
  for (const auto& [source, target, kept] : cases) {
    EXPECT_EQ(crop_to_fill(source, target), kept)
        << testing::PrintToString(source) << " to " << testing::PrintToString(target);
  }
}

TEST(CropToFill, RefusesWhatHasNoArea) {
  EXPECT_THROW(crop_to_fill({0, 10}, {1, 1}), Error);
  EXPECT_THROW(crop_to_fill({10, 10}, {1, 0}), Error);
}

struct FitCase {
  Size source;
  Size box;
  Size inside;
  Size covering;
};

TEST(FitAndCover, KeepTheRatioToAPixel) {
  const FitCase cases[] = {
      {{1600, 900}, {300, 300}, {300, 169}, {533, 300}},  {{900, 1600}, {300, 300}, {169, 300}, {300, 533}},
      {{500, 500}, {300, 200}, {200, 200}, {300, 300}},   {{1, 1}, {300, 169}, {169, 169}, {300, 300}},
      {{10000, 1}, {300, 300}, {300, 1}, {3000000, 300}}, {{1, 10000}, {300, 300}, {1, 300}, {300, 3000000}},
      {{1000, 334}, {300, 100}, {299, 100}, {300, 100}},  {{300, 169}, {300, 169}, {300, 169}, {300, 169}},
  };
  for (const auto& [source, box, inside, covering] : cases) {
    EXPECT_EQ(fit_inside(source, box), inside);
    EXPECT_EQ(cover(source, box), covering);
  }
}

TEST(ShrinkInto, KeepsTheRatioOfTheBox) {
  EXPECT_EQ(shrink_into({400, 200}, {300, 300}), (Size{300, 150}));
  EXPECT_EQ(shrink_into({400, 200}, {500, 100}), (Size{200, 100}));
  EXPECT_EQ(shrink_into({40, 20}, {300, 300}), (Size{40, 20}));
}

TEST(ClipTo, KeepsWhatIsCommon) {
  const Size picture{100, 50};
  EXPECT_EQ(clip_to({-10, -10, 30, 30}, picture), (Box{0, 0, 20, 20}));
  EXPECT_EQ(clip_to({90, 40, 30, 30}, picture), (Box{90, 40, 10, 10}));
  EXPECT_EQ(clip_to({-5, -5, 200, 200}, picture), (Box{0, 0, 100, 50}));
  EXPECT_EQ(clip_to({100, 0, 10, 10}, picture), std::nullopt);
  EXPECT_EQ(clip_to({-10, 0, 10, 10}, picture), std::nullopt);
  EXPECT_EQ(clip_to({0, 0, 0, 10}, picture), std::nullopt);
  EXPECT_EQ(clip_to({5, 5, -3, 10}, picture), std::nullopt);
  EXPECT_EQ(clip_to({2147483647, 2147483647, 2147483647, 2147483647}, picture), std::nullopt);
}

TEST(Around, CentresOnASpotAndStaysInside) {
  const Size picture{100, 50};
  EXPECT_EQ(around({20, 20}, picture, {50, 25}), (Box{40, 15, 20, 20}));
  EXPECT_EQ(around({20, 20}, picture, {0, 0}), (Box{0, 0, 20, 20}));
  EXPECT_EQ(around({20, 20}, picture, {100, 50}), (Box{80, 30, 20, 20}));
  EXPECT_EQ(around({20, 20}, picture, {1e12, -1e12}), (Box{80, 0, 20, 20}));
  EXPECT_EQ(around({200, 20}, picture, {50, 25}), (Box{0, 15, 100, 20}));
}

TEST(RotatedBounds, HoldTheTurnedPicture) {
  EXPECT_EQ(rotated_bounds({300, 169}, 0), (Size{300, 169}));
  EXPECT_EQ(rotated_bounds({300, 169}, 90), (Size{169, 300}));
  EXPECT_EQ(rotated_bounds({300, 169}, -180), (Size{300, 169}));
  EXPECT_EQ(rotated_bounds({100, 100}, 45), (Size{141, 141}));
  EXPECT_EQ(rotated_bounds({100, 100}, 135), (Size{141, 141}));
  EXPECT_EQ(rotated_bounds({200, 100}, 30), (Size{223, 187}));
  EXPECT_EQ(rotated_bounds({200, 100}, -30), (Size{223, 187}));
  EXPECT_EQ(rotated_bounds({10000, 1}, 0.1), (Size{10000, 18}));
}

TEST(Inscribed, HoldsOnlyPictureInItsOwnRatio) {
  EXPECT_EQ(inscribed({300, 200}, 0), (Size{300, 200}));
  EXPECT_EQ(inscribed({100, 100}, 45), (Size{70, 70}));
  EXPECT_EQ(inscribed({200, 100}, 30), (Size{107, 53}));
  EXPECT_EQ(inscribed({10000, 1}, 45), (Size{1, 1}));
  EXPECT_EQ(inscribed({200, 100}, 90), (Size{100, 50}));
}

TEST(Inscribed, HasItsCornersInsideTheTurnedPicture) {
  const Size size{320, 180};
  for (double degrees = -180; degrees <= 180; degrees += 7.3) {
    const auto box = inscribed(size, degrees);
    const double radians = degrees * 3.14159265358979 / 180;
    for (const double side_x : {-1.0, 1.0}) {
      for (const double side_y : {-1.0, 1.0}) {
        const double x = side_x * box.width / 2.0;
        const double y = side_y * box.height / 2.0;
        EXPECT_LE(std::abs(x * std::cos(radians) + y * std::sin(radians)), size.width / 2.0 + 1e-6);
        EXPECT_LE(std::abs(y * std::cos(radians) - x * std::sin(radians)), size.height / 2.0 + 1e-6);
      }
    }
  }
}

TEST(Angles, AreTakenModuloAFullTurn) {
  EXPECT_DOUBLE_EQ(normal_angle(-90), 270);
  EXPECT_DOUBLE_EQ(normal_angle(360), 0);
  EXPECT_DOUBLE_EQ(normal_angle(-360), 0);
  EXPECT_LT(normal_angle(-1e-300), 360);
  EXPECT_EQ(quarter_turns(-90), 3);
  EXPECT_EQ(quarter_turns(180), 2);
  EXPECT_EQ(quarter_turns(-360), 0);
  EXPECT_EQ(quarter_turns(45), std::nullopt);
  EXPECT_EQ(quarter_turns(90.0001), std::nullopt);
}

}  // namespace
}  // namespace calotype::transform
