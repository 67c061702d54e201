#include "resilience/rate_limiter.h"

#include <string>

#include <gtest/gtest.h>

#include "core/fake_clock.h"

namespace calotype::resilience {
namespace {

class RateLimiterTest : public ::testing::Test {
 protected:
  FakeClock clock_;
  RateLimiter<std::string> limiter_{2, clock_};
};

TEST_F(RateLimiterTest, LetsABurstInAndThenAsManyAsFlowIn) {
  for (int left = 2; left >= 0; --left) {
    const auto share = limiter_.take("a", 0.5, 3);
    EXPECT_TRUE(share.is_let_in);
    EXPECT_EQ(share.left, left);
  }
  const auto refused = limiter_.take("a", 0.5, 3);
  EXPECT_FALSE(refused.is_let_in);
  EXPECT_EQ(refused.left, 0);
  EXPECT_EQ(refused.wait, Seconds(2));
  EXPECT_EQ(refused.refill, Seconds(6));
  EXPECT_EQ(refused.window, Seconds(6));

  clock_.advance(Seconds(1));
  EXPECT_FALSE(limiter_.take("a", 0.5, 3).is_let_in) << "being refused costs nothing";
  clock_.advance(Seconds(1));
  EXPECT_TRUE(limiter_.take("a", 0.5, 3).is_let_in);
  clock_.advance(Seconds(3600));
  EXPECT_EQ(limiter_.take("a", 0.5, 3).left, 2) << "no more than the burst is saved up";
}

TEST_F(RateLimiterTest, KeysDoNotShare) {
  EXPECT_TRUE(limiter_.take("a", 1, 1).is_let_in);
  EXPECT_FALSE(limiter_.take("a", 1, 1).is_let_in);
  EXPECT_TRUE(limiter_.take("b", 1, 1).is_let_in);
}

TEST_F(RateLimiterTest, FollowsALimitThatChanges) {
  EXPECT_EQ(limiter_.take("a", 1, 10).left, 9);
  EXPECT_EQ(limiter_.take("a", 1, 2).left, 1) << "what was saved up is cut";
}

TEST_F(RateLimiterTest, RemembersSoManyKeys) {
  limiter_.take("a", 1, 1);
  limiter_.take("b", 1, 1);
  limiter_.take("a", 1, 1);
  limiter_.take("c", 1, 1);

  EXPECT_EQ(limiter_.size(), 2U);
  EXPECT_FALSE(limiter_.take("a", 1, 1).is_let_in);
  EXPECT_TRUE(limiter_.take("b", 1, 1).is_let_in) << "forgotten, so it begins anew";
}

}  // namespace
}  // namespace calotype::resilience
