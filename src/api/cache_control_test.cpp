#include "api/cache_control.h"

#include <gtest/gtest.h>

namespace calotype::api {
namespace {

TEST(AgesOf, TakesTheRulesBeforeTheBuckets) {
  EXPECT_EQ(ages_of(Seconds(3600), {}), (Ages{.max_age = Seconds(3600), .swr = Seconds(60)}));
  EXPECT_EQ(ages_of(Seconds(3600), {.max_age = 5, .s_max_age = 7, .swr = 0, .sie = 9}),
            (Ages{.max_age = Seconds(5), .s_max_age = Seconds(7), .swr = Seconds(0), .sie = Seconds(9)}));
}

struct Case {
  Ages ages;
  bool is_public;
  std::optional<Seconds> left;
  const char* text;
};

class CacheControl : public testing::TestWithParam<Case> {};

TEST_P(CacheControl, SaysHowLongAnAnswerMayBeKept) {
  const auto& given = GetParam();

  EXPECT_EQ(cache_control(given.ages, given.is_public, given.left), given.text);
}

constexpr Seconds operator""_s(unsigned long long count) { return Seconds(count); }
constexpr Ages kLong{.max_age = 100_s, .s_max_age = 200_s, .swr = 30_s, .sie = 40_s};

INSTANTIATE_TEST_SUITE_P(
    All, CacheControl,
    testing::Values(
        Case{{.max_age = 60_s}, true, {}, "public, max-age=60"}, Case{{.max_age = 0_s}, true, {}, "public, max-age=0"},
        Case{kLong, true, {}, "public, max-age=100, s-maxage=200, stale-while-revalidate=30, stale-if-error=40"},
        Case{kLong, false, {}, "private, max-age=100, stale-while-revalidate=30, stale-if-error=40"},
        Case{kLong, true, 500_s, "public, max-age=100, s-maxage=200, stale-while-revalidate=30, stale-if-error=40"},
        Case{kLong, true, 235_s, "public, max-age=100, s-maxage=200, stale-while-revalidate=30, stale-if-error=35"},
        Case{kLong, true, 200_s, "public, max-age=100, s-maxage=200"},
        Case{kLong, true, 150_s, "public, max-age=100, s-maxage=150, must-revalidate"},
        Case{kLong, true, 50_s, "public, max-age=50, s-maxage=50, must-revalidate"},
        Case{{.max_age = 60_s, .swr = 9_s}, false, 0_s, "private, max-age=0, must-revalidate"}));

}  // namespace
}  // namespace calotype::api
