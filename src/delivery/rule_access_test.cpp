#include "delivery/rule_access.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace calotype::delivery {
namespace {

using rule::Access;
using enum Access::Require;

/// "ok", or the fault and its code.
std::string outcome(const Access& access, const Visitor& visitor, bool is_private = false,
                    const std::string& object = "2026/a.jpg") {
  const Bucket bucket{.alias = "cars-de", .is_private = is_private};
  try {
    require_access(access, required(access, is_private), bucket, object, visitor);
  } catch (const Error& error) {
    return (error.fault() == Fault::unauthenticated ? "401 " : "403 ") + error.code();
  }
  return "ok";
}

struct ProofCase {
  std::optional<Access::Require> require;
  bool is_private;
  Proof proof;
  const char* outcome;
};
class ProofOf : public testing::TestWithParam<ProofCase> {};

TEST_P(ProofOf, LetsInWhoHasWhatIsWanted) {
  const auto& given = GetParam();

  EXPECT_EQ(outcome({.require = given.require}, {.proof = given.proof}, given.is_private), given.outcome);
}

INSTANTIATE_TEST_SUITE_P(
    All, ProofOf,
    testing::Values(ProofCase{{}, false, Proof::none, "ok"}, ProofCase{{}, true, Proof::none, "401 signature-required"},
                    ProofCase{{}, true, Proof::signature, "ok"}, ProofCase{{}, true, Proof::token, "ok"},
                    ProofCase{none, true, Proof::none, "ok"},
                    ProofCase{signature, false, Proof::none, "401 signature-required"},
                    ProofCase{signature, false, Proof::signature, "ok"},
                    ProofCase{signature, false, Proof::token, "ok"},
                    ProofCase{jwt, false, Proof::none, "401 token-required"},
                    ProofCase{jwt, false, Proof::signature, "403 token-required"},
                    ProofCase{jwt, true, Proof::token, "ok"}, ProofCase{jwt, true, Proof::own, "ok"}));

TEST(RuleAccess, IsForTheBucketsAndObjectsThatAreNamed) {
  EXPECT_EQ(outcome({.buckets = {"boats", "cars-*"}}, {}), "ok");
  EXPECT_EQ(outcome({.buckets = {"boats", "cars"}}, {}), "403 bucket-not-allowed");
  EXPECT_EQ(outcome({.prefixes = {"2025/", "2026/"}}, {}), "ok");
  EXPECT_EQ(outcome({.prefixes = {"20*/a"}}, {}), "ok");
  EXPECT_EQ(outcome({.prefixes = {"026/", "2026/b"}}, {}), "403 object-not-allowed");
  EXPECT_EQ(outcome({.buckets = {"boats"}, .prefixes = {"b"}}, {.proof = Proof::own}), "ok");
}

TEST(RuleAccess, IsForThePagesThatAreNamed) {
  const Access access{.referers = {"shop.example", "*.shop.example"}};
  EXPECT_EQ(outcome(access, {}), "ok") << "who does not tell";
  for (const auto* good : {"shop.example", "a.shop.example", "a.b.shop.example"})
    EXPECT_EQ(outcome(access, {.site = good}), "ok") << good;
  for (const auto* bad : {"", "example", "myshop.example", ".shop.example.evil", "shop.example.evil"})
    EXPECT_EQ(outcome(access, {.site = bad}), "403 referer-not-allowed") << bad;
  EXPECT_EQ(outcome({.referers = {"*.shop.example"}}, {.site = "shop.example"}), "403 referer-not-allowed");
}

}  // namespace
}  // namespace calotype::delivery
