#include <gmock/gmock.h>

#include "api/fetch_fixture.h"

namespace calotype::api {

namespace {

using ::testing::HasSubstr;
}  // namespace

TEST_F(FetchTest, ServesARenditionWithWhatCachesNeed) {
  const auto response = fetch("/shop/images/cat.jpg?rule=small");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.fields.get("Content-Type"), "image/jpeg");
  EXPECT_EQ(response.fields.get("Cache-Control"), "public, max-age=3600, stale-while-revalidate=60");
  EXPECT_THAT(std::string(response.fields.get("ETag")), ::testing::MatchesRegex("\"[0-9a-f]{64}\""));
  EXPECT_EQ(response.fields.get("Last-Modified"), "Mon, 24 Nov 2025 16:00:00 GMT");
  EXPECT_EQ(response.fields.get("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(response.fields.get("Content-Disposition"), "inline; filename=\"cat.jpg\"");
  EXPECT_EQ(response.fields.get("Cache-Status"), "calotype; fwd=miss; stored");
  EXPECT_FALSE(response.fields.has("Vary"));
  EXPECT_THAT(text_of(response), HasSubstr("300x200 jpg"));
}

TEST_F(FetchTest, ServesTheSameByTheIdsOfThePath) {
  const auto target = fmt::format("/tenants/{}/domains/{}/buckets/{}/images/cat.jpg?rule=small", tenant_.text(),
                                  domain_.text(), bucket_.text());

  EXPECT_EQ(fetch(target).fields.get("ETag"), fetch("/shop/images/cat.jpg?rule=small").fields.get("ETag"));
}

TEST_F(FetchTest, SaysFromWhichCacheItCame) {
  fetch("/shop/images/cat.jpg?rule=small");

  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=small").fields.get("Cache-Status"), "calotype; hit; detail=memory");
}

TEST_F(FetchTest, ShowsThePlaceholderWhereThereIsNoPicture) {
  add_object("grey.png", ImageInfo{.size = {.width = 600, .height = 600}});
  run(catalog_.change_bucket(ctx_, bucket_, {.placeholder = "grey.png", .when = clock_.now()}, {}));
  delivery_->forget_settings();

  const auto shown = fetch("/shop/images/none.jpg?rule=small", {{"Accept", "image/avif,image/webp,*/*;q=0.8"}});
  EXPECT_EQ(shown.status, 404) << "the status is kept";
  EXPECT_EQ(shown.fields.get("Content-Type"), "image/jpeg");
  EXPECT_THAT(text_of(shown), HasSubstr("300x300 jpg")) << "through the rule that was asked for";
  EXPECT_EQ(shown.fields.get("X-Calotype-Degraded"), "placeholder");
  EXPECT_EQ(shown.fields.get("X-Calotype-Error"), "no-such-object");
  EXPECT_EQ(shown.fields.get("Vary"), "Accept");
  EXPECT_FALSE(shown.fields.has("ETag"));

  const auto told = fetch("/shop/images/none.jpg?rule=small", {{"Accept", "*/*"}});
  EXPECT_EQ(told.status, 404);
  EXPECT_EQ(told.fields.get("Content-Type"), "application/problem+json");
  EXPECT_EQ(told.fields.get("Vary"), "Accept") << "a cache must not give it to a browser";
  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=none", {{"Accept", "image/*"}}).fields.get("Content-Type"),
            "application/problem+json")
      << "what is wrong with the request is told";
}

TEST_F(FetchTest, MakesNoPlaceholderWhereThereIsNoCapacity) {
  add_object("grey.png", ImageInfo{.size = {.width = 600, .height = 600}});
  run(catalog_.change_bucket(ctx_, bucket_, {.placeholder = "grey.png", .when = clock_.now()}, {}));
  delivery_->forget_settings();
  const std::vector<std::pair<std::string, std::string>> browser{{"Accept", "image/webp,*/*"}};
  engine_.fail(Fault::unavailable, "busy", -1);

  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=small", browser).fields.get("Content-Type"), "application/problem+json");
  EXPECT_EQ(engine_.renders(), 1) << "only what was asked for was tried";

  engine_.fail(Fault::unavailable, "busy", 0);
  fetch("/shop/images/grey.png?rule=small");
  engine_.fail(Fault::unavailable, "busy", -1);
  const auto shown = fetch("/shop/images/cat.jpg?rule=small", browser);
  EXPECT_EQ(shown.status, 503);
  EXPECT_EQ(shown.fields.get("Content-Type"), "image/jpeg");
  EXPECT_TRUE(shown.fields.has("Retry-After"));
  EXPECT_EQ(shown.fields.get("Cache-Control"), "no-store");
}

TEST_F(FetchTest, SaysWhereTheTimeWent) {
  EXPECT_THAT(std::string(fetch("/shop/images/cat.jpg?rule=small").fields.get("Server-Timing")),
              ::testing::MatchesRegex("lookup;dur=[0-9.]+, rendered;dur=[0-9.]+"));
  EXPECT_THAT(
      std::string(fetch("/shop/images/cat.jpg?rule=small", {{"If-None-Match", "*"}}).fields.get("Server-Timing")),
      ::testing::MatchesRegex("lookup;dur=[0-9.]+"));
}

TEST_F(FetchTest, MarksASubstituteAndKeepsItShort) {
  add_rule("free", R"({"format":"jpg","params":{"w":{"type":"int","min":10,"max":1200,"default":300,"signed":false}},)"
                   R"("actions":[{"resize":{"width":"$w"}}]})");
  const auto large = fetch("/shop/images/cat.jpg?rule=free&w=600");
  engine_.fail(Fault::unavailable, "busy", -1);

  const auto response = fetch("/shop/images/cat.jpg?rule=free&w=300");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.fields.get("X-Calotype-Degraded"), "larger");
  EXPECT_EQ(response.fields.get("Cache-Control"), "public, max-age=5");
  EXPECT_EQ(response.fields.get("ETag"), large.fields.get("ETag")) << "it names what was sent";
  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=free&w=700").status, 503);
}

