#include <gmock/gmock.h>

#include "api/fetch_fixture.h"

/// What a rule's policy makes of answers.
namespace calotype::api {

namespace {

/// A JPEG of 300 pixels' width with this policy.
std::string with_policy(const std::string& policy) {
  return R"({"format":"jpg","actions":[{"resize":{"width":300}}],"policy":)" + policy + "}";
}

}  // namespace

TEST_F(FetchTest, KeepsARenditionForAsLongAsItsRuleSays) {
  add_rule("brief", with_policy(R"({"cache":{"maxAge":7,"sMaxAge":70,"swr":3,"sie":9}})"));

  const auto got = fetch("/shop/images/cat.jpg?rule=brief");
  const auto other = fetch("/shop/images/cat.jpg?rule=small");
  EXPECT_EQ(got.fields.get("Cache-Control"),
            "public, max-age=7, s-maxage=70, stale-while-revalidate=3, stale-if-error=9");
  EXPECT_EQ(got.fields.get("ETag"), other.fields.get("ETag")) << "the same picture";
  EXPECT_EQ(other.fields.get("Cache-Control"), "public, max-age=3600, stale-while-revalidate=60");
  const auto known = fetch("/shop/images/cat.jpg?rule=brief", {{"If-None-Match", "*"}});
  EXPECT_EQ(known.status, 304);
  EXPECT_EQ(known.fields.get("Cache-Control"), got.fields.get("Cache-Control"));
}

TEST_F(FetchTest, KeepsWhatAPrivateBucketServesFromSharedCachesWhateverTheRuleSays) {
  add_rule("long", with_policy(R"({"cache":{"maxAge":31536000,"sMaxAge":31536000,"swr":0}})"));
  const auto own = add_key(tenant_);
  change_bucket({.is_private = true});

  const auto got = fetch(signed_target("/shop/images/cat.jpg", own) + "&rule=long");
  EXPECT_EQ(got.status, 200);
  EXPECT_THAT(std::string(got.fields.get("Cache-Control")),
              ::testing::MatchesRegex("private, max-age=[0-9]+, must-revalidate"));
}

TEST_F(FetchTest, AddsTheFieldsOfARuleAndItsFileName) {
  add_rule("saved", with_policy(R"({"disposition":{"type":"attachment","filename":"{name}-small.{ext}"},
                                    "headers":{"X-Robots-Tag":"noindex","Content-Language":"de"}})"));

  const auto got = fetch("/shop/images/cat.jpg?rule=saved");
  EXPECT_EQ(got.fields.get("Content-Disposition"), "attachment; filename=\"cat-small.jpg\"");
  EXPECT_EQ(got.fields.get("X-Robots-Tag"), "noindex");
  EXPECT_EQ(got.fields.get("Content-Language"), "de");
  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=saved", {{"If-None-Match", "*"}}).fields.get("X-Robots-Tag"), "noindex");
}

TEST_F(FetchTest, HonoursThePolicyOfARuleInAToken) {
  const auto own = add_key(tenant_);
  const auto metadata = R"({"rule":)" + with_policy(R"({"cache":{"maxAge":5},"disposition":"attachment"})") + "}";

  const auto got = fetch(signed_target("/shop/images/cat.jpg", own, "/shop/images/*", metadata));
  EXPECT_EQ(got.fields.get("Cache-Control"), "public, max-age=5, stale-while-revalidate=60");
  EXPECT_EQ(got.fields.get("Content-Disposition"), "attachment; filename=\"cat.jpg\"");
}

TEST_F(FetchTest, NamesTheTagsOfARuleToCachesInFront) {
  add_rule("tagged", with_policy(R"({"cache":{"tags":["ads","front.page"]}})"));

  const auto got = fetch("/shop/images/cat.jpg?rule=tagged");
  EXPECT_THAT(std::string(got.fields.get("Surrogate-Key")),
              ::testing::MatchesRegex("object-[^ ]+ bucket-[^ ]+ rule-[^ ]+ tag-ads tag-front.page"));
  EXPECT_THAT(std::string(got.fields.get("Cache-Tag")), ::testing::EndsWith(",tag-ads,tag-front.page"));
}

}  // namespace calotype::api
