#include <gtest/gtest.h>

#include "engine/samples.h"
#include "engine/steps.h"

namespace calotype::engine {
namespace {

using namespace samples;
using drawn::Picture;

constexpr Colour kRed{.red = 220, .green = 30, .blue = 30};
constexpr Colour kGreen{.red = 30, .green = 180, .blue = 40};
constexpr Colour kBlue{.red = 30, .green = 50, .blue = 210};
constexpr Colour kYellow{.red = 240, .green = 220, .blue = 40};

/// What comes out at (x, y) is what went in at (from(x, y)).
template <class From>
Picture moved(const Picture& picture, Size size, From from) {
  Picture result(size);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const Point at = from(x, y);
      result.set(x, y, picture.at(at.x, at.y));
    }
  }
  return result;
}

TEST(Crop, KeepsExactlyTheBox) {
  const auto picture = drawn::gradient({.width = 50, .height = 40});

  const auto result = after(picture, plan::Crop{.box = {.left = 7, .top = 3, .width = 20, .height = 30}});

  EXPECT_EQ(largest_difference(
                result, moved(picture, {.width = 20, .height = 30}, [](int x, int y) { return Point{x + 7, y + 3}; })),
            0);
}

TEST(Crop, RefusesABoxOutside) {
  const auto picture = drawn::gradient({.width = 50, .height = 40});

  EXPECT_THROW(after(picture, plan::Crop{.box = {.left = 40, .top = 3, .width = 20, .height = 30}}), Error);
}

TEST(QuarterTurns, MoveEveryPixelClockwise) {
  const auto picture = drawn::quarters({.width = 24, .height = 12});

  const auto once = after(picture, plan::QuarterTurns{.turns = 1});
  const auto twice = after(picture, plan::QuarterTurns{.turns = 2});
  const auto thrice = after(picture, plan::QuarterTurns{.turns = 3});

  EXPECT_EQ(largest_difference(
                once, moved(picture, {.width = 12, .height = 24}, [](int x, int y) { return Point{y, 11 - x}; })),
            0);
  EXPECT_EQ(largest_difference(
                twice, moved(picture, {.width = 24, .height = 12}, [](int x, int y) { return Point{23 - x, 11 - y}; })),
            0);
  EXPECT_EQ(largest_difference(
                thrice, moved(picture, {.width = 12, .height = 24}, [](int x, int y) { return Point{23 - y, x}; })),
            0);
}

TEST(Flip, MirrorsEveryPixel) {
  const auto picture = drawn::quarters({.width = 25, .height = 13});

  const auto across = after(picture, plan::Flip{.horizontal = true});
  const auto down = after(picture, plan::Flip{.vertical = true});
  const auto both = after(picture, plan::Flip{.horizontal = true, .vertical = true});

  EXPECT_EQ(largest_difference(across, moved(picture, picture.size, [](int x, int y) { return Point{24 - x, y}; })), 0);
  EXPECT_EQ(largest_difference(down, moved(picture, picture.size, [](int x, int y) { return Point{x, 12 - y}; })), 0);
  EXPECT_EQ(largest_difference(both, moved(picture, picture.size, [](int x, int y) { return Point{24 - x, 12 - y}; })),
            0);
}

TEST(Turn, ByQuartersEqualsTheExactTurn) {
  const auto picture = drawn::landscape({.width = 41, .height = 30});

  const auto turned = after(picture, plan::Turn{.degrees = 90, .canvas = {.width = 30, .height = 41}});
  const auto exact = after(picture, plan::QuarterTurns{.turns = 1});

  EXPECT_LE(largest_difference(turned, exact), 1);
}

TEST(Turn, GoesClockwiseAboutTheCentreOnTheBackground) {
  const Colour back{.red = 10, .green = 20, .blue = 30};
  const auto picture = drawn::quarters({.width = 60, .height = 60});

  const auto result =
      after(picture, plan::Turn{.degrees = 45, .canvas = {.width = 85, .height = 85}, .background = {.colour = back}});

  EXPECT_EQ(result.size, (Size{.width = 85, .height = 85}));
  EXPECT_EQ(result.at(2, 2), back);
  EXPECT_EQ(result.at(42, 20), kRed) << "the top left quarter comes to the top";
  EXPECT_EQ(result.at(64, 42), kGreen);
  EXPECT_EQ(result.at(42, 64), kYellow);
  EXPECT_EQ(result.at(20, 42), kBlue);
}