TEST_F(FetchTest, Answers304ForAnyFormOfItsTag) {
  const auto tag = std::string(fetch("/shop/images/cat.jpg?rule=small").fields.get("ETag"));

  for (const auto& sent : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
    const auto response = fetch("/shop/images/cat.jpg?rule=small", {{"If-None-Match", sent}});
    EXPECT_EQ(response.status, 304) << sent;
    EXPECT_EQ(response.fields.get("ETag"), tag);
    EXPECT_TRUE(response.fields.has("Cache-Control") && response.fields.has("Last-Modified"));
    EXPECT_FALSE(response.fields.has("Content-Type"));
    EXPECT_EQ(response.body_size(), 0U);
  }
  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=small", {{"If-None-Match", "\"other\""}}).status, 200);
}

TEST_F(FetchTest, Answers304ByDateUnlessATagIsSent) {
  const std::string now = "Mon, 24 Nov 2025 16:00:00 GMT";

  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=small", {{"If-Modified-Since", now}}).status, 304);
  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=small", {{"If-Modified-Since", "Mon, 24 Nov 2025 15:59:59 GMT"}}).status,
            200);
  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=small", {{"If-Modified-Since", "soon"}}).status, 200);
  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=small", {{"If-Modified-Since", now}, {"If-None-Match", "\"x\""}}).status,
            200);
}

TEST_F(FetchTest, Answers412ForAnotherStrongTag) {
  const auto tag = std::string(fetch("/shop/images/cat.jpg?rule=small").fields.get("ETag"));

  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=small", {{"If-Match", tag}}).status, 200);
  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=small", {{"If-Match", "W/" + tag}}).status, 412);
}

TEST_F(FetchTest, VariesByAcceptOnlyWhereTheRuleNegotiates) {
  add_rule("best", R"({"format":"auto","actions":[{"resize":{"width":300}}]})");

  const auto response = fetch("/shop/images/cat.jpg?rule=best", {{"Accept", "image/webp,*/*"}});

  EXPECT_EQ(response.fields.get("Vary"), "Accept");
  EXPECT_EQ(response.fields.get("Content-Type"), "image/webp");
  EXPECT_EQ(response.fields.get("Content-Disposition"), "inline; filename=\"cat.webp\"");
  const auto again = fetch("/shop/images/cat.jpg?rule=best",
                           {{"Accept", "image/webp"}, {"If-None-Match", std::string(response.fields.get("ETag"))}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.fields.get("Vary"), "Accept");
}

TEST_F(FetchTest, PassesFreeParametersToTheRule) {
  add_rule("wide", R"({"params":{"w":{"type":"int","min":100,"max":800,"step":100,"default":300}},
                       "format":"jpg","actions":[{"resize":{"width":"$w"}}]})");

  EXPECT_THAT(text_of(fetch("/shop/images/cat.jpg?rule=wide&w=600")), HasSubstr("600x400"));
  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=wide&w=x").status, 400);
}

TEST_F(FetchTest, TellsThatARuleIsNeeded) {
  const auto response = fetch("/shop/images/cat.jpg");

  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.fields.get("Content-Type"), "application/problem+json");
  EXPECT_THAT(text_of(response), HasSubstr("add ?rule="));
  EXPECT_EQ(response.fields.get("Cache-Control"), "public, max-age=10");
  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=").status, 404);
  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=small&rule=large").status, 400);
}

TEST_F(FetchTest, LooksAtATokenOnlyWhereItIsNeeded) {
  const auto response = fetch("/shop/images/cat.jpg?jwt=a.b.c&AccessKeyId=x");

  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.fields.get("Cache-Control"), "no-store");
  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=small&jwt=a.b.c&AccessKeyId=x").status, 200);
}

