#include <gtest/gtest.h>

#include <cmath>

#include "engine/samples.h"

namespace calotype::engine {
namespace {

using namespace samples;
using drawn::Picture;

constexpr Size kSize{.width = 16, .height = 16};

Colour adjusted(Colour colour, const rule::Adjust& values) {
  return after(Picture(kSize, colour), plan::Adjust{.values = values}).at(8, 8);
}

Colour toned(Colour colour, const rule::Tone& values) {
  return after(Picture(kSize, colour), plan::Tone{.values = values}).at(8, 8);
}

/// CIE lightness of a grey, 0..100.
double lightness(int value) {
  const double v = value / 255.0;
  const double linear = v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  return linear > 0.008856 ? 116 * std::cbrt(linear) - 16 : 903.3 * linear;
}

TEST(Adjust, ContrastStretchesAboutMidGrey) {
  EXPECT_TRUE(is_near(adjusted({.red = 128, .green = 148, .blue = 108}, {.contrast = 50}),
                      {.red = 129, .green = 169, .blue = 89}, 1));
  EXPECT_TRUE(is_near(adjusted({.red = 255, .green = 0, .blue = 128}, {.contrast = -50}),
                      {.red = 191, .green = 64, .blue = 128}, 1));
}

TEST(Adjust, GammaRaisesToItsInverse) {
  for (const int value : {10, 64, 128, 200}) {
    const auto channel = static_cast<std::uint8_t>(value);
    const Colour result = adjusted({.red = channel, .green = channel, .blue = channel}, {.gamma = 2.2});
    EXPECT_NEAR(result.red, 255 * std::pow(value / 255.0, 1 / 2.2), 1);
  }
}

TEST(Adjust, BrightnessScalesLightness) {
  const Colour result = adjusted({.red = 100, .green = 100, .blue = 100}, {.brightness = 25});

  EXPECT_NEAR(lightness(result.red), lightness(100) * 1.25, 0.6);
  EXPECT_NEAR(result.red, result.blue, 1);
}

TEST(Adjust, SaturationScalesChroma) {
  const Colour grey = adjusted({.red = 200, .green = 60, .blue = 60}, {.saturation = -100});
  const Colour more = adjusted({.red = 150, .green = 110, .blue = 110}, {.saturation = 50});

  EXPECT_NEAR(grey.red, grey.green, 2);
  EXPECT_NEAR(grey.red, grey.blue, 2);
  EXPECT_GT(more.red, 155);
  EXPECT_LT(more.green, 108);
}

TEST(Adjust, HueTurnsAndComesBack) {
  const Colour colour{.red = 170, .green = 110, .blue = 100};

  const Colour turned = adjusted(colour, {.hue = 180});
  const Colour round = adjusted(colour, {.hue = 360});

  EXPECT_GT(turned.blue, turned.red);
  EXPECT_TRUE(is_near(round, colour, 1));
}

TEST(Adjust, InvertLeavesAlphaAlone) {
  const auto result = after(Picture(kSize, {.red = 10, .green = 20, .blue = 200, .alpha = 77}),
                            plan::Adjust{.values = {.invert = true}}, true);

  EXPECT_EQ(result.at(3, 3), (Colour{.red = 245, .green = 235, .blue = 55, .alpha = 77}));
}

TEST(Adjust, NormalizeStretchesBetweenThePercentiles) {
  Picture picture({.width = 100, .height = 100});
  for (int y = 0; y < 100; ++y) {
    for (int x = 0; x < 100; ++x) {
      const auto value = static_cast<std::uint8_t>(80 + x);
      picture.set(x, y, {.red = value, .green = value, .blue = value});
    }
  }
  rule::Adjust values;
  values.normalize = rule::Normalize{.lower = 10, .upper = 90};

  const auto result = after(picture, plan::Adjust{.values = values});

  EXPECT_NEAR(result.at(10, 50).red, 0, 4);
  EXPECT_NEAR(result.at(50, 50).red, 128, 5);
  EXPECT_NEAR(result.at(90, 50).red, 255, 4);
}

TEST(Tone, GrayscaleIsGreyAndKeepsGreys) {
  const Colour grey = toned({.red = 20, .green = 200, .blue = 90}, {});

  EXPECT_EQ(grey.red, grey.green);
  EXPECT_EQ(grey.green, grey.blue);
  EXPECT_TRUE(is_near(toned({.red = 120, .green = 120, .blue = 120}, {}), {.red = 120, .green = 120, .blue = 120}, 1));
}

TEST(Tone, SepiaMixesByPercent) {
  const Colour colour{.red = 100, .green = 100, .blue = 100};

  EXPECT_TRUE(is_near(toned(colour, {.kind = rule::Tone::Kind::sepia, .amount = 100}),
                      {.red = 135, .green = 120, .blue = 94}, 1));
  EXPECT_TRUE(is_near(toned(colour, {.kind = rule::Tone::Kind::sepia, .amount = 50}),
                      {.red = 118, .green = 110, .blue = 97}, 1));
}

TEST(Tone, TintMovesTheColourAndKeepsTheLightness) {
  const rule::Tone tint{.kind = rule::Tone::Kind::tint, .amount = 1, .colour = {.red = 119, .green = 119, .blue = 119}};

  const Colour result = toned({.red = 200, .green = 60, .blue = 60}, tint);

  EXPECT_NEAR(result.red, result.green, 2) << "a grey tint takes all colour away";
  EXPECT_TRUE(is_near(toned({.red = 200, .green = 60, .blue = 60},
                            {.kind = rule::Tone::Kind::tint, .amount = 0, .colour = {.green = 255}}),
                      {.red = 200, .green = 60, .blue = 60}, 2));
}

TEST(Tone, ThresholdIsBlackOrWhite) {
  const rule::Tone threshold{.kind = rule::Tone::Kind::threshold, .amount = 100};

  EXPECT_EQ(toned({.red = 110, .green = 110, .blue = 110}, threshold), kWhite);
  EXPECT_EQ(toned({.red = 90, .green = 90, .blue = 90}, threshold), Colour{});
}

}  // namespace
}  // namespace calotype::engine
