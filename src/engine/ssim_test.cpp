#include "engine/ssim.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace calotype::engine {
namespace {

std::vector<std::uint8_t> drawn(int width, int height, int noise) {
  std::vector<std::uint8_t> samples;
  unsigned state = 1;
  for (int i = 0; i < width * height; ++i) {
    state = state * 1103515245 + 12345;
    const int wave = (i % width) * 5 % 200 + 20;
    samples.push_back(static_cast<std::uint8_t>(wave + static_cast<int>(state >> 16U) % (noise + 1)));
  }
  return samples;
}

LumaView view_of(const std::vector<std::uint8_t>& samples, int width, int height) {
  return {.samples = samples.data(), .width = width, .height = height, .stride = width};
}

/// The definition, window by window.
double by_definition(const LumaView& a, const LumaView& b) {
  double total = 0;
  int windows = 0;
  for (int top = 0; top + 8 <= a.height; top += 4) {
    for (int left = 0; left + 8 <= a.width; left += 4, ++windows) {
      double mean_a = 0, mean_b = 0, var_a = 0, var_b = 0, cov = 0;
      const auto each = [&](auto use) {
        for (int y = top; y < top + 8; ++y) {
          for (int x = left; x < left + 8; ++x) use(a.samples[y * a.stride + x], b.samples[y * b.stride + x]);
        }
      };
      each([&](double p, double q) { mean_a += p / 64, mean_b += q / 64; });
      each([&](double p, double q) {
        var_a += (p - mean_a) * (p - mean_a) / 64;
        var_b += (q - mean_b) * (q - mean_b) / 64;
        cov += (p - mean_a) * (q - mean_b) / 64;
      });
      const double c1 = 2.55 * 2.55;
      const double c2 = 7.65 * 7.65;
      total += (2 * mean_a * mean_b + c1) * (2 * cov + c2) /
               ((mean_a * mean_a + mean_b * mean_b + c1) * (var_a + var_b + c2));
    }
  }
  return total / windows;
}

TEST(Similarity, OfAPictureWithItselfIsOne) {
  const auto picture = drawn(37, 29, 30);

  EXPECT_DOUBLE_EQ(similarity(view_of(picture, 37, 29), view_of(picture, 37, 29)), 1);
}

TEST(Similarity, IsWhatTheDefinitionGives) {
  const auto picture = drawn(40, 32, 10);
  for (const int noise : {11, 20, 35}) {
    const auto other = drawn(40, 32, noise);

    const auto got = similarity(view_of(picture, 40, 32), view_of(other, 40, 32));

    EXPECT_NEAR(got, by_definition(view_of(picture, 40, 32), view_of(other, 40, 32)), 1e-9);
    EXPECT_LT(got, 1);
  }
}

TEST(Similarity, OfWhatHasNoWindowIsOne) {
  const std::array<std::uint8_t, 49> black{};
  std::array<std::uint8_t, 49> white{};
  white.fill(255);

  EXPECT_EQ(similarity({black.data(), 7, 7, 7}, {white.data(), 7, 7, 7}), 1);
}

}  // namespace
}  // namespace calotype::engine
