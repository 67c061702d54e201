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
  EXPECT_EQ(got.fields.get("Cache-Control"), "private, max-age=31536000");
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

TEST_F(FetchTest, ARuleMayWantATokenInAPublicBucket) {
  add_rule("closed", with_policy(R"({"access":{"require":"jwt"},"cache":{"maxAge":100,"sMaxAge":200}})"));
  const auto own = add_key(tenant_);
  const std::string path = "/shop/images/cat.jpg";
  const auto by_ids =
      fmt::format("/tenants/{}/domains/{}/buckets/{}/images/cat.jpg", tenant_.text(), domain_.text(), bucket_.text());

  const auto got = fetch(signed_target(path, own) + "&rule=closed");
  ASSERT_EQ(got.status, 200) << text_of(got);
  EXPECT_EQ(got.fields.get("Cache-Control"), "private, max-age=100, stale-while-revalidate=60");
  const auto tag = std::string(got.fields.get("ETag"));
  for (const auto& one : {path, by_ids}) {
    EXPECT_EQ(fetch(signed_target(one, own) + "&rule=closed").status, 200) << one;
    for (const auto& fields : {FieldList{}, FieldList{{"If-None-Match", tag}}, FieldList{{"If-None-Match", "*"}},
                               FieldList{{"If-Match", tag}}, FieldList{{"Range", "bytes=0-1"}}}) {
      for (const auto method : {http::Method::get, http::Method::head}) {
        const auto refused = fetch(one + "?rule=closed", fields, method);
        EXPECT_EQ(refused.status, 401) << one;
        EXPECT_EQ(refused.fields.get("Cache-Control"), "no-store");
        EXPECT_FALSE(refused.fields.has("ETag"));
        EXPECT_THAT(text_of(refused), ::testing::HasSubstr("token-required"));
      }
    }
  }
  EXPECT_EQ(fetch(path + "?rule=closed&jwt=x&AccessKeyId=" + own.text()).status, 401);
  EXPECT_EQ(fetch(signed_target(path, add_stranger()) + "&rule=closed").status, 404);
  EXPECT_EQ(fetch("/shop/images/none.jpg?rule=closed").status, 401) << "nor is told what is there";
  change_bucket({.default_rule = "closed"});
  EXPECT_EQ(fetch(path).status, 401);
  EXPECT_EQ(fetch(signed_target(path, own)).status, 200);
}

TEST_F(FetchTest, KeepsWhatATokenInAFieldOpensFromOthers) {
  add_rule("closed", with_policy(R"({"access":{"require":"jwt"}})"));
  const auto own = add_key(tenant_);
  const auto token = make_fetch_token(test_keys().private_pem, "/shop/images/cat.jpg", "{}");

  const auto got = fetch("/shop/images/cat.jpg?rule=closed",
                         {{"Authorization", "Bearer " + token}, {"X-Access-Key-Id", own.text()}});
  ASSERT_EQ(got.status, 200) << text_of(got);
  EXPECT_THAT(std::string(got.fields.get("Cache-Control")), ::testing::StartsWith("private,"));
  EXPECT_EQ(got.fields.get("Vary"), "Authorization");
}

TEST_F(FetchTest, ARuleMayOpenAPrivateBucket) {
  add_rule("open", with_policy(R"({"access":{"require":"none","prefixes":["cat"]}})"));
  add_object("dog.jpg", ImageInfo{.size = {.width = 400, .height = 300}});
  change_bucket({.is_private = true});

  const auto got = fetch("/shop/images/cat.jpg?rule=open");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.fields.get("Cache-Control"), "public, max-age=3600, stale-while-revalidate=60");
  const auto other = fetch("/shop/images/dog.jpg?rule=open");
  EXPECT_EQ(other.status, 403);
  EXPECT_THAT(text_of(other), ::testing::HasSubstr("object-not-allowed"));
  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=small").status, 401);
  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=none").status, 401) << "rules that are not there are not told apart";
  const auto metadata = R"({"rule":)" + with_policy(R"({"access":{"require":"none"}})") + "}";
  const auto within = fetch(signed_target("/shop/images/cat.jpg", add_key(tenant_), "/shop/images/*", metadata));
  EXPECT_EQ(within.status, 200);
  EXPECT_THAT(std::string(within.fields.get("Cache-Control")), ::testing::StartsWith("private,"))
      << "a rule in a token opens no more than the token";
}

TEST_F(FetchTest, ARuleMayBeForSomeBucketsOnly) {
  add_rule("shops", with_policy(R"({"access":{"buckets":["sh*"]}})"));
  add_rule("others", with_policy(R"({"access":{"buckets":["open"]}})"));

  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=shops").status, 200);
  const auto refused = fetch("/shop/images/cat.jpg?rule=others");
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(text_of(refused), ::testing::HasSubstr("bucket-not-allowed"));
}

