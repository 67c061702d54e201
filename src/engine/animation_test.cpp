#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/samples.h"

namespace calotype::engine {
namespace {

using namespace samples;
using drawn::Picture;
using testing::ElementsAre;

constexpr Size kSize{.width = 48, .height = 32};
constexpr std::array kColours{Colour{.red = 230, .green = 20, .blue = 20}, Colour{.red = 20, .green = 200, .blue = 40},
                              Colour{.red = 30, .green = 40, .blue = 220},
                              Colour{.red = 240, .green = 220, .blue = 30}};

/// One plain colour a frame, with a white block that stays.
std::vector<Picture> frames() {
  std::vector<Picture> made;
  for (const Colour colour : kColours)
    made.push_back(drawn::block(kSize, colour, {.left = 4, .top = 4, .width = 8, .height = 8}, kWhite));
  return made;
}

Plan film_plan(ImageFormat from, ImageFormat to, std::vector<plan::Step> steps = {}) {
  Plan plan = plan_of(info_of(from, kSize), std::move(steps));
  plan.decode.info.frames = 4;
  plan.decode.info.is_animated = true;
  plan.decode.frames.count = 4;
  plan.output = {.format = to, .quality = 95, .is_animated = true, .loop = 3};
  plan.output.encoder.lossless = true;
  plan.output.encoder.dither = 0;
  return plan;
}

struct Way {
  ImageFormat from;
  ImageFormat to;
};

class AnimationWay : public testing::TestWithParam<Way> {};

TEST_P(AnimationWay, KeepsFramesAndTheirTimes) {
  const auto& [from, to] = GetParam();
  const std::string file = animation_of(frames(), from, {100, 200, 50, 400}, 0);

  const Rendered result =
      render(film_plan(from, to, {plan::Resize{.size = {.width = 24, .height = 16}}}), input_of(file));
  const VImage film = decoded(result.body, to, -1);

  EXPECT_EQ(result.frames, 4);
  EXPECT_EQ(result.size, (Size{.width = 24, .height = 16}));
  ASSERT_EQ(film.height(), 64);
  EXPECT_EQ(film.get_int("page-height"), 16);
  EXPECT_THAT(film.get_array_int("delay"), ElementsAre(100, 200, 50, 400));
  EXPECT_EQ(film.get_int("loop"), 3);
  const auto pixels = picture_of(film);
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(is_near(pixels.at(18, i * 16 + 12), kColours.at(static_cast<std::size_t>(i)), 14))
        << i << ' ' << testing::PrintToString(pixels.at(18, i * 16 + 12));
    EXPECT_TRUE(is_near(pixels.at(4, i * 16 + 4), kWhite, 14)) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Animation, AnimationWay,
    testing::Values(Way{ImageFormat::gif, ImageFormat::webp}, Way{ImageFormat::webp, ImageFormat::gif},
                    Way{ImageFormat::gif, ImageFormat::gif}, Way{ImageFormat::webp, ImageFormat::webp}),
    [](const auto& i) { return std::string(name_of(i.param.from)) + "_to_" + std::string(name_of(i.param.to)); });

Picture film_of(Plan plan) {
  const std::string file = animation_of(frames(), ImageFormat::webp, {100, 200, 50, 400});
  return picture_of(decoded(render(plan, input_of(file)).body, plan.output.format, -1));
}

std::vector<int> delays_of(const Plan& plan) {
  const std::string file = animation_of(frames(), ImageFormat::webp, {100, 200, 50, 400});
  return decoded(render(plan, input_of(file)).body, plan.output.format, -1).get_array_int("delay");
}

TEST(Animation, SkipsFramesAndKeepsTheirTime) {
  Plan plan = film_plan(ImageFormat::webp, ImageFormat::webp);
  plan.decode.frames = {.count = 2, .every = 2};

  EXPECT_THAT(delays_of(plan), ElementsAre(300, 450));
  EXPECT_TRUE(is_near(film_of(plan).at(40, 32 + 20), kColours[2], 14));
}

TEST(Animation, RunsFasterAndBackwards) {
  Plan plan = film_plan(ImageFormat::webp, ImageFormat::webp);
  plan.output.speed = 2;
  plan.decode.frames.is_reversed = true;

  EXPECT_THAT(delays_of(plan), ElementsAre(200, 25, 100, 50));
  EXPECT_TRUE(is_near(film_of(plan).at(40, 20), kColours[3], 14));
}

TEST(Animation, StartsWhereItIsTold) {
  Plan plan = film_plan(ImageFormat::webp, ImageFormat::webp);
  plan.decode.frames = {.first = 1, .count = 2};

  EXPECT_THAT(delays_of(plan), ElementsAre(200, 50));
  EXPECT_TRUE(is_near(film_of(plan).at(40, 20), kColours[1], 14));
}

TEST(Animation, CropsEveryFrameAsItsFirst) {
  auto pictures = frames();
  // Something that would draw the eye elsewhere, in a later frame only.
  for (int y = 20; y < 30; ++y) {
    for (int x = 36; x < 46; ++x) pictures[2].set(x, y, (x + y) % 2 == 0 ? Colour{.red = 255, .green = 255} : Colour{});
  }
  const std::string file = animation_of(pictures, ImageFormat::webp, {100, 100, 100, 100});

  Plan plan = film_plan(ImageFormat::webp, ImageFormat::webp, {plan::SmartCrop{.size = {.width = 16, .height = 16}}});
  plan.output.encoder.lossless = true;

  const auto result = render(plan, input_of(file));
  const auto film = picture_of(decoded(result.body, ImageFormat::webp, -1));

  ASSERT_EQ(film.size, (Size{.width = 16, .height = 64}));
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 16; ++x) EXPECT_EQ(is_near(film.at(x, y), kWhite, 20), is_near(film.at(x, 48 + y), kWhite, 20));
  }
}

