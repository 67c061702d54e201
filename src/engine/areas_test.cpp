#include <gtest/gtest.h>

#include "engine/samples.h"
#include "engine/steps.h"

namespace calotype::engine {
namespace {

using namespace samples;
using drawn::Picture;
using Mode = plan::CoverArea::Mode;

constexpr Box kArea{.left = 20, .top = 10, .width = 24, .height = 24};

bool is_in(const Box& box, int x, int y) {
  return x >= box.left && y >= box.top && x < box.left + box.width && y < box.top + box.height;
}

/// Nothing outside of the box differs.
void expect_untouched_outside(const Picture& result, const Picture& picture, const Box& box) {
  for (int y = 0; y < picture.size.height; ++y) {
    for (int x = 0; x < picture.size.width; ++x) {
      if (!is_in(box, x, y)) ASSERT_EQ(result.at(x, y), picture.at(x, y)) << x << ',' << y;
    }
  }
}

/// The largest step between neighbours inside the box: how much detail is left.
int sharpest(const Picture& picture, const Box& box) {
  int most = 0;
  for (int y = box.top; y < box.top + box.height; ++y) {
    for (int x = box.left + 1; x < box.left + box.width; ++x) {
      most = std::max(most, std::abs(int{picture.at(x, y).red} - int{picture.at(x - 1, y).red}));
    }
  }
  return most;
}

TEST(CoverArea, FillsExactlyTheBox) {
  const auto picture = drawn::checkerboard({.width = 64, .height = 48}, 3);
  const Colour ink{.red = 12, .green = 34, .blue = 56};

  const auto result = after(picture, plan::CoverArea{.box = kArea, .colour = ink});

  expect_untouched_outside(result, picture, kArea);
  for (int i = 0; i < 24; ++i) EXPECT_EQ(result.at(kArea.left + i, kArea.top + (i * 7) % 24), ink);
}

TEST(CoverArea, PixelatesToTheMeanOfEveryCell) {
  const auto picture = drawn::checkerboard({.width = 64, .height = 48}, 3);

  const auto result = after(picture, plan::CoverArea{.box = kArea, .mode = Mode::pixelate, .cell = 12});

  expect_untouched_outside(result, picture, kArea);
  EXPECT_EQ(result.at(20, 10), result.at(31, 21));
  int sum = 0;
  for (int y = 10; y < 22; ++y) {
    for (int x = 20; x < 32; ++x) sum += picture.at(x, y).red;
  }
  EXPECT_NEAR(result.at(25, 15).red, sum / 144.0, 1);
}

TEST(CoverArea, BlursTheBoxAlone) {
  const auto picture = drawn::checkerboard({.width = 64, .height = 48}, 3);

  const auto result = after(picture, plan::CoverArea{.box = kArea, .mode = Mode::blur, .sigma = 6});

  expect_untouched_outside(result, picture, kArea);
  EXPECT_LE(sharpest(result, kArea), 8);
}

TEST(CoverArea, FeathersOutwardsSoThatNothingInsideShowsThrough) {
  const auto picture = drawn::checkerboard({.width = 64, .height = 48}, 3);

  const auto result = after(picture, plan::CoverArea{.box = kArea, .mode = Mode::blur, .sigma = 6, .feather = 5});

  EXPECT_LE(sharpest(result, kArea), 12);
  expect_untouched_outside(result, picture, {.left = 15, .top = 5, .width = 34, .height = 34});
  EXPECT_NE(result.at(18, 20), picture.at(18, 20));
}

TEST(CoverArea, CoversTheEllipseInTheBox) {
  const auto picture = drawn::checkerboard({.width = 64, .height = 48}, 3);
  const Colour ink{.red = 12, .green = 34, .blue = 56};

  const auto result = after(picture, plan::CoverArea{.box = kArea, .is_ellipse = true, .colour = ink});

  EXPECT_EQ(result.at(32, 22), ink);
  EXPECT_EQ(result.at(32, 11), ink);
  EXPECT_EQ(result.at(20, 10), picture.at(20, 10)) << "the corner of the box is outside";
}

TEST(CoverArea, ReachesTheEdgeOfThePicture) {
  const auto picture = drawn::checkerboard({.width = 64, .height = 48}, 3);
  const Box corner{.left = 50, .top = 40, .width = 14, .height = 8};

  for (const auto mode : {Mode::blur, Mode::pixelate, Mode::fill}) {
    const auto result =
        after(picture,
              plan::CoverArea{.box = corner, .mode = mode, .sigma = 8, .feather = 4, .cell = 5, .colour = {.red = 99}});
    EXPECT_NE(result.at(63, 47), picture.at(63, 47));
  }
}

Box measured(const Picture& picture, const plan::FindTrim& step, bool has_alpha = false) {
  const std::string file = file_of(picture, ImageFormat::png, has_alpha);
  return measure(plan_of(info_of(ImageFormat::png, picture.size, has_alpha), {step}), input_of(file));
}

TEST(FindTrim, FindsWhatDiffersFromTheCorner) {
  const Box inside{.left = 11, .top = 5, .width = 30, .height = 22};
  const auto picture =
      drawn::block({.width = 60, .height = 40}, kWhite, inside, {.red = 200, .green = 200, .blue = 255});

  EXPECT_EQ(measured(picture, {}), inside);
  EXPECT_EQ(measured(picture, {.threshold = 60}), (Box{.width = 60, .height = 40}))
      << "all border: nothing to trim around";
}

TEST(FindTrim, TakesAColourThatIsGiven) {
  const auto picture = drawn::block({.width = 60, .height = 40}, {.red = 10},
                                    {.left = 0, .top = 0, .width = 20, .height = 40}, {.green = 200});

  EXPECT_EQ(measured(picture, {.colour = Colour{.red = 10}}), (Box{.width = 20, .height = 40}));
  EXPECT_EQ(measured(picture, {.colour = Colour{.green = 200}}), (Box{.left = 20, .width = 40, .height = 40}));
}

TEST(FindTrim, TrimsTransparencyOnlyWhenAsked) {
  auto picture = drawn::block({.width = 60, .height = 40}, {.red = 9, .alpha = 0},
                              {.left = 4, .top = 3, .width = 50, .height = 30}, {.blue = 50});
  picture.set(0, 20, {.red = 250, .green = 250, .alpha = 0});

  EXPECT_EQ(measured(picture, {}, true), (Box{.left = 4, .top = 3, .width = 50, .height = 30}));
  EXPECT_EQ(measured(picture, {.alpha = false}, true), (Box{.left = 0, .top = 3, .width = 54, .height = 30}));
}

TEST(FindTrim, IsMeasuredAfterTheStepsBefore) {
  const auto picture =
      drawn::block({.width = 60, .height = 40}, kWhite, {.left = 10, .top = 5, .width = 20, .height = 10}, {});
  const std::string file = file_of(picture, ImageFormat::png);

  const auto box =
      measure(plan_of(info_of(ImageFormat::png, picture.size), {plan::Orient{.orientation = 6}, plan::FindTrim{}}),
              input_of(file));

  EXPECT_EQ(box, (Box{.left = 25, .top = 10, .width = 10, .height = 20}));
}

}  // namespace
}  // namespace calotype::engine
