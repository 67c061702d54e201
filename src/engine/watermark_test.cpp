#include <gtest/gtest.h>

#include <cmath>

#include "engine/samples.h"

namespace calotype::engine {
namespace {

using namespace samples;
using drawn::Picture;

constexpr Size kSize{.width = 80, .height = 60};
constexpr Colour kGround{.red = 100, .green = 150, .blue = 200};
constexpr Colour kMark{.red = 240, .green = 40, .blue = 90};

Picture marked(const Picture& picture, const Picture& mark, const plan::Watermark& step, bool has_alpha = false) {
  const std::string file = file_of(picture, ImageFormat::png, has_alpha);
  const std::string mark_file = file_of(mark, ImageFormat::png, true);
  Input input = input_of(file);
  input.marks = {{}, std::as_bytes(std::span(mark_file))};
  input.mark_infos = {{}, info_of(ImageFormat::png, mark.size, true)};
  plan::Watermark second = step;
  second.mark = 1;
  const auto result = render(plan_of(info_of(ImageFormat::png, picture.size, has_alpha), {second}), input);
  return picture_of(decoded(result.body, ImageFormat::png));
}

Picture plain_mark() { return Picture({.width = 10, .height = 10}, kMark); }

TEST(Watermark, StandsExactlyWhereItIsPut) {
  const auto result = marked(Picture(kSize, kGround), plain_mark(),
                             {.size = {.width = 20, .height = 20}, .positions = {{.x = 30, .y = 20}}});

  for (int y = 0; y < kSize.height; ++y) {
    for (int x = 0; x < kSize.width; ++x) {
      const bool is_mark = x >= 30 && x < 50 && y >= 20 && y < 40;
      ASSERT_EQ(result.at(x, y), is_mark ? kMark : kGround) << x << ',' << y;
    }
  }
}

TEST(Watermark, MayHangOverEveryEdge) {
  const auto result = marked(Picture(kSize, kGround), plain_mark(),
                             {.size = {.width = 10, .height = 10},
                              .positions = {{.x = -5, .y = -5}, {.x = 75, .y = 55}, {.x = 500, .y = 500}}});

  EXPECT_EQ(result.size, kSize);
  EXPECT_EQ(result.at(4, 4), kMark);
  EXPECT_EQ(result.at(5, 4), kGround);
  EXPECT_EQ(result.at(75, 55), kMark);
  EXPECT_EQ(result.at(74, 55), kGround);
}

TEST(Watermark, FadesByOpacity) {
  const auto result = marked(Picture(kSize, kGround), plain_mark(),
                             {.size = {.width = 10, .height = 10}, .positions = {{}}, .opacity = 50});

  EXPECT_TRUE(is_near(result.at(5, 5), {.red = 170, .green = 95, .blue = 145}, 1));
}

TEST(Watermark, KeepsATransparentPictureTransparent) {
  const auto result = marked(Picture(kSize), plain_mark(),
                             {.size = {.width = 10, .height = 10}, .positions = {{.x = 5, .y = 5}}}, true);

  EXPECT_EQ(result.at(0, 0).alpha, 0);
  EXPECT_EQ(result.at(10, 10), kMark);
}

TEST(Watermark, TurnsClockwise) {
  Picture mark = plain_mark();
  for (int x = 0; x < 10; ++x) mark.set(x, 0, {});
  const auto quarter =
      marked(Picture(kSize, kGround), mark, {.size = {.width = 10, .height = 10}, .degrees = 90, .positions = {{}}});
  const auto slanted = marked(Picture(kSize, kGround), plain_mark(),
                              {.size = {.width = 20, .height = 20}, .degrees = 45, .positions = {{.x = 10, .y = 10}}});

  EXPECT_EQ(quarter.at(9, 5), Colour{}) << "the top row comes to the right";
  EXPECT_EQ(slanted.at(24, 24), kMark);
  EXPECT_EQ(slanted.at(12, 12), kGround) << "the corner of the bounding box";
  EXPECT_TRUE(is_near(slanted.at(24, 12), kMark, 40)) << "a corner of the mark points up";
}

TEST(Watermark, CastsASoftShadow) {
  const auto result = marked(Picture(kSize, kWhite), plain_mark(),
                             {.size = {.width = 20, .height = 20},
                              .positions = {{.x = 30, .y = 20}},
                              .shadow = rule::Shadow{.sigma = 3, .opacity = 100}});

  EXPECT_EQ(result.at(40, 30), kMark);
  EXPECT_LT(result.at(29, 30).red, 160);
  EXPECT_GT(result.at(24, 30).red, result.at(29, 30).red);
  EXPECT_EQ(result.at(5, 5), kWhite);
}

TEST(Watermark, LaysManyAsItLaysFew) {
  const auto badge = drawn::badge({.width = 20, .height = 20});
  plan::Watermark few{.size = {.width = 12, .height = 12},
                      .positions = {{.x = 3, .y = 2}, {.x = 20, .y = 2}, {.x = 37, .y = 2}}};
  plan::Watermark many = few;
  for (int i = 0; i < 5; ++i) many.positions.push_back({.x = 3 + i * 15, .y = 40});

  const auto one_by_one = marked(drawn::landscape(kSize), badge, few);
  const auto layered = marked(drawn::landscape(kSize), badge, many);

  for (int y = 0; y < 30; ++y) {
    for (int x = 0; x < kSize.width; ++x)
      ASSERT_TRUE(is_near(one_by_one.at(x, y), layered.at(x, y), 1)) << x << ',' << y;
  }
}

struct BlendCase {
  rule::Blend blend;
  double (*formula)(double base, double mark);
};

class Blending : public testing::TestWithParam<BlendCase> {};

double hard(double a, double b) { return b <= 0.5 ? 2 * a * b : 1 - 2 * (1 - a) * (1 - b); }

double soft(double a, double b) {
  const double d = a <= 0.25 ? ((16 * a - 12) * a + 4) * a : std::sqrt(a);
  return b <= 0.5 ? a - (1 - 2 * b) * a * (1 - a) : a + (2 * b - 1) * (d - a);
}

TEST_P(Blending, FollowsItsFormula) {
  const auto& [blend, formula] = GetParam();

  const auto result = marked(Picture(kSize, kGround), plain_mark(),
                             {.size = {.width = 10, .height = 10}, .positions = {{}}, .blend = blend});

  const auto expected = [&](int base, int mark) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(formula(base / 255.0, mark / 255.0), 0.0, 1.0) * 255));
  };
  const Colour colour{.red = expected(100, 240), .green = expected(150, 40), .blue = expected(200, 90)};
  EXPECT_TRUE(is_near(result.at(5, 5), colour, 2))
      << testing::PrintToString(result.at(5, 5)) << " for " << testing::PrintToString(colour);
}