TEST(Turn, MakesTheOutsideTransparent) {
  const auto picture = drawn::quarters({.width = 60, .height = 60});

  const auto result =
      after(picture,
            plan::Turn{.degrees = -30, .canvas = {.width = 82, .height = 82}, .background = {.colour = kTransparent}});

  EXPECT_EQ(result.at(1, 1).alpha, 0);
  EXPECT_EQ(result.at(41, 20).alpha, 255);
}

TEST(SmartCrop, KeepsTheDetailAndObeysTheShift) {
  auto picture = Picture({.width = 120, .height = 60}, {.red = 200, .green = 200, .blue = 200});
  for (int y = 20; y < 40; ++y) {
    for (int x = 85; x < 105; ++x) picture.set(x, y, (x + y) % 2 == 0 ? Colour{.red = 255} : Colour{.blue = 255});
  }

  for (const auto by : {plan::SmartCrop::By::attention, plan::SmartCrop::By::entropy}) {
    const auto kept = after(picture, plan::SmartCrop{.size = {.width = 60, .height = 60}, .by = by});
    const auto pushed =
        after(picture, plan::SmartCrop{.size = {.width = 60, .height = 60}, .by = by, .shift = {.x = -500}});
    int coloured = 0;
    for (int x = 0; x < 60; ++x) coloured += kept.at(x, 30).red != 200 ? 1 : 0;

    EXPECT_EQ(coloured, 20);
    EXPECT_EQ(pushed.at(59, 30), picture.at(59, 30)) << "pushed back inside at the left";
  }
}

/// A plain picture of 120x60 with detail from `left` to `right`.
Picture with_detail(int left, int right) {
  Picture picture({.width = 120, .height = 60}, {.red = 200, .green = 200, .blue = 200});
  for (int y = 10; y < 50; ++y) {
    for (int x = left; x < right; ++x) picture.set(x, y, (x / 4 + y / 4) % 2 == 0 ? kRed : kBlue);
  }
  return picture;
}

constexpr plan::SmartPad kSmartPad{.size = {.width = 60, .height = 60},
                                   .cut = {.x = 30, .y = 0},
                                   .inside = {.width = 60, .height = 30},
                                   .at = {.x = 0, .y = 15},
                                   .background = {.colour = kGreen}};

TEST(SmartPad, CutsWhereTheDetailSurvives) {
  const auto picture = with_detail(50, 70);

  const auto result = after(picture, kSmartPad);
  EXPECT_EQ(largest_difference(
                result, moved(picture, {.width = 60, .height = 60}, [](int x, int y) { return Point{x + 30, y}; })),
            0);
}

TEST(SmartPad, ShowsAllWhereItDoesNot) {
  const auto result = after(with_detail(4, 116), kSmartPad);

  EXPECT_EQ(result.size, (Size{60, 60}));
  EXPECT_EQ(result.at(30, 5), kGreen);
  EXPECT_EQ(result.at(30, 55), kGreen);
  EXPECT_NE(result.at(3, 30), kGreen);
}

TEST(SmartPad, CutsWhereTheEyeIsDrawn) {
  auto step = kSmartPad;
  step.by = plan::SmartCrop::By::attention;
  const auto result = after(with_detail(90, 112), step);

  int coloured = 0;
  for (int x = 0; x < 60; ++x) coloured += result.at(x, 30).red != 200 ? 1 : 0;
  EXPECT_EQ(coloured, 22) << "all of it";
}

TEST(SmartPad, IsContentWithTheShareThatTheRuleSays) {
  auto step = kSmartPad;  // shows 40 of the 80 columns of detail
  step.keep = 0.4;
  const auto picture = with_detail(50, 120);
  EXPECT_NE(after(picture, step).at(30, 5), kGreen);
  step.keep = 0.9;
  EXPECT_EQ(after(picture, step).at(30, 5), kGreen);
}

