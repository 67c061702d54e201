#include "engine/framing.h"

#include <gtest/gtest.h>

#include "engine/samples.h"

namespace calotype::engine {
namespace {

Framing framed(Size stored, std::vector<plan::Step> steps) {
  Plan plan;
  plan.decode.info.size = stored;
  plan.steps = std::move(steps);
  return make_framing(plan).value();
}

constexpr Size kStored{.width = 400, .height = 300};

TEST(Framing, OfNothingIsTheWholePicture) {
  const Framing framing = framed(kStored, {});

  EXPECT_EQ(framing.source, (Box{.width = 400, .height = 300}));
  EXPECT_EQ(framing.scaled, kStored);
  EXPECT_EQ(framing.target, (Box{.width = 400, .height = 300}));
  EXPECT_EQ(framing.steps, 0U);
}

TEST(Framing, PutsCropsBeforeAndAfterTheResizeWhereTheyBelong) {
  const Framing framing =
      framed(kStored, {plan::Crop{.box = {.left = 10, .top = 20, .width = 200, .height = 100}},
                       plan::Crop{.box = {.left = 5, .top = 5, .width = 100, .height = 80}},
                       plan::Resize{.size = {.width = 50, .height = 40}},
                       plan::Crop{.box = {.left = 3, .top = 4, .width = 20, .height = 30}}, plan::Sharpen{}});

  EXPECT_EQ(framing.source, (Box{.left = 15, .top = 25, .width = 100, .height = 80}));
  EXPECT_EQ(framing.scaled, (Size{.width = 50, .height = 40}));
  EXPECT_EQ(framing.target, (Box{.left = 3, .top = 4, .width = 20, .height = 30}));
  EXPECT_EQ(framing.steps, 4U);
}

TEST(Framing, KnowsAnUprightCropInTheStoredPicture) {
  // Upright, a picture of orientation 6 is 300x400: its left edge is the stored one's bottom.
  const Framing framing = framed(
      kStored, {plan::Orient{.orientation = 6}, plan::Crop{.box = {.left = 10, .top = 20, .width = 100, .height = 50}},
                plan::Resize{.size = {.width = 50, .height = 25}}});

  EXPECT_EQ(framing.source, (Box{.left = 20, .top = 190, .width = 50, .height = 100}));
  EXPECT_EQ(framing.scaled, (Size{.width = 25, .height = 50}));
  EXPECT_EQ(framing.stance, stance_of(6));
}

TEST(Framing, LeavesASecondResizeToOthers) {
  const plan::Resize half{.size = {.width = 200, .height = 150}};

  EXPECT_EQ(framed(kStored, {half, half}).steps, 1U);
}

TEST(Framing, IsNotForEnlargingOrCropsOutside) {
  Plan plan;
  plan.decode.info.size = kStored;
  plan.steps = {plan::Resize{.size = {.width = 401, .height = 10}}};
  EXPECT_FALSE(make_framing(plan));
  plan.steps = {plan::Crop{.box = {.left = 399, .top = 0, .width = 2, .height = 2}}};
  EXPECT_FALSE(make_framing(plan));
}

TEST(Stance, ComesBackAfterFourQuarters) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    Stance stance = stance_of(orientation);
    stance.turn(1);
    EXPECT_NE(stance, stance_of(orientation));
    stance.turn(3);
    EXPECT_EQ(stance, stance_of(orientation));
  }
}

TEST(Stance, OfSixTurnedThreeQuartersIsUpright) {
  Stance stance = stance_of(6);

  stance.turn(3);

  EXPECT_EQ(stance, Stance{});
}

}  // namespace
}  // namespace calotype::engine
