#include "planar/arena.h"

#include <gtest/gtest.h>
#include <malloc.h>

namespace calotype::planar {
namespace {

TEST(Arena, GivesItsBlocksToThePicturesThatFollow) {
  Arena arena;
  const auto* first = arena.take<std::byte>(3 << 20U);
  arena.reset();

  EXPECT_EQ(arena.take<std::byte>(2 << 20U), first);
}

TEST(Arena, LeavesNoHolesInTheHeapWhereEachPictureIsALittleLarger) {
  const auto before = mallinfo2().arena;
  Arena arena;
  for (std::size_t i = 0; i < 200; ++i) {
    const auto between = std::make_unique<std::byte[]>(64);  // as others take of the heap meanwhile
    arena.take<std::byte>((std::size_t{3} << 20U) + i * 4096);
    arena.reset();
  }

  EXPECT_LT(mallinfo2().arena - before, std::size_t{1} << 20U);
}

TEST(Arena, RefusesMoreThanThereCanBe) {
  Arena arena;

  EXPECT_THROW(arena.take<std::byte>(SIZE_MAX - 1), std::bad_alloc);
  EXPECT_THROW(arena.take<std::byte>(SIZE_MAX / 4), std::bad_alloc);
}

}  // namespace
}  // namespace calotype::planar