TEST_F(FetchTest, KeepsPagesOutThatMayNotShowARulesResults) {
  add_rule("ours", with_policy(R"({"access":{"referers":["acme.example","*.acme.example"]}})"));
  const std::string target = "/shop/images/cat.jpg?rule=ours";

  for (const auto* page : {"https://acme.example/a?b#c", "http://WWW.Acme.Example:8080/", "https://me@acme.example"}) {
    const auto shown = fetch(target, {{"Referer", page}});
    EXPECT_EQ(shown.status, 200) << page;
    EXPECT_EQ(shown.fields.get("Vary"), "Referer") << "no cache gives it to another page";
  }
  EXPECT_EQ(fetch(target).fields.get("Vary"), "Referer");
  EXPECT_EQ(fetch(target, {{"If-None-Match", "*"}}).fields.get("Vary"), "Referer");
  for (const auto* page :
       {"https://evil.example/acme.example", "https://acme.example@evil.example/", "about:blank", ""}) {
    for (const auto* known : {"\"none\"", "*"}) {
      const auto refused = fetch(target, {{"Referer", page}, {"If-None-Match", known}});
      EXPECT_EQ(refused.status, 403) << page;
      EXPECT_THAT(text_of(refused), ::testing::HasSubstr("referer-not-allowed"));
    }
  }
}

TEST_F(FetchTest, TellsOfAJobAndServesWhatItMade) {
  add_rule("later", with_policy(R"({"async":"always","headers":{"X-Robots-Tag":"noindex"}})"));
  const std::string target = "/shop/images/cat.jpg?rule=later";

  const auto told = fetch(target, {{"If-Match", "\"none\""}});
  ASSERT_EQ(told.status, 202);
  EXPECT_EQ(told.fields.get("Cache-Control"), "no-store");
  EXPECT_EQ(told.fields.get("Retry-After"), "1");
  EXPECT_FALSE(told.is_repeatable);
  EXPECT_FALSE(told.fields.has("ETag"));
  const std::string location(told.fields.get("Location"));
  EXPECT_THAT(text_of(told), ::testing::HasSubstr(R"("url":"/api/v1/shop/images/cat.jpg?rule=later")"));
  const auto status = fetch(location.substr(std::string("/api/v1").size()));
  EXPECT_EQ(status.status, 200);
  EXPECT_THAT(text_of(status), ::testing::EndsWith(R"("status":"done"}})"));
  const auto made = fetch(target);
  EXPECT_EQ(made.status, 200);
  EXPECT_EQ(made.fields.get("X-Robots-Tag"), "noindex");
  EXPECT_EQ(location, "/api/v1/jobs/" + std::string(made.fields.get("ETag")).substr(1, 64));
  EXPECT_EQ(fetch("/jobs/none").status, 404);
}

class OnErrorTest : public FetchTest {
 protected:
  OnErrorTest() {
    add_object("grey.png", ImageInfo{.size = {.width = 600, .height = 600}});
    add_object("stock.png", ImageInfo{.size = {.width = 1200, .height = 300}});
    run(catalog_.change_bucket(ctx_, bucket_, {.placeholder = "grey.png", .when = clock_.now()}, {}));
    add_watermark("logo");
    delivery_->forget_settings();
  }

  http::Response get(const std::string& rule, const std::string& object = "none.jpg",
                     const std::string& accept = "image/webp,*/*") {
    return fetch("/shop/images/" + object + "?rule=" + rule, {{"Accept", accept}});
  }
};

TEST_F(OnErrorTest, ShowsTheRulesPlaceholderWithItsStatus) {
  add_rule("stocked", with_policy(R"({"onError":{"mode":"placeholder","image":"object:shop/stock.png","status":200,
                                      "maxAge":20},"cache":{"tags":["a"]},"headers":{"X-Robots-Tag":"noindex"}})"));
  add_rule("marked", with_policy(R"({"onError":{"mode":"placeholder","image":"logo","status":410}})"));
  add_rule("buckets", with_policy(R"({"onError":{"mode":"placeholder"}})"));

  const auto stocked = get("stocked");
  EXPECT_EQ(stocked.status, 200);
  EXPECT_EQ(stocked.fields.get("Content-Type"), "image/jpeg");
  EXPECT_THAT(text_of(stocked), ::testing::HasSubstr("300x75 jpg")) << "through the rule that was asked for";
  EXPECT_EQ(stocked.fields.get("Cache-Control"), "public, max-age=20");
  EXPECT_EQ(stocked.fields.get("X-Calotype-Degraded"), "placeholder");
  EXPECT_EQ(stocked.fields.get("X-Calotype-Error"), "no-such-object");
  EXPECT_EQ(stocked.fields.get("Vary"), "Accept");
  EXPECT_EQ(stocked.fields.get("X-Robots-Tag"), "noindex");
  EXPECT_THAT(std::string(stocked.fields.get("Surrogate-Key")), ::testing::EndsWith(" tag-a"));
  EXPECT_FALSE(stocked.fields.has("ETag"));
  EXPECT_EQ(get("marked").status, 410);
  EXPECT_THAT(text_of(get("marked")), ::testing::HasSubstr("jpg"));
  const auto buckets = get("buckets");
  EXPECT_EQ(buckets.status, 404);
  EXPECT_EQ(buckets.fields.get("Cache-Control"), "public, max-age=60");
  EXPECT_THAT(text_of(buckets), ::testing::HasSubstr("300x300 jpg"));

  const auto told = get("stocked", "none.jpg", "*/*");
  EXPECT_EQ(told.status, 404);
  EXPECT_EQ(told.fields.get("Content-Type"), "application/problem+json");
  EXPECT_EQ(told.fields.get("Vary"), "Accept");
}

