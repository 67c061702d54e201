#include "engine/head.h"

#include <gtest/gtest.h>

namespace calotype::engine {
namespace {

Plan jpeg_plan(Size size, std::vector<plan::Step> steps) {
  Plan plan;
  plan.decode.info = {.format = ImageFormat::jpg, .size = size};
  plan.steps = std::move(steps);
  return plan;
}

struct ShrinkCase {
  Size from;
  Size to;
  int shrink;
};

class Shrink : public testing::TestWithParam<ShrinkCase> {};

TEST_P(Shrink, LeavesAtLeastTwiceThePixels) {
  const auto& [from, to, shrink] = GetParam();

  EXPECT_EQ(make_head(jpeg_plan(from, {plan::Resize{.size = to}})).shrink, shrink);
}

INSTANTIATE_TEST_SUITE_P(
    Head, Shrink,
    testing::Values(ShrinkCase{{4000, 3000}, {300, 225}, 4}, ShrinkCase{{4000, 3000}, {250, 188}, 4},
                    ShrinkCase{{4000, 3000}, {250, 187}, 8}, ShrinkCase{{4000, 3000}, {1000, 750}, 2},
                    ShrinkCase{{4000, 3000}, {1001, 751}, 1}, ShrinkCase{{4000, 3000}, {100, 3000}, 1},
                    ShrinkCase{{100, 100}, {200, 200}, 1}));

TEST(Head, DoesNotShrinkWhatMustSeeEveryPixel) {
  const plan::Resize nearest{.size = {.width = 10, .height = 10}, .kernel = rule::Kernel::nearest};
  const plan::Resize linear{.size = {.width = 10, .height = 10}, .is_linear = true};
  const plan::Resize plain{.size = {.width = 10, .height = 10}};
  Plan png = jpeg_plan({.width = 1000, .height = 1000}, {plain});
  png.decode.info.format = ImageFormat::png;

  EXPECT_EQ(make_head(jpeg_plan({.width = 1000, .height = 1000}, {nearest})).shrink, 1);
  EXPECT_EQ(make_head(jpeg_plan({.width = 1000, .height = 1000}, {linear})).shrink, 1);
  EXPECT_EQ(make_head(png).shrink, 1);
}

TEST(Head, StopsBeforeStepsThatNeedFullResolution) {
  const auto head =
      make_head(jpeg_plan({.width = 1000, .height = 800}, {plan::Orient{.orientation = 6}, plan::CoverArea{},
                                                           plan::Resize{.size = {.width = 80, .height = 100}}}));

  EXPECT_EQ(head.steps, 1U);
  EXPECT_EQ(head.shrink, 1);
  EXPECT_EQ(head.orientation, 6);
  EXPECT_FALSE(head.resize);
}

TEST(Head, ResizesBeforeItTurnsUpright) {
  const auto head =
      make_head(jpeg_plan({.width = 1000, .height = 800},
                          {plan::Orient{.orientation = 6}, plan::Resize{.size = {.width = 80, .height = 100}}}));

  EXPECT_EQ(head.steps, 2U);
  EXPECT_EQ(head.resize->size, (Size{.width = 100, .height = 80}));
  EXPECT_EQ(head.shrink, 4);
}

TEST(Head, JoinsCropsAndShrinksThem) {
  const auto head = make_head(jpeg_plan({.width = 1000, .height = 800},
                                        {plan::Crop{.box = {.left = 100, .top = 80, .width = 900, .height = 720}},
                                         plan::Crop{.box = {.left = 20, .top = 20, .width = 400, .height = 400}},
                                         plan::Resize{.size = {.width = 100, .height = 100}}}));

  EXPECT_EQ(head.shrink, 2);
  EXPECT_EQ(head.crop, (Box{.left = 60, .top = 50, .width = 200, .height = 200}));
}

TEST(Head, FindsAnUprightBoxInTheStoredPicture) {
  // Stored 40x30; the box touches the upright picture's top left corner.
  const Size stored{.width = 40, .height = 30};
  const Box corner{.width = 8, .height = 5};

  EXPECT_EQ(stored_box(corner, 1, stored), (Box{0, 0, 8, 5}));
  EXPECT_EQ(stored_box(corner, 2, stored), (Box{32, 0, 8, 5}));
  EXPECT_EQ(stored_box(corner, 3, stored), (Box{32, 25, 8, 5}));
  EXPECT_EQ(stored_box(corner, 4, stored), (Box{0, 25, 8, 5}));
  EXPECT_EQ(stored_box(corner, 5, stored), (Box{0, 0, 5, 8}));
  EXPECT_EQ(stored_box(corner, 6, stored), (Box{0, 22, 5, 8}));
  EXPECT_EQ(stored_box(corner, 7, stored), (Box{35, 22, 5, 8}));
  EXPECT_EQ(stored_box(corner, 8, stored), (Box{35, 0, 5, 8}));
}

}  // namespace
}  // namespace calotype::engine
