#include "delivery/drop_log.h"

#include <gtest/gtest.h>

namespace calotype::delivery {
namespace {

constexpr SteadyTime kStart{std::chrono::hours(1)};

TEST(DropLog, KnowsWhatWasDroppedSince) {
  DropLog log;
  log.note(7, kStart);
  EXPECT_TRUE(log.has_been_dropped(7, kStart));
  EXPECT_TRUE(log.has_been_dropped(7, kStart - Milliseconds(1)));
  EXPECT_FALSE(log.has_been_dropped(7, kStart + Milliseconds(1)));
  EXPECT_FALSE(log.has_been_dropped(8, kStart - Milliseconds(1)));
}

TEST(DropLog, ForgetsWhatIsLongPast) {
  DropLog log;
  log.note(7, kStart);
  log.note(8, kStart);
  log.note(8, kStart + Milliseconds(100'000));
  log.note(9, kStart + DropLog::kRemembered + Milliseconds(1));
  EXPECT_FALSE(log.has_been_dropped(7, kStart));
  EXPECT_TRUE(log.has_been_dropped(8, kStart)) << "it was dropped again";
  EXPECT_TRUE(log.has_been_dropped(9, kStart));
}

}  // namespace
}  // namespace calotype::delivery
