#include "resilience/backoff.h"

#include <gtest/gtest.h>

namespace calotype::resilience {
namespace {

TEST(Backoff, DoublesUpToItsLimit) {
  Backoff backoff({.first = Milliseconds(100), .most = Milliseconds(1000), .factor = 2, .jitter = 0}, 1);

  for (const int wait : {100, 200, 400, 800, 1000, 1000}) EXPECT_EQ(backoff.next(), Milliseconds(wait));
  EXPECT_EQ(backoff.failures(), 6);
}

TEST(Backoff, BeginsAnewAfterASuccess) {
  Backoff backoff({.jitter = 0}, 1);
  backoff.next();
  backoff.next();
  backoff.reset();

  EXPECT_EQ(backoff.next(), Milliseconds(100));
}

TEST(Backoff, StaysAtItsLimitForEver) {
  Backoff backoff({.jitter = 0}, 1);
  for (int i = 0; i < 5000; ++i) backoff.next();

  EXPECT_EQ(backoff.next(), Milliseconds(30'000));
}

TEST(Backoff, JittersWithinItsShareAndBySeed) {
  const BackoffOptions options{.first = Milliseconds(1000), .most = Milliseconds(1000), .jitter = 0.5};
  Backoff one(options, 1);
  Backoff same(options, 1);
  Backoff other(options, 2);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const auto wait = one.next();
    EXPECT_GE(wait, Milliseconds(500));
    EXPECT_LE(wait, Milliseconds(1000));
    EXPECT_EQ(wait, same.next());
    differs = differs || wait != other.next();
  }
  EXPECT_TRUE(differs);
}

}  // namespace
}  // namespace calotype::resilience
