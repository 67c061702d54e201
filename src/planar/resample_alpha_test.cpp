#include "planar/resample_alpha.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "model/geometry.h"

namespace calotype::planar {
namespace {

std::shared_ptr<const Weights> weights_for(int from, int to, bool is_reversed = false) {
  static WeightCache cache;
  return cache.get({.map = {.begin = 0,
                            .end = static_cast<double>(from),
                            .size = to,
                            .first = 0,
                            .count = to,
                            .is_reversed = is_reversed},
                    .source_unit = 1,
                    .source_count = from,
                    .target_unit = 1,
                    .kernel = rule::Kernel::lanczos3});
}

struct Picture {
  int width = 0;
  int height = 0;
  int bands = 4;
  std::vector<std::uint8_t> samples;

  int at(int x, int y, int band) const { return samples[static_cast<std::size_t>((y * width + x) * bands + band)]; }
};

/// Soft shapes of alpha on noise, some of it wholly transparent or opaque.
Picture noise(int width, int height, int bands) {
  std::mt19937 random(static_cast<unsigned>(width * height));
  Picture picture{.width = width, .height = height, .bands = bands, .samples = {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int band = 0; band + 1 < bands; ++band) picture.samples.push_back(static_cast<std::uint8_t>(random()));
      const double wave = 300 * std::sin(x * 0.11) * std::cos(y * 0.07) + 128;
      picture.samples.push_back(static_cast<std::uint8_t>(std::clamp(wave, 0.0, 255.0)));
    }
  }
  return picture;
}

Picture scaled(const Picture& picture, const Weights& across, const Weights& down) {
  Arena arena;
  Picture made{.width = across.count(), .height = down.count(), .bands = picture.bands, .samples = {}};
  made.samples.resize(static_cast<std::size_t>(made.width * made.height * made.bands));
  resample_with_alpha(
      {.samples = picture.samples.data(), .width = picture.width, .height = picture.height, .bands = picture.bands},
      across, down, made.samples.data(), arena);
  return made;
}

/// In floating point; colours premultiplied.
double sum_of(const Picture& picture, const Weights& across, const Weights& down, int x, int y, int band) {
  double sum = 0;
  for (int v = 0; v < down.used; ++v) {
    for (int u = 0; u < across.used; ++u) {
      const int column = across.first[static_cast<std::size_t>(x)] + u;
      const int row = down.first[static_cast<std::size_t>(y)] + v;
      const double weight =
          across.of(x)[static_cast<std::size_t>(u)] / 16384.0 * down.of(y)[static_cast<std::size_t>(v)] / 16384.0;
      const double alpha = picture.at(column, row, picture.bands - 1) / 255.0;
      sum += weight * (band + 1 == picture.bands ? 255 * alpha : picture.at(column, row, band) * alpha);
    }
  }
  return sum;
}

class WithAlpha : public testing::TestWithParam<int> {};

TEST_P(WithAlpha, IsNearToFloatingPoint) {
  const int bands = GetParam();
  for (const auto& [from, to] : {std::pair{Size{.width = 200, .height = 90}, Size{.width = 67, .height = 31}},
                                 {Size{.width = 131, .height = 77}, Size{.width = 130, .height = 76}},
                                 {Size{.width = 640, .height = 480}, Size{.width = 40, .height = 30}},
                                 {Size{.width = 9, .height = 7}, Size{.width = 3, .height = 2}},
                                 {Size{.width = 1, .height = 1}, Size{.width = 1, .height = 1}}}) {
    const Picture picture = noise(from.width, from.height, bands);
    for (const bool is_reversed : {false, true}) {
      const auto across = weights_for(from.width, to.width, is_reversed);
      const auto down = weights_for(from.height, to.height, is_reversed);

      const Picture made = scaled(picture, *across, *down);

      for (int y = 0; y < to.height; ++y) {
        for (int x = 0; x < to.width; ++x) {
          const double alpha = sum_of(picture, *across, *down, x, y, bands - 1);
          ASSERT_NEAR(made.at(x, y, bands - 1), std::clamp(alpha, 0.0, 255.0), 0.7)
              << from.width << ' ' << x << ' ' << y;
          if (alpha < 4) continue;  // what is hardly to be seen
          for (int band = 0; band + 1 < bands; ++band) {
            const double colour = sum_of(picture, *across, *down, x, y, band) / alpha * 255;
            const double slack = 0.7 + 60 / alpha;
            ASSERT_NEAR(made.at(x, y, band), std::clamp(colour, 0.0, 255.0), slack)
                << from.width << ' ' << x << ' ' << y;
          }
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Bands, WithAlpha, testing::Values(2, 4));

TEST(ResampleWithAlpha, NeverShowsTheColourOfTransparentPixels) {
  Picture picture{.width = 64, .height = 64, .bands = 4, .samples = {}};
  for (int i = 0; i < 64 * 64; ++i) {
    const bool is_seen = i % 64 < 30;
    const std::array<std::uint8_t, 4> pixel{static_cast<std::uint8_t>(is_seen ? 0 : 255), 80,
                                            static_cast<std::uint8_t>(is_seen ? 200 : 0),
                                            static_cast<std::uint8_t>(is_seen ? 255 : 0)};
    picture.samples.insert(picture.samples.end(), pixel.begin(), pixel.end());
  }
  const Picture made = scaled(picture, *weights_for(64, 20), *weights_for(64, 20));
  for (int x = 0; x < 20; ++x) {
    if (made.at(x, 10, 3) < 8) continue;
    EXPECT_LE(made.at(x, 10, 0), 1) << x;
    EXPECT_NEAR(made.at(x, 10, 2), 200, 1) << x;
  }
  EXPECT_EQ(made.at(19, 10, 0) + made.at(19, 10, 1) + made.at(19, 10, 2), 0) << "nothing where nothing is seen";
}

}  // namespace
}  // namespace calotype::planar
