#include "planar/weights.h"

#include <gtest/gtest.h>

#include <numeric>

namespace calotype::planar {
namespace {

PlaneAxis axis(double begin, double end, int size, int source_count, double source_unit = 1, int target_unit = 1) {
  return {.map = {.begin = begin, .end = end, .size = size, .first = 0, .count = size},
          .source_unit = source_unit,
          .source_count = source_count,
          .target_unit = target_unit};
}

/// Where a target sample has its centre of gravity, in source samples.
double gravity(const Weights& weights, int target) {
  double sum = 0;
  const auto values = weights.of(target);
  for (std::size_t t = 0; t < values.size(); ++t) {
    sum += values[t] * (weights.first[static_cast<std::size_t>(target)] + static_cast<double>(t) + 0.5);
  }
  return sum / (1 << Weights::kBits);
}

TEST(Weights, SumToOneAndStayInside) {
  for (const auto& each :
       {axis(0, 1000, 333, 1000), axis(10.5, 700.25, 99, 1000), axis(0, 1000, 1, 1000), axis(0, 531.25, 300, 532),
        axis(0, 3, 2, 3), axis(0, 1, 1, 1), axis(0, 640, 320, 40, 16, 2)}) {
    const Weights weights = make_weights(each);
    ASSERT_EQ(weights.count(), each.target_count());
    EXPECT_EQ(weights.taps % Weights::kStep, 0);
    for (int i = 0; i < weights.count(); ++i) {
      const auto values = weights.of(i);
      EXPECT_EQ(std::accumulate(values.begin(), values.end(), 0), 1 << Weights::kBits);
      EXPECT_GE(weights.first[static_cast<std::size_t>(i)], 0);
      EXPECT_LE(weights.first[static_cast<std::size_t>(i)] + weights.used, each.source_count);
    }
  }
}

TEST(Weights, KeepPixelCentres) {
  const Weights weights = make_weights(axis(0, 1000, 333, 1000));

  for (int i = 20; i < 300; ++i) EXPECT_NEAR(gravity(weights, i), (i + 0.5) * 1000 / 333, 0.02) << i;
}

TEST(Weights, KeepCentresOfHalvedChroma) {
  const Weights weights = make_weights(axis(0, 1000, 200, 500, 2, 2));

  // Chroma sample i of the target covers its luma pixels 2i and 2i + 1, of the source ten luma pixels: five of its
  // chroma.
  for (int i = 10; i < 90; ++i) EXPECT_NEAR(gravity(weights, i), (i + 0.5) * 5, 0.02) << i;
}

TEST(Weights, ReversedAreTheSameFromTheOtherEnd) {
  PlaneAxis forwards = axis(0, 640, 128, 640);
  PlaneAxis backwards = forwards;
  backwards.map.is_reversed = true;

  const Weights a = make_weights(forwards);
  const Weights b = make_weights(backwards);

  for (int i = 0; i < 128; ++i) EXPECT_NEAR(gravity(a, i), gravity(b, 127 - i), 0.01) << i;
}

TEST(Weights, NeverLookBeyondTheCut) {
  const Weights weights = make_weights(axis(100, 200, 50, 1000));

  EXPECT_GE(weights.first.front(), 100);
  EXPECT_LE(weights.first.back() + weights.used, 200);
}

TEST(Weights, OfANarrowerKernelAreOfFewerSamplesRoundTheSamePlace) {
  PlaneAxis narrow = axis(0, 1000, 100, 1000);
  narrow.width = 0.8;

  const Weights wide = make_weights(axis(0, 1000, 100, 1000));
  const Weights less = make_weights(narrow);

  EXPECT_EQ(wide.used, 61);
  EXPECT_EQ(less.used, 49);
  for (int i = 5; i < 95; ++i) EXPECT_NEAR(gravity(less, i), gravity(wide, i), 0.01) << i;
}

TEST(Weights, WhereAPictureBecomesLargerTheKernelKeepsItsWidth) {
  PlaneAxis narrow = axis(0, 100, 300, 100);
  narrow.width = 0.5;

  EXPECT_EQ(make_weights(narrow).values, make_weights(axis(0, 100, 300, 100)).values);
}

TEST(Weights, OfTheSameSizeCopy) {
  const Weights weights = make_weights(axis(0, 40, 40, 40));

  for (int i = 0; i < 40; ++i) EXPECT_NEAR(gravity(weights, i), i + 0.5, 1e-9);
}

TEST(WeightCache, MakesATableOnce) {
  WeightCache cache;
  const auto first = cache.get(axis(0, 100, 50, 100));

  EXPECT_EQ(cache.get(axis(0, 100, 50, 100)), first);
  EXPECT_NE(cache.get(axis(0, 100, 51, 100)), first);
  for (int i = 1; i <= static_cast<int>(WeightCache::kKept); ++i) cache.get(axis(0, 200, i, 200));
  EXPECT_NE(cache.get(axis(0, 100, 50, 100)), first) << "and forgets it after so many others";
}

}  // namespace
}  // namespace calotype::planar
