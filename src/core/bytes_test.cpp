#include "core/bytes.h"

#include <gtest/gtest.h>

namespace calotype {
namespace {

TEST(Bytes, SliceKeepsTheWholeAlive) {
  Bytes part;
  {
    const auto whole = Bytes::from("a text that is too long to lie within the string itself");
    part = whole.slice(2, 4);
  }

  EXPECT_EQ(part.text(), "text");
}

TEST(Bytes, CopiesShareMemory) {
  const auto bytes = Bytes::from("abc");
  const Bytes copy = bytes;  // NOLINT(performance-unnecessary-copy-initialization)

  EXPECT_EQ(copy.view().data(), bytes.view().data());
}

TEST(Bytes, SliceBeyondTheEndThrows) {
  const auto bytes = Bytes::from("abc");

  EXPECT_EQ(bytes.slice(3, 0).size(), 0U);
  EXPECT_THROW(bytes.slice(4, 0), std::out_of_range);
  EXPECT_THROW(bytes.slice(1, 3), std::out_of_range);
  EXPECT_THROW(bytes.slice(1, SIZE_MAX), std::out_of_range);
}

}  // namespace
}  // namespace calotype
