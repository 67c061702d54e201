#include "transform/rotate.h"

#include <gmock/gmock.h>

#include "transform/samples.h"

namespace calotype::transform {
namespace {

using samples::lines;
using samples::px;
using testing::ElementsAre;
using testing::IsEmpty;

const Limits kLimits;

Draft rotated(double angle, rule::Rotate::Type type = rule::Rotate::Type::pivot, Size picture = {300, 200}) {
  Draft draft(picture, kLimits);
  rotate(draft, {.angle = angle, .type = type}, {.colour = kWhite});
  return draft;
}

TEST(Rotate, IsExactByQuarters) {
  EXPECT_THAT(lines(rotated(0)), IsEmpty());
  EXPECT_THAT(lines(rotated(360)), IsEmpty());
  EXPECT_THAT(lines(rotated(90)), ElementsAre("quarter turns 1"));
  EXPECT_THAT(lines(rotated(-90)), ElementsAre("quarter turns 3"));
  EXPECT_THAT(lines(rotated(180, rule::Rotate::Type::straighten)), ElementsAre("quarter turns 2"));
  EXPECT_EQ(rotated(90).size(), (Size{200, 300}));
  EXPECT_EQ(rotated(180).size(), (Size{300, 200}));
}

TEST(Rotate, GrowsTheCanvasByOtherAngles) {
  EXPECT_THAT(lines(rotated(30)), ElementsAre("turn 30 canvas 360x323 #ffffffff"));
  EXPECT_THAT(lines(rotated(-30)), ElementsAre("turn 330 canvas 360x323 #ffffffff"));
  EXPECT_EQ(rotated(30).size(), (Size{360, 323}));
}

TEST(Rotate, StraightensToTheLargestBoxWithoutCorners) {
  const auto draft = rotated(30, rule::Rotate::Type::straighten);

  EXPECT_THAT(lines(draft), ElementsAre("turn 30 canvas 360x323 #ffffffff", "crop 185x123 at 87,100"));
}

TEST(Rotate, StraightensPicturesOfAnyShape) {
  EXPECT_EQ(rotated(45, rule::Rotate::Type::straighten, {1, 1}).size(), (Size{1, 1}));
  EXPECT_EQ(rotated(45, rule::Rotate::Type::straighten, {10000, 1}).size(), (Size{1, 1}));
  EXPECT_EQ(rotated(0.5, rule::Rotate::Type::straighten, {1, 10000}).size(), (Size{1, 113}));
}

TEST(Rotate, UsesItsOwnBackground) {
  Draft draft({100, 100}, kLimits);

  rotate(draft, {.angle = 45, .background = Paint{.kind = Paint::Kind::edge}}, {});

  EXPECT_THAT(lines(draft), ElementsAre("turn 45 canvas 141x141 edge"));
}

TEST(Rotate, IsRefusedWhereTheCanvasWouldBeTooLarge) {
  EXPECT_EQ(samples::refusal([] { rotated(45, rule::Rotate::Type::pivot, {12000, 12000}); }), "image-too-large");
}

TEST(Orient, SwapsSidesFromOrientationFiveOn) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    auto source = samples::photo(300, 169);
    source.orientation = orientation;

    const auto plan = samples::plan_of({}, source);

    EXPECT_EQ(plan.result, source.upright()) << orientation;
    if (orientation == 1) {
      EXPECT_THAT(lines(plan), IsEmpty());
    } else {
      EXPECT_THAT(lines(plan), ElementsAre("orient " + std::to_string(orientation)));
    }
  }
}

TEST(Orient, IsLeftOutWhereTheRuleSaysSo) {
  auto source = samples::photo(300, 169);
  source.orientation = 6;

  const auto plan = samples::plan_of({.auto_rotate = false}, source);

  EXPECT_EQ(plan.result, (Size{300, 169}));
  EXPECT_THAT(lines(plan), IsEmpty());
}