TEST_F(FetchTest, LetsCachesKeepAMissForAMomentAndAFailureNever) {
  EXPECT_EQ(fetch("/shop/images/dog.jpg?rule=small").fields.get("Cache-Control"), "public, max-age=10");
  engine_.fail(Fault::unprocessable, "damaged-image", 1);
  const auto damaged = fetch("/shop/images/cat.jpg?rule=small");
  clock_.advance(Milliseconds(20'000));
  engine_.fail(Fault::unavailable, "overloaded", 1);
  const auto overloaded = fetch("/shop/images/cat.jpg?rule=small");

  EXPECT_EQ(damaged.status, 422);
  EXPECT_EQ(damaged.fields.get("Cache-Control"), "no-store");
  EXPECT_EQ(overloaded.status, 503);
  EXPECT_EQ(overloaded.fields.get("Cache-Control"), "no-store");
  EXPECT_TRUE(overloaded.fields.has("Retry-After"));
}

TEST_F(FetchTest, ServesAnOriginalByteForByte) {
  const auto response = fetch("/open/statics/dir/photo.jpg");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(text_of(response), "0123456789");
  EXPECT_EQ(response.fields.get("ETag"), tag_);
  EXPECT_EQ(response.fields.get("Accept-Ranges"), "bytes");
  EXPECT_EQ(response.fields.get("Cache-Control"), "public, max-age=60");
  EXPECT_EQ(response.fields.get("Content-Disposition"), "inline; filename=\"photo.jpg\"");
}

TEST_F(FetchTest, ServesOneRange) {
  const auto part = fetch("/open/statics/dir/photo.jpg", {{"Range", "bytes=2-4"}});
  const auto last = fetch("/open/statics/dir/photo.jpg", {{"Range", "bytes=-1"}});
  const auto beyond = fetch("/open/statics/dir/photo.jpg", {{"Range", "bytes=10-"}});
  const auto several = fetch("/open/statics/dir/photo.jpg", {{"Range", "bytes=0-1,3-4"}});
  const auto head = fetch("/open/statics/dir/photo.jpg", {{"Range", "bytes=2-4"}}, http::Method::head);

  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(text_of(part), "234");
  EXPECT_EQ(part.fields.get("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(part.fields.get("ETag"), tag_);
  EXPECT_EQ(text_of(last), "9");
  EXPECT_EQ(beyond.status, 416);
  EXPECT_EQ(beyond.fields.get("Content-Range"), "bytes */10");
  EXPECT_EQ(several.status, 200);
  EXPECT_EQ(text_of(several), "0123456789");
  EXPECT_EQ(head.status, 200);
}

TEST_F(FetchTest, HonoursIfRangeForTheSameBytesOnly) {
  const auto with = [&](std::string condition) {
    return fetch("/open/statics/dir/photo.jpg", {{"Range", "bytes=0-0"}, {"If-Range", std::move(condition)}}).status;
  };

  EXPECT_EQ(with(tag_), 206);
  EXPECT_EQ(with("W/" + tag_), 200);
  EXPECT_EQ(with("\"other\""), 200);
  EXPECT_EQ(with("Mon, 24 Nov 2025 16:00:00 GMT"), 200) << "it may change once more within this second";
  clock_.advance(Milliseconds(1'000));
  EXPECT_EQ(with("Mon, 24 Nov 2025 16:00:00 GMT"), 206);
  EXPECT_EQ(with("Mon, 24 Nov 2025 16:00:01 GMT"), 200);
  EXPECT_EQ(with("whenever"), 200);
}

TEST_F(FetchTest, EvaluatesPreconditionsOfOriginalsInOrder) {
  const auto with = [&](FieldList fields) { return fetch("/open/statics/dir/photo.jpg", std::move(fields)).status; };

  EXPECT_EQ(with({{"If-None-Match", "W/" + tag_}}), 304);
  EXPECT_EQ(with({{"If-None-Match", tag_}, {"Range", "bytes=0-0"}}), 304);
  EXPECT_EQ(with({{"If-Match", "\"other\""}, {"If-None-Match", tag_}}), 412);
  EXPECT_EQ(with({{"If-Match", tag_}}), 200);
  EXPECT_EQ(with({{"If-Unmodified-Since", "Mon, 24 Nov 2025 15:59:59 GMT"}}), 412);
  EXPECT_EQ(with({{"If-Modified-Since", "Mon, 24 Nov 2025 16:00:00 GMT"}}), 304);
  EXPECT_EQ(with({{"If-Modified-Since", "Mon, 24 Nov 2025 16:00:00 GMT"}, {"If-None-Match", "\"x\""}}), 200);
}

TEST_F(FetchTest, SendsWhatIsNoPictureAsAnAttachment) {
  const auto response = fetch("/open/statics/notes.txt");

  EXPECT_EQ(response.fields.get("Content-Disposition"), "attachment; filename=\"notes.txt\"");
  EXPECT_EQ(response.fields.get("Content-Security-Policy"), "default-src 'none'; sandbox");
}

TEST_F(FetchTest, Answers404ForOriginalsThatAreNotThere) {
  EXPECT_EQ(fetch("/open/statics/none.jpg").status, 404);
  EXPECT_EQ(fetch("/nowhere/statics/none.jpg").status, 404);
}

}  // namespace calotype::api
