#include "access/claims.h"

#include <gtest/gtest.h>

namespace calotype::access {
namespace {

TEST(ReadClaims, KeepsNumbersOfMetadata) {
  const auto claims = read_claims(R"({"rqs":"GET\\/x","metadata":{"a":300,"b":0.5,"c":[true,null]}})");

  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->metadata, R"({"a":300,"b":5E-1,"c":[true,null]})");
  EXPECT_EQ(claims->request, "GET\\/x");
}

}  // namespace
}  // namespace calotype::access