using enum rule::Blend;
INSTANTIATE_TEST_SUITE_P(
    Watermark, Blending,
    testing::Values(BlendCase{normal, [](double, double b) { return b; }},
                    BlendCase{multiply, [](double a, double b) { return a * b; }},
                    BlendCase{screen, [](double a, double b) { return a + b - a * b; }},
                    BlendCase{overlay, [](double a, double b) { return hard(b, a); }},
                    BlendCase{darken, [](double a, double b) { return std::min(a, b); }},
                    BlendCase{lighten, [](double a, double b) { return std::max(a, b); }},
                    BlendCase{color_dodge, [](double a, double b) { return b < 1 ? std::min(1.0, a / (1 - b)) : 1; }},
                    BlendCase{color_burn,
                              [](double a, double b) { return b > 0 ? 1 - std::min(1.0, (1 - a) / b) : 0; }},
                    BlendCase{hard_light, hard}, BlendCase{soft_light, soft},
                    BlendCase{difference, [](double a, double b) { return std::abs(a - b); }},
                    BlendCase{exclusion, [](double a, double b) { return a + b - 2 * a * b; }},
                    BlendCase{add, [](double a, double b) { return a + b; }}));

TEST(Watermark, RefusesADamagedMark) {
  const std::string file = file_of(Picture(kSize, kGround), ImageFormat::png);
  const std::string mark = file_of(plain_mark(), ImageFormat::png, true).substr(0, 60);
  Input input = input_of(file);
  input.marks = {std::as_bytes(std::span(mark))};
  input.mark_infos = {info_of(ImageFormat::png, {.width = 10, .height = 10}, true)};

  try {
    render(plan_of(info_of(ImageFormat::png, kSize),
                   {plan::Watermark{.size = {.width = 5, .height = 5}, .positions = {{}}}}),
           input);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::unprocessable);
  }
}

}  // namespace
}  // namespace calotype::engine
