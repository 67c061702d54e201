#include "core/scheduling.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <thread>

namespace calotype {
namespace {

TEST(Schedule, IsOfOneThreadAlone) {
  int niceness = 0;
  std::jthread([&] {
    schedule(0, {.nice = 7, .slice = kPromptSlice});
    niceness = ::getpriority(PRIO_PROCESS, 0);
  }).join();

  EXPECT_EQ(niceness, 7);
  EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), 0);
}

TEST(Schedule, LeavesAloneWhatIsNotThere) {
  schedule(1 << 30, {.nice = 1});

  EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), 0);
}

}  // namespace
}  // namespace calotype