/// The same point of the same scene, whichever way the camera was held, with and without turning it upright.
TEST(Orient, FindsTheFocalPointInEveryOrientation) {
  struct {
    int orientation;
    const char* stored;
  } const cases[] = {{1, "crop 10x10 at 65,25"}, {2, "crop 10x10 at 25,25"}, {3, "crop 10x10 at 25,15"},
                     {4, "crop 10x10 at 65,15"}, {5, "crop 10x10 at 25,65"}, {6, "crop 10x10 at 25,25"},
                     {7, "crop 10x10 at 15,25"}, {8, "crop 10x10 at 15,65"}};
  for (const auto& [orientation, stored] : cases) {
    Rule rule;
    rule.actions.crop = rule::Crop{.width = px(10), .height = px(10)};
    auto source = orientation <= 4 ? samples::photo(100, 50) : samples::photo(50, 100);
    source.orientation = orientation;
    const FocalPoint focal{.x = 0.7, .y = 0.6};

    const auto upright = make_plan(rule, source, focal, {}, ImageFormat::jpg, kLimits);
    rule.auto_rotate = false;
    const auto as_stored = make_plan(rule, source, focal, {}, ImageFormat::jpg, kLimits);

    EXPECT_EQ(lines(upright).back(), "crop 10x10 at 65,25") << orientation;
    EXPECT_EQ(lines(as_stored).back(), stored) << orientation;
  }
}

TEST(Flip, SaysWhichWay) {
  const auto flipped = [](bool horizontal, bool vertical) {
    Draft draft({300, 200}, kLimits);
    draft.set_focal({.x = 10, .y = 20});
    draft.flip(horizontal, vertical);
    return draft;
  };
  EXPECT_THAT(lines(flipped(false, false)), IsEmpty());
  EXPECT_THAT(lines(flipped(true, false)), ElementsAre("flip h"));
  EXPECT_THAT(lines(flipped(false, true)), ElementsAre("flip v"));
  EXPECT_THAT(lines(flipped(true, true)), ElementsAre("flip hv"));
  EXPECT_EQ(flipped(true, false).focal(), (Spot{290, 20}));
  EXPECT_EQ(flipped(true, true).focal(), (Spot{290, 180}));
}

TEST(Draft, CarriesTheFocalPointThroughEveryStep) {
  Draft draft({300, 200}, kLimits);
  draft.set_focal({.x = 100, .y = 50});

  draft.turn_quarters(1);
  EXPECT_EQ(draft.focal(), (Spot{150, 100}));
  draft.turn_quarters(3);
  EXPECT_EQ(draft.focal(), (Spot{100, 50}));
  draft.turn_quarters(2);
  EXPECT_EQ(draft.focal(), (Spot{200, 150}));
  draft.crop({50, 50, 200, 150});
  EXPECT_EQ(draft.focal(), (Spot{150, 100}));
  draft.resize({100, 75}, rule::Kernel::lanczos3, false);
  EXPECT_EQ(draft.focal(), (Spot{75, 50}));
  draft.extend({.canvas = {200, 200}, .at = {10, 20}});
  EXPECT_EQ(draft.focal(), (Spot{85, 70}));
  draft.border({.widths = {1, 2, 3, 4}});
  EXPECT_EQ(draft.focal(), (Spot{89, 71}));
  draft.smart_crop({50, 50}, plan::SmartCrop::By::entropy, {});
  EXPECT_EQ(draft.focal(), std::nullopt);
}

TEST(Draft, TurnsTheFocalPointClockwise) {
  Draft draft({100, 100}, kLimits);
  draft.set_focal({.x = 100, .y = 50});

  draft.turn(45, {});

  EXPECT_NEAR(draft.focal()->x, 70.5 + 35.36, 0.01) << "from the right edge down";
  EXPECT_NEAR(draft.focal()->y, 70.5 + 35.36, 0.01);
}

}  // namespace
}  // namespace calotype::transform
