#include "resilience/frequency_sketch.h"

#include <random>

#include <gtest/gtest.h>

namespace calotype::resilience {
namespace {

TEST(FrequencySketch, CountsUpToFifteen) {
  FrequencySketch sketch(1000);
  EXPECT_EQ(sketch.count(7), 0);
  for (int i = 1; i <= 20; ++i) {
    sketch.see(7);
    EXPECT_EQ(sketch.count(7), std::min(i, FrequencySketch::kMost));
  }
}

TEST(FrequencySketch, NeverCountsTooLittleAndSeldomTooMuch) {
  FrequencySketch sketch(4096);
  std::mt19937_64 random(1);
  std::vector<std::uint64_t> keys(2000);
  for (auto& key : keys) key = random();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (std::size_t times = 0; times <= i % 4; ++times) sketch.see(keys[i]);
  }
  int too_much = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto expected = static_cast<int>(i % 4) + 1;
    EXPECT_GE(sketch.count(keys[i]), expected);
    too_much += sketch.count(keys[i]) > expected;
  }
  EXPECT_LT(too_much, 40) << "of 2000";
}

TEST(FrequencySketch, ForgetsWhatIsNotSeenAnyMore) {
  FrequencySketch sketch(64);
  for (int i = 0; i < 15; ++i) sketch.see(7);
  std::mt19937_64 random(1);
  for (int i = 0; i < 3000; ++i) sketch.see(random());
  EXPECT_LT(sketch.count(7), 8);
}

}  // namespace
}  // namespace calotype::resilience