TEST(Animation, TakesTheFrameWithTheMostDetail) {
  auto pictures = frames();
  pictures[2] = drawn::checkerboard(kSize, 2);
  const std::string file = animation_of(pictures, ImageFormat::gif, {100, 100, 100, 100});
  Plan plan = film_plan(ImageFormat::gif, ImageFormat::png);
  plan.decode.frames = {.count = 4, .is_best = true};
  plan.output.is_animated = false;

  const auto still = picture_of(decoded(render(plan, input_of(file)).body, ImageFormat::png));

  EXPECT_EQ(still.size, kSize);
  EXPECT_LE(largest_difference(still, pictures[2]), 2);
}

TEST(Animation, GivesOneFrameOfMany) {
  const std::string file = animation_of(frames(), ImageFormat::gif, {100, 100, 100, 100});
  Plan plan = film_plan(ImageFormat::gif, ImageFormat::jpg);
  plan.decode.frames = {.first = 2};
  plan.output.is_animated = false;

  const Rendered result = render(plan, input_of(file));

  EXPECT_EQ(result.frames, 1);
  EXPECT_TRUE(is_near(picture_of(decoded(result.body, ImageFormat::jpg)).at(30, 20), kColours[2], 8));
}

TEST(Animation, RefusesFramesThatAreNotThere) {
  const std::string file = animation_of(frames(), ImageFormat::gif, {100, 100, 100, 100});
  Plan asks_more = film_plan(ImageFormat::gif, ImageFormat::webp);
  asks_more.decode.frames.first = 2;
  Plan lies = film_plan(ImageFormat::gif, ImageFormat::webp);
  lies.decode.info.frames = lies.decode.frames.count = 9;

  for (const Plan& plan : {asks_more, lies}) {
    try {
      render(plan, input_of(file));
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::unprocessable);
    }
  }
}

TEST(Animation, RefusesMoreThanTheBudget) {
  const std::string file = animation_of(frames(), ImageFormat::gif, {100, 100, 100, 100});
  Plan plan = film_plan(ImageFormat::gif, ImageFormat::webp);
  plan.budget.pixels = kSize.pixels() * 3;

  try {
    render(plan, input_of(file));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::too_large);
  }
}

TEST(Pages, GivesThePageThatIsAskedFor) {
  VImage pages = VImage::arrayjoin({image_of(frames()[0]), image_of(frames()[1]), image_of(frames()[2])},
                                   VImage::option()->set("across", 1));
  pages.set("page-height", kSize.height);
  const std::string file = text_of(pages.tiffsave_buffer());
  Plan plan = plan_of(info_of(ImageFormat::tiff, kSize), {});
  plan.decode.info.frames = 3;
  plan.decode.frames.first = 1;

  const auto page = rendered(file, plan);

  EXPECT_EQ(page.size, kSize);
  EXPECT_EQ(page.at(40, 20), kColours[1]);
}

}  // namespace
}  // namespace calotype::engine
