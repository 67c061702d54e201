#include "access/policy.h"

#include <gtest/gtest.h>

namespace calotype::access {
namespace {

const TenantId kTenant = *TenantId::parse("11111111-1111-4111-8111-111111111111");
const std::string kT = kTenant.text();

Statement allow(std::string action, std::string resource) {
  return {.is_allowed = true, .actions = {std::move(action)}, .resources = {std::move(resource)}};
}
Statement deny(std::string action, std::string resource) {
  return {.is_allowed = false, .actions = {std::move(action)}, .resources = {std::move(resource)}};
}

/// An object of bucket "shop", in domain "site".
const std::vector<Resource> kObject{{.kind = "tenant", .names = {kT}},
                                    {.kind = "domain", .names = {"d-1", "site"}},
                                    {.kind = "bucket", .names = {"b-1", "shop"}},
                                    {.kind = "object", .names = {"b-1/news/a.jpg", "shop/news/a.jpg"}}};
const std::vector<Resource> kNewBucket{
    {.kind = "tenant", .names = {kT}}, {.kind = "domain", .names = {"d-1", "site"}}, {.kind = "bucket", .names = {}}};

bool may(const Statements& statements, std::string_view action = "objects:get",
         const std::vector<Resource>& touched = kObject) {
  return are_allowing(statements, {.action = action, .tenant = kTenant, .touched = touched});
}

TEST(Policy, AllowsNothingWhereNothingIsSaid) { EXPECT_FALSE(may({})); }

TEST(Policy, AllowsEverythingByDefault) { EXPECT_TRUE(may(default_statements())); }

TEST(Policy, TakesBothServicesForOne) {
  for (const auto* service : {"yams", "calotype", "*", "y*"}) {
    EXPECT_TRUE(may({allow(std::string(service) + ":objects:get", std::string(service) + ":*:*:*")})) << service;
  }
  EXPECT_FALSE(may({allow("s3:*:*", "yams:*:*:*")}));
  EXPECT_FALSE(may({allow("yams:*:*", "s3:*:*:*")}));
}

TEST(Policy, MatchesActionsPartByPart) {
  for (const auto* action : {"yams:*:*", "yams:objects:*", "yams:*:get", "yams:obj*:g*t", "calotype:objects:get"}) {
    EXPECT_TRUE(may({allow(action, "yams:*:*:*")})) << action;
  }
  for (const auto* action : {"yams:objects:delete", "yams:buckets:*", "yams:object:get", "yams:*", "*", "",
                             "yams::", "yams:objects:get:", "yams:Objects:get", "yams:objects:ge"}) {
    EXPECT_FALSE(may({allow(action, "yams:*:*:*")})) << action;
  }
}

TEST(Policy, CoversWhatIsWithinAThing) {
  for (const auto* resource :
       {"domain:d-1", "domain:site", "domain:*", "bucket:shop", "bucket:b-1", "bucket:sh*", "object:shop/news/*",
        "object:b-1/*", "object:*/a.jpg", "object:*", "*:*", "*:shop", "tenant:*"}) {
    EXPECT_TRUE(may({allow("yams:*:*", "yams:" + kT + ":" + resource)})) << resource;
  }
  for (const auto* resource : {"domain:other", "domain:D-1", "domain:sit", "bucket:shop2", "object:a.jpg",
                               "object:news/a.jpg", "object:shop/old/*", "rule:*", "domain:", "domain", ":*"}) {
    EXPECT_FALSE(may({allow("yams:*:*", "yams:" + kT + ":" + resource)})) << resource;
  }
}

TEST(Policy, IsForItsTenantOnly) {
  EXPECT_TRUE(may({allow("yams:*:*", "yams:" + kT + ":*:*")}));
  EXPECT_FALSE(may({allow("yams:*:*", "yams:22222222-2222-4222-8222-222222222222:*:*")}));
  EXPECT_FALSE(may({allow("yams:*:*", "yams::*:*")}));
}

TEST(Policy, LetsADenialBeatEveryAllowance) {
  const auto all = default_statements().front();

  EXPECT_FALSE(may({all, deny("yams:objects:get", "yams:*:bucket:shop")}));
  EXPECT_FALSE(may({deny("yams:objects:get", "yams:*:bucket:shop"), all}));
  EXPECT_TRUE(may({all, deny("yams:objects:delete", "yams:*:bucket:shop")}));
  EXPECT_TRUE(may({all, deny("yams:objects:get", "yams:*:bucket:other")}));
}

TEST(Policy, NeedsAStarForWhatHasNoNameYet) {
  EXPECT_TRUE(may({allow("yams:buckets:create", "yams:*:bucket:*")}, "buckets:create", kNewBucket));
  EXPECT_TRUE(may({allow("yams:buckets:create", "yams:*:domain:site")}, "buckets:create", kNewBucket));
  EXPECT_FALSE(may({allow("yams:buckets:create", "yams:*:bucket:shop")}, "buckets:create", kNewBucket));
}

TEST(Policy, KnowsWhoseNamesMatter) {
  const Statements statements{allow("yams:*:*", "yams:*:domain:site"), deny("yams:*:*", "yams:*:rule:*")};

  EXPECT_TRUE(have_names_of(statements, "domain"));
  EXPECT_FALSE(have_names_of(statements, "rule"));
  EXPECT_FALSE(have_names_of(statements, "bucket"));
  EXPECT_TRUE(have_names_of({allow("yams:*:*", "yams:*:*:shop")}, "bucket"));
}

TEST(Policy, IsUnrestrictedOnlyWhereNothingIsLeftOut) {
  const auto all = default_statements().front();

  EXPECT_TRUE(are_unrestricted({all}, kTenant));
  EXPECT_TRUE(
      are_unrestricted({allow("calotype:objects:get", "*:*:*:*"), allow("*:*:*", "*:" + kT + ":*:*")}, kTenant));
  EXPECT_FALSE(are_unrestricted({}, kTenant));
  EXPECT_FALSE(are_unrestricted({all, deny("yams:objects:delete", "yams:*:*:*")}, kTenant));
  EXPECT_FALSE(
      are_unrestricted({allow("yams:objects:*", "yams:*:*:*"), allow("yams:*:*", "yams:*:bucket:*")}, kTenant));
  EXPECT_FALSE(are_unrestricted({allow("yams:*:*", "yams:22222222-2222-4222-8222-222222222222:*:*")}, kTenant));
}

TEST(Policy, NamesTheKindOfANoun) {
  EXPECT_EQ(kind_of_noun("access-keys"), "access-key");
  EXPECT_EQ(kind_of_noun("policies"), "policy");
  EXPECT_EQ(kind_of_noun("buckets"), "bucket");
}

}  // namespace
}  // namespace calotype::access