TEST_F(OnErrorTest, ShowsNoneWhereTheRuleSaysFailOrItCannotBeHad) {
  add_rule("strict", with_policy(R"({"onError":{"mode":"fail"}})"));
  add_rule("gone", with_policy(R"({"onError":{"mode":"placeholder","image":"object:shop/gone.png"}})"));
  add_rule("itself", with_policy(R"({"onError":{"mode":"placeholder","image":"object:shop/none.jpg"}})"));

  for (const auto* rule : {"strict", "gone", "itself"}) {
    EXPECT_EQ(get(rule).fields.get("Content-Type"), "application/problem+json") << rule;
    EXPECT_EQ(get(rule).status, 404) << rule;
  }
}

TEST_F(OnErrorTest, ShowsTheOriginalWhereTheRuleSaysSo) {
  add_rule("lenient", with_policy(R"({"onError":{"mode":"original","maxAge":30}})"));
  engine_.fail(Fault::unprocessable, "broken", -1);

  const auto shown = get("lenient", "cat.jpg");
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(text_of(shown), "bytes of cat.jpg");
  EXPECT_EQ(shown.fields.get("Content-Type"), "image/jpeg");
  EXPECT_EQ(shown.fields.get("X-Calotype-Degraded"), "original");
  EXPECT_EQ(shown.fields.get("X-Calotype-Error"), "broken");
  EXPECT_EQ(shown.fields.get("Cache-Control"), "public, max-age=30");
  EXPECT_EQ(get("lenient", "cat.jpg", "*/*").status, 422);
  EXPECT_EQ(get("lenient").status, 404) << "there is none";
  EXPECT_EQ(get("small", "cat.jpg").status, 422) << "the bucket's placeholder keeps the error's status";
}

TEST_F(OnErrorTest, KeepsWhatStandsInForWantOfCapacityForSecondsOnly) {
  add_rule("stocked", with_policy(R"({"onError":{"mode":"placeholder","status":200,"maxAge":900}})"));
  fetch("/shop/images/grey.png?rule=stocked");
  engine_.fail(Fault::unavailable, "busy", -1);

  const auto shown = get("stocked", "cat.jpg");
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.fields.get("Cache-Control"), "public, max-age=5");
  EXPECT_EQ(get("stocked", "stock.png").fields.get("X-Calotype-Error"), "busy");
}

TEST_F(OnErrorTest, ShowsNothingToWhoMayNotHaveThePicture) {
  add_rule("closed", with_policy(R"({"access":{"require":"jwt","referers":["acme.example"]},
                                     "onError":{"mode":"original"}})"));
  engine_.fail(Fault::unprocessable, "broken", -1);
  const std::string path = "/shop/images/cat.jpg";
  const auto own = add_key(tenant_);

  EXPECT_EQ(get("closed", "cat.jpg").status, 401);
  const FieldList browser{{"Accept", "image/webp"}};
  const auto shown = fetch(signed_target(path, own) + "&rule=closed", browser);
  EXPECT_EQ(text_of(shown), "bytes of cat.jpg");
  EXPECT_EQ(shown.fields.get("Cache-Control"), "private, max-age=60");
  EXPECT_EQ(shown.fields.get("Vary"), "Accept, Referer");
  EXPECT_EQ(fetch(signed_target(path, own) + "&rule=closed", {{"Referer", "https://a.b/"}, browser[0]}).status, 403);
}

TEST_F(OnErrorTest, MarksTheLastGoodOne) {
  const auto id = add_rule("careful", with_policy(R"({"onError":{"mode":"lastGood","maxAge":9}})"));
  const auto good = get("careful", "cat.jpg");
  StoredRule next{.id = id,
                  .tenant = tenant_,
                  .domain = domain_,
                  .name = "careful",
                  .revision = 2,
                  .body = R"({"format":"jpg","policy":{"onError":{"mode":"lastGood","maxAge":9}}})",
                  .created = clock_.now()};
  ASSERT_TRUE(run(catalog_.add_revision(ctx_, next)));
  delivery_->forget_settings();
  engine_.fail(Fault::unprocessable, "broken", -1);

  const auto shown = get("careful", "cat.jpg", "*/*");
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.fields.get("ETag"), good.fields.get("ETag"));
  EXPECT_EQ(shown.fields.get("X-Calotype-Degraded"), "last-good");
  EXPECT_EQ(shown.fields.get("X-Calotype-Error"), "broken");
  EXPECT_EQ(shown.fields.get("Cache-Control"), "public, max-age=9");
}

}  // namespace calotype::api
