#include "engine/quality_search.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace calotype::engine {
namespace {

/// What a picture loses at a quality: less with each step, at different speeds.
struct Picture {
  double at_fifty;
  double fall;
  mutable std::vector<int> tried{};

  double similarity(int quality) const {
    tried.push_back(quality);
    return 1 - at_fifty * std::exp(-fall * (quality - 50));
  }
  int least(const rule::MeasuredQuality& want, int start = 75) const {
    return least_quality(want, start, [this](int quality) { return similarity(quality); });
  }
};

TEST(LeastQuality, ReachesTheTargetAndIsNotFarAboveWhatWouldDo) {
  for (const double lost : {0.02, 0.05, 0.1}) {
    for (const double fall : {0.02, 0.035, 0.05}) {
      const Picture picture{.at_fifty = lost, .fall = fall};
      const rule::MeasuredQuality want{.target = 0.97, .min = 1, .max = 100};
      int needed = 1;
      while (needed < 100 && picture.similarity(needed) < want.target) ++needed;
      picture.tried.clear();

      const int chosen = picture.least(want);

      EXPECT_GE(chosen, needed);
      EXPECT_LE(chosen, needed + 4) << lost << " " << fall;
      EXPECT_LE(picture.tried.size(), static_cast<std::size_t>(kMeasuredTries));
    }
  }
}

TEST(LeastQuality, StaysInItsRange) {
  const rule::MeasuredQuality want{.target = 0.97, .min = 60, .max = 80};

  EXPECT_EQ((Picture{.at_fifty = 0.9, .fall = 0.001}.least(want)), 80);
  EXPECT_EQ((Picture{.at_fifty = 0.0001, .fall = 0.03}.least(want)), 60);
}

TEST(LeastQuality, TriesOneQualityWhereTheRangeHasOne) {
  const Picture picture{.at_fifty = 0.5, .fall = 0.03};

  EXPECT_EQ(picture.least({.target = 0.99, .min = 70, .max = 70}), 70);
  EXPECT_EQ(picture.tried, std::vector<int>{70});
}

std::string file_of(int quality) { return std::string(static_cast<std::size_t>(quality) * 100, 'x'); }

TEST(FitBytes, KeepsTheQualityWhereItFits) {
  std::vector<int> tried;
  const auto fitted = fit_bytes(8000, 80, kLeastQuality, [&](int quality) {
    tried.push_back(quality);
    return file_of(quality);
  });

  ASSERT_TRUE(fitted.body);
  EXPECT_EQ(fitted.body->size(), 8000U);
  EXPECT_EQ(tried, std::vector<int>{80});
}

TEST(FitBytes, FindsNearlyTheHighestThatFits) {
  for (const std::size_t most : {1000U, 1100U, 3333U, 5050U, 7990U}) {
    int tries = 0;
    const auto fitted = fit_bytes(most, 80, kLeastQuality, [&](int quality) {
      ++tries;
      return file_of(quality);
    });

    ASSERT_TRUE(fitted.body) << most;
    EXPECT_LE(fitted.body->size(), most);
    EXPECT_GT(fitted.body->size() + 200, most);
    EXPECT_LE(tries, kByteTries);
  }
}

TEST(FitBytes, SaysHowSmallItGotWhereNothingFits) {
  for (const int quality : {100, 80, 11, 10, 3}) {
    const auto fitted = fit_bytes(100, quality, kLeastQuality, file_of);

    EXPECT_FALSE(fitted.body);
    EXPECT_EQ(fitted.least_bytes, file_of(std::min(quality, kLeastQuality)).size());
  }
}

}  // namespace
}  // namespace calotype::engine
