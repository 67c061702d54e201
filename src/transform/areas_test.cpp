#include "transform/areas.h"

#include <gmock/gmock.h>

#include "transform/samples.h"

namespace calotype::transform {
namespace {

using samples::lines;
using samples::percent;
using samples::px;
using testing::ElementsAre;
using testing::IsEmpty;

const Limits kLimits;

rule::Area area(rule::Length left, rule::Length top, rule::Length width, rule::Length height) {
  return {.left = left, .top = top, .width = width, .height = height};
}

struct BoxCase {
  const char* name;
  rule::Area area;
  std::optional<Box> box;
};

TEST(Areas, AreRoundedOutwardsAndCutToThePicture) {
  const BoxCase cases[] = {
      {"inside", area(px(10), px(20), px(30), px(40)), Box{10, 20, 30, 40}},
      {"percent", area(percent(10), percent(20), percent(50), percent(40)), Box{30, 40, 150, 80}},
      {"outwards", area(percent(33.33), percent(33.33), percent(1), percent(1)), Box{99, 66, 4, 3}},
      {"over the corner", area(px(290), px(190), px(50), px(50)), Box{290, 190, 10, 10}},
      {"from outside", area(px(-20), percent(-10), px(30), px(30)), Box{0, 0, 10, 10}},
      {"the whole and more", area(px(-20), px(-20), px(900), px(900)), Box{0, 0, 300, 200}},
      {"right of it", area(px(300), px(0), px(10), px(10)), std::nullopt},
      {"above it", area(px(0), px(-40), px(10), px(40)), std::nullopt},
      {"at the far end of the range", area(px(16384), px(16384), px(16384), px(16384)), std::nullopt},
  };
  for (const auto& [name, given, box] : cases) EXPECT_EQ(box_of(given, {300, 200}), box) << name;
}

TEST(BlurAreas, RaisesSigmaToASixteenthOfTheShorterSide) {
  Draft draft({1000, 1000}, kLimits);

  blur_areas(draft, {.areas = {area(px(0), px(0), px(800), px(640)), area(px(0), px(0), px(100), px(100)),
                               area(px(1000), px(0), px(1), px(1))},
                     .sigma = 20,
                     .feather = 5});

  EXPECT_THAT(lines(draft), ElementsAre("blur area 800x640 at 0,0 sigma 40 feather 5",
                                        "blur area 100x100 at 0,0 sigma 20 feather 5"));
}

TEST(PixelateAreas, TakesTheCoarserOfBothLimits) {
  struct {
    int side;
    int min_nr_of_pixels;
    int min_pixel_size;
    int cell;
  } const cases[] = {{80, 8, 8, 10},  {40, 8, 8, 8},       {63, 8, 1, 7}, {640, 1, 8, 640},
                     {100, 64, 1, 1}, {100, 64, 512, 512}, {1, 8, 8, 8}};
  for (const auto& [side, number, size, cell] : cases) {
    Draft draft({10000, 10000}, kLimits);
    pixelate_areas(
        draft,
        {{.area = area(px(0), px(0), px(side), px(2 * side)), .min_nr_of_pixels = number, .min_pixel_size = size}});
    ASSERT_EQ(draft.steps().size(), 1u);
    EXPECT_EQ(std::get<plan::CoverArea>(draft.steps()[0]).cell, cell) << side;
  }
}

TEST(PixelateAreas, MovesEdgesOutToWholeCellsInsideThePicture) {
  Draft draft({300, 200}, kLimits);

  pixelate_areas(draft,
                 {{.area = area(px(10), px(20), px(81), px(85))}, {.area = area(px(250), px(150), px(45), px(45))}});

  EXPECT_THAT(lines(draft),
              ElementsAre("pixelate area 90x90 at 10,20 cell 10", "pixelate area 48x48 at 250,150 cell 8"));
}

TEST(Redact, GrowsItsAreasOnAllSides) {
  Draft draft({300, 200}, kLimits);

  redact(draft, {.areas = {area(px(100), percent(50), px(40), px(20))},
                 .mode = rule::Redact::Mode::fill,
                 .shape = rule::Redact::Shape::ellipse,
                 .grow = 0.5});

  EXPECT_THAT(lines(draft), ElementsAre("fill area 60x30 at 90,95 ellipse #000000ff"));
}

TEST(Redact, CoversMoreTheStrongerItIs) {
  const auto step = [](rule::Redact::Mode mode, int strength) {
    Draft draft({1000, 1000}, kLimits);
    redact(draft, {.areas = {area(px(0), px(0), px(320), px(400))}, .mode = mode, .strength = strength, .grow = 0});
    return std::get<plan::CoverArea>(draft.steps().at(0));
  };
  EXPECT_DOUBLE_EQ(step(rule::Redact::Mode::blur, 1).sigma, 20) << "never under a sixteenth";
  EXPECT_DOUBLE_EQ(step(rule::Redact::Mode::blur, 60).sigma, 48);
  EXPECT_DOUBLE_EQ(step(rule::Redact::Mode::blur, 100).sigma, 80);
  EXPECT_EQ(step(rule::Redact::Mode::pixelate, 1).cell, 21);
  EXPECT_EQ(step(rule::Redact::Mode::pixelate, 60).cell, 43);
  EXPECT_EQ(step(rule::Redact::Mode::pixelate, 100).cell, 160);
}

TEST(Redact, IsNeverFinerThanEightPixels) {
  Draft draft({1000, 1000}, kLimits);

  redact(draft, {.areas = {area(px(0), px(0), px(10), px(10))}, .strength = 1, .grow = 0});

  EXPECT_THAT(lines(draft), ElementsAre("pixelate area 16x16 at 0,0 cell 8"));
}

TEST(Redact, SkipsWhatIsOutside) {
  Draft draft({300, 200}, kLimits);

  redact(draft, {.areas = {area(px(400), px(0), px(10), px(10))}});

  EXPECT_THAT(lines(draft), IsEmpty());
}

}  // namespace
}  // namespace calotype::transform
