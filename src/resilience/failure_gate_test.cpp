#include "resilience/failure_gate.h"

#include <gtest/gtest.h>

namespace calotype::resilience {
namespace {

class FailureGateTest : public ::testing::Test {
 protected:
  SteadyTime now_{};
  FailureGate gate_{2, Milliseconds(100)};
};

TEST_F(FailureGateTest, ClosesAfterFailuresInARow) {
  EXPECT_FALSE(gate_.note_failure(now_));
  EXPECT_FALSE(gate_.note_success());
  EXPECT_FALSE(gate_.note_failure(now_)) << "not in a row";
  EXPECT_TRUE(gate_.may_try(now_));
  EXPECT_TRUE(gate_.note_failure(now_));

  EXPECT_FALSE(gate_.may_try(now_ + Milliseconds(99)));
  EXPECT_FALSE(gate_.note_failure(now_)) << "it is closed already";
}

TEST_F(FailureGateTest, LetsOneTryDecideAfterItsRest) {
  gate_.note_failure(now_);
  gate_.note_failure(now_);
  now_ += Milliseconds(100);

  EXPECT_TRUE(gate_.may_try(now_));
  EXPECT_FALSE(gate_.may_try(now_)) << "one";
  gate_.note_failure(now_);
  EXPECT_FALSE(gate_.may_try(now_ + Milliseconds(99)));
  now_ += Milliseconds(100);
  EXPECT_TRUE(gate_.may_try(now_)) << "also where the first one never told";
  EXPECT_TRUE(gate_.note_success());
  EXPECT_TRUE(gate_.may_try(now_));
  EXPECT_TRUE(gate_.may_try(now_));
}

}  // namespace
}  // namespace calotype::resilience
