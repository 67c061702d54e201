#include <gmock/gmock.h>

#include "transform/planner.h"
#include "transform/samples.h"

/// `then`: stages after the first.
namespace calotype::transform {
namespace {

using samples::lines;
using samples::percent;
using samples::photo;
using samples::px;
using testing::ElementsAre;

TEST(Stages, SeeWhatTheOneBeforeMade) {
  Rule rule;
  rule.actions.resize = rule::Resize{.width = px(400)};
  rule.actions.flip = rule::Flip{.horizontal = true};
  rule::Stage half;
  half.actions.resize = rule::Resize{.width = percent(50)};
  half.actions.flip = rule::Flip{.vertical = true};
  rule.then = {half, half};

  const auto plan = samples::plan_of(rule, photo(1600, 900));

  EXPECT_THAT(lines(plan), ElementsAre("flip h", "resize 400x225 lanczos3", "flip v", "resize 200x113 lanczos3",
                                       "flip v", "resize 100x57 lanczos3"));
  EXPECT_EQ(plan.result, (Size{100, 57}));
}

TEST(Stages, LayTheirOwnMarksAndCropThoseOfTheStageBefore) {
  Rule rule;
  rule.watermarks = {{.laying = {.location = Location::northwest}}, {.laying = {.location = Location::southeast}}};
  rule::Stage stage{.watermarks = 1};
  stage.actions.crop = rule::Crop{.left = px(0), .top = px(0), .width = px(100), .height = px(80)};
  rule.then = {stage};
  const ImageInfo mark{.size = {.width = 10, .height = 10}};

  const auto plan = make_plan(rule, photo(200, 100), std::nullopt, {mark, mark}, ImageFormat::jpg, Limits{});

  EXPECT_THAT(lines(plan), ElementsAre("watermark 0 10x10 opacity 100 normal at 0,0", "crop 100x80 at 0,0",
                                       "watermark 1 10x10 opacity 100 normal at 90,70"));
}

TEST(Stages, PadWithTheirOwnBackground) {
  Rule rule;
  const Paint red{.colour = {.red = 255}};
  rule::Stage stage{.background = red};
  stage.actions.extend = rule::Extend{.top = px(5)};
  rule.then = {stage};

  const auto plan = samples::plan_of(rule, photo(200, 100));

  ASSERT_EQ(plan.steps.size(), 1U);
  EXPECT_EQ(std::get<plan::Extend>(plan.steps[0]).background, red);
  EXPECT_EQ(plan.output.background, Paint{.colour = kWhite});
}

TEST(Stages, MayMakeAPictureThatIsSeenThrough) {
  Rule rule;
  rule.format = {.kind = rule::Format::Kind::negotiated, .preferred = {}, .is_auto = true};
  rule::Stage stage;
  stage.actions.round = rule::Round{.is_max = true};
  EXPECT_EQ(choose_format(rule, photo(200, 100), {}), ImageFormat::jpg);

  rule.then = {stage};

  EXPECT_EQ(choose_format(rule, photo(200, 100), {}), ImageFormat::png);
}

}  // namespace
}  // namespace calotype::transform
