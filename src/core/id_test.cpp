#include "core/id.h"

#include <unordered_set>

#include <gtest/gtest.h>

namespace calotype {
namespace {

TEST(Uuid, IsPrintedInCanonicalForm) {
  const auto uuid = Uuid::parse("01234567-89AB-cdef-0123-456789ABCDEF");

  ASSERT_TRUE(uuid);
  EXPECT_EQ(uuid->text(), "01234567-89ab-cdef-0123-456789abcdef");
}

TEST(Uuid, RefusesOtherForms) {
  for (const auto* text : {"", "0123456789abcdef0123456789abcdef", "{1234567-89ab-cdef-0123-456789abcde}",
                           "01234567-89ab-cdef-0123-456789abcdeg", "01234567-89ab-cdef-0123-456789abcdef0",
                           "0123456-789ab-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123-456789abcd-f",
                           "01234567_89ab-cdef-0123-456789abcdef"}) {
    EXPECT_FALSE(Uuid::parse(text)) << text;
  }
}

TEST(Uuid, RandomOnesDifferAndAreOfVersion4) {
  std::unordered_set<Uuid> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(Uuid::random());

  EXPECT_EQ(seen.size(), 1000U);
  for (const auto& uuid : seen) {
    EXPECT_EQ(uuid.octets[6] >> 4, 4);
    EXPECT_EQ(uuid.octets[8] >> 6, 2);
  }
}

TEST(Id, IsATypeOfItsOwn) {
  using Apple = Id<struct AppleTag>;
  using Pear = Id<struct PearTag>;

  const auto apple = Apple::random();

  static_assert(!std::is_convertible_v<Apple, Pear>);
  EXPECT_EQ(Apple::parse(apple.text()), apple);
  EXPECT_FALSE(Pear::parse("pear"));
}

}  // namespace
}  // namespace calotype