TEST(SmartPad, ShowsAllOfAPictureWithoutDetail) {
  EXPECT_EQ(after(Picture({.width = 120, .height = 60}, kRed), kSmartPad).at(30, 5), kGreen)
      << "a half is less than nine tenths";
}

TEST(Resize, GivesExactlyTheSizeWhateverTheRatio) {
  const auto picture = drawn::landscape({.width = 97, .height = 61});
  for (const Size size :
       {Size{1, 1}, Size{96, 60}, Size{33, 7}, Size{3, 200}, Size{150, 90}, Size{97, 10}, Size{400, 1}}) {
    EXPECT_EQ(after(picture, plan::Resize{.size = size}).size, size);
    EXPECT_EQ(after(picture, plan::Resize{.size = size, .kernel = rule::Kernel::nearest}).size, size);
    EXPECT_EQ(after(picture, plan::Resize{.size = size, .is_linear = true}).size, size);
  }
}

TEST(Resize, KeepsAFlatColourWithEveryKernel) {
  const Colour colour{.red = 180, .green = 90, .blue = 45};
  const Picture picture({.width = 64, .height = 48}, colour);
  using enum rule::Kernel;
  for (const auto kernel : {nearest, linear, cubic, mitchell, lanczos2, lanczos3}) {
    for (const Size size : {Size{20, 15}, Size{90, 70}}) {
      const auto result = after(picture, plan::Resize{.size = size, .kernel = kernel});
      EXPECT_EQ(largest_difference(result, Picture(size, colour)), 0);
    }
  }
}

TEST(Resize, KeepsARampARamp) {
  const auto result =
      after(drawn::gradient({.width = 400, .height = 300}), plan::Resize{.size = {.width = 100, .height = 75}});

  EXPECT_LE(largest_difference(result, drawn::gradient({.width = 100, .height = 75})), 3);
}

TEST(Resize, KeepsTheCentreWhereItIs) {
  // A block that lies symmetrically comes out symmetrically, larger and smaller.
  const auto picture =
      drawn::block({.width = 30, .height = 20}, kWhite, {.left = 10, .top = 6, .width = 10, .height = 8}, {});
  for (const Size size : {Size{60, 40}, Size{77, 51}, Size{12, 9}, Size{20, 50}}) {
    const auto result = after(picture, plan::Resize{.size = size});
    const auto mirrored =
        moved(result, size, [size](int x, int y) { return Point{size.width - 1 - x, size.height - 1 - y}; });
    EXPECT_LE(largest_difference(result, mirrored), 2) << testing::PrintToString(size);
  }
}

TEST(Resize, MixesInLinearLightWhenAsked) {
  const auto board = drawn::checkerboard({.width = 64, .height = 64}, 1);

  const auto encoded = after(board, plan::Resize{.size = {.width = 16, .height = 16}});
  const auto linear = after(board, plan::Resize{.size = {.width = 16, .height = 16}, .is_linear = true});

  EXPECT_TRUE(is_near(encoded.at(8, 8), {.red = 128, .green = 128, .blue = 128}, 2));
  EXPECT_TRUE(is_near(linear.at(8, 8), {.red = 188, .green = 188, .blue = 188}, 2)) << "half the light";
}

TEST(Resize, DoesNotBleedTransparentColours) {
  Picture picture({.width = 40, .height = 40}, {.red = 0, .green = 255, .blue = 0, .alpha = 0});
  for (int y = 0; y < 40; ++y) {
    for (int x = 20; x < 40; ++x) picture.set(x, y, {.red = 255});
  }

  for (const bool is_linear : {false, true}) {
    const auto result = after(picture, plan::Resize{.size = {.width = 15, .height = 15}, .is_linear = is_linear}, true);
    for (int x = 0; x < 15; ++x) {
      if (result.at(x, 7).alpha > 8)
        EXPECT_TRUE(is_near(result.at(x, 7), {.red = 255, .alpha = result.at(x, 7).alpha}, 3)) << x;
    }
    EXPECT_EQ(result.at(0, 7).alpha, 0);
    EXPECT_EQ(result.at(14, 7).alpha, 255);
  }
}

}  // namespace
}  // namespace calotype::engine
