#include "core/fd.h"

#include <fcntl.h>

#include <gtest/gtest.h>

namespace calotype {
namespace {

bool is_open(int number) { return ::fcntl(number, F_GETFD) >= 0; }
Fd open_null() { return Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

TEST(Fd, ClosesAtTheEndOfItsScope) {
  int number = -1;
  {
    const auto fd = open_null();
    number = fd.get();
    ASSERT_TRUE(is_open(number));
  }

  EXPECT_FALSE(is_open(number));
}

TEST(Fd, MovingTakesOverAndClosesWhatWasHeld) {
  auto first = open_null();
  auto second = open_null();
  const int kept = first.get();
  const int closed = second.get();

  second = std::move(first);

  EXPECT_EQ(second.get(), kept);
  EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move)
  EXPECT_FALSE(is_open(closed));
  EXPECT_TRUE(is_open(kept));
}

TEST(Fd, ReleaseGivesUpOwnership) {
  auto fd = open_null();
  const int number = fd.release();
  fd.reset();

  EXPECT_TRUE(is_open(number));
  ::close(number);
}

}  // namespace
}  // namespace calotype
