#include "core/scheduling.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <thread>

namespace calotype {
namespace {

TEST(Schedule, IsOfOneThreadAlone) {
  const int before = ::getpriority(PRIO_PROCESS, 0);
  int niceness = 0;
  std::jthread([&] {
    schedule(0, {.nice = 3, .slice = kPromptSlice});
    niceness = ::getpriority(PRIO_PROCESS, 0);
  }).join();

  EXPECT_EQ(niceness, std::min(before + 3, 19));
  EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), before);
}

TEST(Schedule, AddsToWhatAnOperatorMadeIt) {
  int niceness = 0;
  std::jthread([&] {
    ::setpriority(PRIO_PROCESS, 0, 12);
    schedule(0, {.slice = kPromptSlice});
    niceness = ::getpriority(PRIO_PROCESS, 0);
  }).join();

  EXPECT_GE(niceness, 12);
}

TEST(Schedule, LeavesAloneWhatIsNotThere) {
  const int before = ::getpriority(PRIO_PROCESS, 0);
  schedule(1 << 30, {.nice = 1});

  EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), before);
}

}  // namespace
}  // namespace calotype
