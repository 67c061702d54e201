#include <gtest/gtest.h>

#include "engine/planar_path.h"
#include "engine/samples.h"

namespace calotype::engine {
namespace {

using namespace samples;
using drawn::Picture;

constexpr Size kSize{.width = 80, .height = 60};
constexpr Colour kGround{.red = 100, .green = 150, .blue = 200};
constexpr Colour kRed{.red = 200, .green = 20, .blue = 30};

TEST(Rect, StandsExactlyWhereItIsPut) {
  const auto result =
      after(Picture(kSize, kGround),
            plan::Rect{.size = {.width = 20, .height = 10},
                       .colour = kRed,
                       .laying = {.placing = {.location = Location::northwest, .margin = {.x = 7, .y = 5}}}});

  for (int y = 0; y < kSize.height; ++y) {
    for (int x = 0; x < kSize.width; ++x) {
      const bool is_inside = x >= 7 && x < 27 && y >= 5 && y < 15;
      ASSERT_EQ(result.at(x, y), is_inside ? kRed : kGround) << x << ',' << y;
    }
  }
}

TEST(Rect, HasRoundCorners) {
  const auto result = after(Picture(kSize, kGround), plan::Rect{.size = kSize, .colour = kRed, .radius = 20});

  EXPECT_EQ(result.at(0, 0), kGround);
  EXPECT_EQ(result.at(79, 59), kGround);
  EXPECT_EQ(result.at(40, 0), kRed);
  EXPECT_EQ(result.at(20, 20), kRed);
}

TEST(Rect, MayBeSeenThrough) {
  Colour half = kRed;
  half.alpha = 128;
  const auto result =
      after(Picture(kSize, kGround), plan::Rect{.size = kSize, .colour = half, .laying = {.opacity = 50}});

  EXPECT_TRUE(is_near(result.at(40, 30), {.red = 125, .green = 117, .blue = 157}, 1));
}

TEST(Rect, TurnsAboutItsBox) {
  const auto result = after(Picture(kSize, kGround),
                            plan::Rect{.size = {.width = 40, .height = 10},
                                       .colour = kRed,
                                       .laying = {.placing = {.location = Location::northwest}, .degrees = 90}});

  EXPECT_EQ(result.at(9, 39), kRed);
  EXPECT_EQ(result.at(10, 5), kGround);
  EXPECT_EQ(result.at(5, 40), kGround);
}

TEST(Rect, IsTiled) {
  const plan::Laying tiles{.placing = {.pattern = Placing::Pattern::tile, .spacing = {.x = 10, .y = 10}}};
  const auto result =
      after(Picture(kSize, kGround), plan::Rect{.size = {.width = 10, .height = 10}, .colour = kRed, .laying = tiles});

  EXPECT_EQ(result.at(5, 5), kRed);
  EXPECT_EQ(result.at(65, 45), kRed);
  EXPECT_EQ(result.at(15, 5), kGround);
}

TEST(Rect, IsRefusedInTooManyPlaces) {
  const plan::Laying tiles{.placing = {.pattern = Placing::Pattern::tile}};
  try {
    after(Picture(kSize, kGround), plan::Rect{.size = {.width = 1, .height = 1}, .laying = tiles});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "too-many-marks");
  }
}

TEST(Gradient, GrowsFromStartToStop) {
  const auto result =
      after(Picture({.width = 100, .height = 20}, kWhite),
            plan::Gradient{
                .size = {.width = 100, .height = 20}, .from = kTransparent, .colour = {}, .start = 0.25, .stop = 0.75});

  EXPECT_EQ(result.at(20, 10), kWhite);
  EXPECT_TRUE(is_near(result.at(50, 10), {.red = 127, .green = 127, .blue = 127}, 4));
  EXPECT_EQ(result.at(80, 10), Colour{});
}

TEST(Gradient, RunsDownwardsAtNinety) {
  const auto result = after(Picture(kSize, kWhite),
                            plan::Gradient{.size = kSize, .from = {.red = 255}, .colour = {.blue = 255}, .angle = 90});

  EXPECT_TRUE(is_near(result.at(40, 0), {.red = 255}, 4));
  EXPECT_TRUE(is_near(result.at(40, 59), {.blue = 255}, 4));
  EXPECT_EQ(result.at(0, 30), result.at(79, 30));
}

TEST(Gradient, KeepsItsColourWhereItFades) {
  const auto result = after(Picture(kSize), plan::Gradient{.size = kSize, .from = kTransparent, .colour = kRed}, true);

  EXPECT_TRUE(is_near({.red = result.at(40, 30).red, .green = result.at(40, 30).green, .blue = result.at(40, 30).blue},
                      kRed, 2));
  EXPECT_NEAR(result.at(40, 30).alpha, 128, 3);
}

TEST(Overlay, IsLaidOnEveryFrame) {
  const std::vector<Picture> frames{Picture(kSize, kGround), Picture(kSize, kWhite)};
  const std::string file = animation_of(frames, ImageFormat::webp, {100, 100});
  Plan plan = plan_of(info_of(ImageFormat::webp, kSize),
                      {plan::Rect{.size = {.width = 20, .height = 20},
                                  .colour = {},
                                  .laying = {.placing = {.location = Location::northwest}}}});
  plan.decode.info.frames = 2;
  plan.decode.info.is_animated = true;
  plan.decode.frames.count = 2;
  plan.output.format = ImageFormat::webp;
  plan.output.encoder.lossless = true;
  plan.output.is_animated = true;
  plan.result = kSize;

  const auto result = render(plan, input_of(file));

  ASSERT_EQ(result.frames, 2);
  const auto both = picture_of(decoded(result.body, ImageFormat::webp, 2));
  for (const int y : {10, 70}) EXPECT_EQ(both.at(10, y), Colour{}) << y;
  EXPECT_EQ(both.at(40, 70), kWhite);
}

Plan plan_on_planes(const std::vector<plan::Step>& overlays, ImageFormat format) {
  std::vector<plan::Step> steps{plan::Resize{.size = kSize}};
  steps.insert(steps.end(), overlays.begin(), overlays.end());
  Plan plan = plan_of(info_of(ImageFormat::jpg, {.width = 160, .height = 120}), std::move(steps));
  plan.output.format = format;
  plan.output.quality = 95;
  plan.result = kSize;
  return plan;
}

std::vector<plan::Step> every_overlay() {
  plan::Text text{.text = "Ag", .size = 20, .colour = kWhite, .background = kRed, .width = 80, .most = kSize};
  text.laying = {.placing = {.location = Location::northwest, .margin = {.x = 4, .y = 2}}, .degrees = 10};
  return {plan::Gradient{.size = kSize, .from = kTransparent, .colour = {}, .angle = 90},
          plan::Rect{.size = {.width = 21, .height = 13},
                     .colour = kRed,
                     .radius = 4,
                     .laying = {.placing = {.margin = {.x = 3, .y = 5}}, .opacity = 70}},
          text};
}

TEST(Overlay, IsLaidOnPlanesAsOnAnyPicture) {
  const std::string file = file_of(Picture({.width = 160, .height = 120}, kGround), ImageFormat::jpg);
  for (const ImageFormat format : {ImageFormat::jpg, ImageFormat::webp}) {
    const Plan plan = plan_on_planes(every_overlay(), format);
    ASSERT_TRUE(develop_planar(plan, input_of(file))->is_finished);

    const auto ours = picture_of(decoded(render(plan, input_of(file)).body, format));
    const auto again = picture_of(decoded(render(plan, input_of(file)).body, format));
    const auto theirs = picture_of(decoded(render_generally(plan, input_of(file)).body, format));

    EXPECT_LE(mean_difference(ours, theirs), 3) << name_of(format);
    EXPECT_EQ(largest_difference(ours, again), 0) << "from what was kept";
  }
}

TEST(Overlay, GoesOnFromPlanesWhereItIsBlended) {
  const std::string file = file_of(Picture({.width = 160, .height = 120}, kGround), ImageFormat::jpg);
  const Plan plan = plan_on_planes(
      {plan::Rect{.size = {.width = 20, .height = 20}, .colour = kRed, .laying = {.blend = rule::Blend::difference}}},
      ImageFormat::jpg);
  ASSERT_FALSE(develop_planar(plan, input_of(file))->is_finished);

  const auto result = picture_of(decoded(render(plan, input_of(file)).body, ImageFormat::jpg));

  EXPECT_TRUE(is_near(result.at(72, 52), {.red = 100, .green = 130, .blue = 170}, 6));
  EXPECT_TRUE(is_near(result.at(10, 10), kGround, 6));
}

}  // namespace
}  // namespace calotype::engine
