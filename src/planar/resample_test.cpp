#include "planar/resample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace calotype::planar {
namespace {

Plane noise(Arena& arena, int width, int height) {
  std::mt19937 random(7);
  const Plane plane = make_plane(arena, width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) plane.row(y)[x] = static_cast<std::uint8_t>(random() % 256);
  }
  return plane;
}

Weights weights_for(int from, int to) {
  return make_weights({.map = {.begin = 0, .end = static_cast<double>(from), .size = to, .first = 0, .count = to},
                       .source_unit = 1,
                       .source_count = from,
                       .target_unit = 1});
}

/// The same in floating point.
double exact(const Plane& source, const Weights& across, const Weights& down, int x, int y) {
  double sum = 0;
  for (int i = 0; i < down.used; ++i) {
    const std::uint8_t* row = source.row(down.first[static_cast<std::size_t>(y)] + i);
    for (int k = 0; k < across.used; ++k) {
      sum += static_cast<double>(down.of(y)[static_cast<std::size_t>(i)]) * across.of(x)[static_cast<std::size_t>(k)] *
             row[across.first[static_cast<std::size_t>(x)] + k];
    }
  }
  return sum / std::pow(2, 2 * Weights::kBits);
}

TEST(Resample, IsWithinOneOfFloatingPoint) {
  Arena arena;
  for (const Size from : {Size{1, 1}, Size{3, 2}, Size{17, 40}, Size{101, 67}, Size{260, 33}}) {
    const Plane source = noise(arena, from.width, from.height);
    for (const Size to : {Size{1, 1}, Size{2, 7}, Size{33, 20}, Size{130, 70}}) {
      const Weights across = weights_for(from.width, to.width);
      const Weights down = weights_for(from.height, to.height);

      const Plane made = resample(source, across, down, {}, arena);

      for (int y = 0; y < to.height; ++y) {
        for (int x = 0; x < to.width; ++x) {
          const double want = std::clamp(exact(source, across, down, x, y), 0.0, 255.0);
          ASSERT_NEAR(made.row(y)[x], want, 0.7) << from.width << " to " << to.width << " at " << x << ',' << y;
        }
      }
    }
  }
}

TEST(Resample, OfTheSameSizeCopies) {
  Arena arena;
  const Plane source = noise(arena, 75, 31);

  const Plane made = resample(source, weights_for(75, 75), weights_for(31, 31), {}, arena);

  for (int y = 0; y < 31; ++y) EXPECT_TRUE(std::equal(made.row(y), made.row(y) + 75, source.row(y))) << y;
}

TEST(Resample, NarrowsTheRangeOnItsWay) {
  Arena arena;
  for (const auto& [value, luma, chroma] : {std::tuple{0, 16, 16}, {128, 126, 128}, {255, 235, 240}}) {
    const Plane source = filled(40, 40, static_cast<std::uint8_t>(value), arena);
    const auto at = [&](const Level& level) {
      return int{resample(source, weights_for(40, 20), weights_for(40, 20), level, arena).row(10)[10]};
    };

    EXPECT_EQ(at(kStudioLuma), luma);
    EXPECT_EQ(at(kStudioChroma), chroma);
  }
}

TEST(Transposed, HasRowsForColumns) {
  Arena arena;
  const Plane source = noise(arena, 37, 21);

  const Plane made = transposed(source, arena);

  ASSERT_EQ(made.width, 21);
  ASSERT_EQ(made.height, 37);
  for (int y = 0; y < 21; ++y) {
    for (int x = 0; x < 37; ++x) ASSERT_EQ(made.row(x)[y], source.row(y)[x]);
  }
}

TEST(ToRgb, IsWithinOneOfTheFormula) {
  Arena arena;
  const Planes planes{.plane = {noise(arena, 83, 9), noise(arena, 83, 9), noise(arena, 83, 9)}, .chroma = {}};
  for (int x = 0; x < 83; ++x) {
    planes.plane[1].row(4)[x] = static_cast<std::uint8_t>(x * 3);
    planes.plane[2].row(4)[x] = static_cast<std::uint8_t>(255 - x * 3);
  }
  std::vector<std::uint8_t> rgb(83 * 9 * 3);

  to_rgb(planes, rgb.data());

  for (int y = 0; y < 9; ++y) {
    for (int x = 0; x < 83; ++x) {
      const double luma = planes.plane[0].row(y)[x];
      const double blue = planes.plane[1].row(y)[x] - 128.0;
      const double red = planes.plane[2].row(y)[x] - 128.0;
      const std::array want{luma + 1.402 * red, luma - 0.344136 * blue - 0.714136 * red, luma + 1.772 * blue};
      for (std::size_t c = 0; c < 3; ++c) {
        const int got = rgb[(static_cast<std::size_t>(y) * 83 + static_cast<std::size_t>(x)) * 3 + c];
        ASSERT_NEAR(got, std::clamp(want[c], 0.0, 255.0), 0.6);
      }
    }
  }
}

TEST(Arena, GivesTheSameMemoryAgain) {
  Arena arena;
  const auto* first = arena.take<int>(1000);
  arena.reset();

  EXPECT_EQ(arena.take<int>(1000), first);
  EXPECT_THROW(arena.take<std::uint64_t>(SIZE_MAX / 4), std::bad_alloc);
}

}  // namespace
}  // namespace calotype::planar
