#include "api/fetch_gate.h"

#include <gmock/gmock.h>

#include "access/signing_keys.h"
#include "api/fetch_fixture.h"
#include "core/encoding.h"

namespace calotype::api {

namespace {

using ::testing::HasSubstr;

constexpr auto kPath = "/shop/images/cat.jpg";

}  // namespace

TEST_F(FetchTest, WantsATokenForOriginalsThatAreNotPublic) {
  const auto own = add_key(tenant_);
  const auto anonymous = fetch("/shop/statics/cat.jpg");
  const auto allowed = fetch(signed_target("/shop/statics/cat.jpg", own));
  const auto foreign = fetch(signed_target("/shop/statics/cat.jpg", add_stranger()));

  EXPECT_EQ(anonymous.status, 401);
  EXPECT_EQ(anonymous.fields.get("Cache-Control"), "no-store");
  EXPECT_EQ(allowed.status, 200);
  EXPECT_EQ(allowed.fields.get("Cache-Control"), "private, max-age=3600");
  EXPECT_EQ(foreign.status, 404);
}

TEST_F(FetchTest, ServesTheRuleOfATokenByBothShapes) {
  const auto own = add_key(tenant_);
  const auto by_ids =
      fmt::format("/tenants/{}/domains/{}/buckets/{}/images/cat.jpg", tenant_.text(), domain_.text(), bucket_.text());
  const std::string rule = R"({"format":"png","actions":[{"resize":{"width":600}}]})";
  std::string as_text;
  append_json_string(as_text, rule);
  for (const auto& path : {std::string(kPath), by_ids}) {
    for (const auto& sent : {rule, as_text}) {
      const auto got = fetch(signed_target(path, own, path, R"({"rule":)" + sent + "}"));
      EXPECT_EQ(got.status, 200) << path << " " << sent;
      EXPECT_THAT(text_of(got), HasSubstr("600x400 png"));
      EXPECT_EQ(got.fields.get("Cache-Control"), "public, max-age=3600, stale-while-revalidate=60");
    }
  }
  const auto metadata = R"({"rule":)" + rule + "}";
  EXPECT_EQ(fetch(signed_target(kPath, own, "/shop/images/*", metadata)).status, 200);
  EXPECT_EQ(fetch(signed_target(kPath, own, "/shop/images/d*", metadata)).status, 401);
  EXPECT_EQ(fetch(signed_target(by_ids, own, "/shop/images/*", metadata)).status, 401);
  EXPECT_EQ(fetch(signed_target(kPath, add_stranger(), kPath, metadata)).status, 404);
}

class SignedUrlTest : public FetchTest {
 protected:
  /// The query must be sorted, "sig" goes behind it.
  std::string with_signature(const std::string& path, std::int64_t lives, const std::string& more = "",
                             const std::string& host = "img.example") {
    if (!key_) {
      access::SigningKeys keys(catalog_, clock_);
      key_ = run(keys.make(ctx_, tenant_, "", std::nullopt));
    }
    const auto exp = clock_.now().time_since_epoch() / Seconds(1) + lives;
    const auto query = fmt::format("exp={}&kid={}{}", exp, key_->id.text(), more);
    const auto text = "GET\n" + host + "\n/api/v1" + path + "\n" + query;
    return path + "?" + query + "&sig=" + encode_base64url(hmac(key_->secret, text).text());
  }
  http::Response get(const std::string& target, http::Method method = http::Method::get) {
    return fetch(target, {{"Host", "IMG.example"}}, method);
  }

  std::optional<SigningKey> key_;
};

TEST_F(SignedUrlTest, ServesAPrivateBucketUntilItEnds) {
  change_bucket({.is_private = true});
  const auto image = with_signature(kPath, 60, "&rule=small");
  const auto original = with_signature("/shop/statics/cat.jpg", 60);

  EXPECT_EQ(get(std::string(kPath) + "?rule=small").status, 401);
  const auto got = get(image);
  EXPECT_EQ(got.status, 200);
  EXPECT_THAT(text_of(got), HasSubstr("300x200"));
  EXPECT_EQ(got.fields.get("Cache-Control"), "public, max-age=60, must-revalidate");
  EXPECT_EQ(get(image, http::Method::head).status, 200);
  EXPECT_EQ(get(original).status, 200);
  EXPECT_EQ(get(original).fields.get("Cache-Control"), "public, max-age=60, must-revalidate");
  clock_.advance(Seconds(61));
  EXPECT_EQ(get(image).fields.get("Cache-Control"), "public, max-age=0, must-revalidate");
  clock_.advance(Seconds(60));
  EXPECT_EQ(get(image).status, 401);
  EXPECT_EQ(get(image).fields.get("Cache-Control"), "no-store");
}

TEST_F(SignedUrlTest, ASignatureThatIsThereMustBeGood) {
  EXPECT_EQ(get(std::string(kPath) + "?rule=small").status, 200) << "the bucket is public";
  EXPECT_EQ(get(with_signature(kPath, -100, "&rule=small")).status, 401);
  EXPECT_EQ(get(std::string(kPath) + "?rule=small&sig=AAAA").status, 401);
  EXPECT_EQ(get(with_signature(kPath, 60, "&rule=small") + "&w=7").status, 401);
  EXPECT_EQ(get(with_signature(kPath, 60, "&rule=small", "other.example")).status, 401);
  const auto own = add_key(tenant_);
  const auto both = with_signature(kPath, 60, "&rule=small") + signed_target("", own, kPath, "{}").replace(0, 1, "&");
  EXPECT_EQ(get(both).status, 401) << "two proofs";
}

TEST_F(SignedUrlTest, OpensARuleThatWantsASignatureUntilItEnds) {
  const auto rule = [](const std::string& require) {
    return R"({"format":"jpg","policy":{"access":{"require":")" + require +
           R"("},"cache":{"maxAge":1000,"sMaxAge":900,"swr":50,"sie":700}}})";
  };
  add_rule("signed", rule("signature"));
  add_rule("token", rule("jwt"));

  EXPECT_EQ(get(std::string(kPath) + "?rule=signed").status, 401);
  EXPECT_THAT(text_of(get(std::string(kPath) + "?rule=signed")), HasSubstr("signature-required"));
  EXPECT_EQ(get(with_signature(kPath, 60, "&rule=signed")).fields.get("Cache-Control"),
            "public, max-age=60, s-maxage=60, must-revalidate");
  EXPECT_EQ(get(with_signature(kPath, 1020, "&rule=signed")).fields.get("Cache-Control"),
            "public, max-age=1000, s-maxage=900, stale-while-revalidate=20, stale-if-error=20");
  EXPECT_EQ(fetch(signed_target(kPath, add_key(tenant_)) + "&rule=signed").status, 200) << "a token will do";
  const auto refused = get(with_signature(kPath, 60, "&rule=token"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(text_of(refused), HasSubstr("token-required"));
}

TEST_F(SignedUrlTest, OpensNothingOfAnotherTenant) {
  add_stranger();
  const auto tenants = run(catalog_.list_tenants(ctx_));
  access::SigningKeys keys(catalog_, clock_);
  key_ = run(keys.make(ctx_, tenants.back().id, "", std::nullopt));
  change_bucket({.is_private = true});

  EXPECT_EQ(get(with_signature(kPath, 60, "&rule=small")).status, 404);
}

TEST_F(FetchTest, RefusesABadRuleInAToken) {
  const auto own = add_key(tenant_);
  const auto status_of = [&](const std::string& metadata, const std::string& more = "") {
    return fetch(signed_target(kPath, own, kPath, metadata) + more).status;
  };

  EXPECT_EQ(status_of(R"({"rule":{"quality":101}})"), 422);
  EXPECT_EQ(status_of(R"({"rule":"no json"})"), 422);
  EXPECT_EQ(status_of(R"({"rule":7})"), 422);
  EXPECT_EQ(status_of(R"({"rule":{},"params":[1]})"), 422);
  EXPECT_EQ(status_of("{}"), 404) << "no rule at all";
  EXPECT_EQ(status_of(R"({"rule":null})"), 404);
  EXPECT_EQ(status_of(R"({"rule":{}})"), 200);
}

TEST_F(FetchTest, LetsTheQuerySetOnlyWhatARuleOfATokenLetsAnybodySet) {
  const auto own = add_key(tenant_);
  const std::string metadata =
      R"({"rule":{"version":"2026-01","format":"jpg","actions":[{"resize":{"width":"$w","height":"$h","fit":"scale"}}],
      "params":{"w":{"type":"int","min":100,"max":300,"step":100,"default":200,"signed":false},
                "h":{"type":"int","min":10,"max":90,"default":30}}},"params":{"h":44}})";

  EXPECT_THAT(text_of(fetch(signed_target(kPath, own, kPath, metadata))), HasSubstr("200x44"));
  EXPECT_THAT(text_of(fetch(signed_target(kPath, own, kPath, metadata) + "&w=9999")), HasSubstr("300x44"));
  EXPECT_EQ(fetch(signed_target(kPath, own, kPath, metadata) + "&h=50").status, 400);
  EXPECT_EQ(fetch(signed_target(kPath, own, kPath, metadata) + "&other=50").status, 200);
}

TEST_F(FetchTest, ServesTheDefaultRuleOfABucket) {
  change_bucket({.default_rule = "small"});
  EXPECT_THAT(text_of(fetch(kPath)), HasSubstr("300x200"));
  EXPECT_THAT(text_of(fetch(std::string(kPath) + "?rule=")), HasSubstr("300x200"));
  change_bucket({.default_rule = "small@2"});
  EXPECT_EQ(fetch(kPath).status, 404);
  change_bucket({.default_rule = ""});
  EXPECT_THAT(text_of(fetch(kPath)), HasSubstr("no-rule"));
}

TEST_F(FetchTest, KeepsAPrivateBucketToItsTenant) {
  const auto own = add_key(tenant_);
  const auto stranger = add_stranger();
  change_bucket({.serves_statics = true, .is_private = true});
  for (const std::string path : {kPath, "/shop/statics/cat.jpg"}) {
    const auto anonymous = fetch(path + "?rule=small");
    EXPECT_EQ(anonymous.status, 401) << path;
    EXPECT_EQ(anonymous.fields.get("Cache-Control"), "no-store");
    const auto allowed = fetch(signed_target(path, own) + "&rule=small");
    EXPECT_EQ(allowed.status, 200) << path;
    EXPECT_THAT(std::string(allowed.fields.get("Cache-Control")), ::testing::StartsWith("private, max-age=3600"));
    EXPECT_EQ(fetch(signed_target(path, stranger) + "&rule=small").status, 404) << path;
  }
  EXPECT_EQ(fetch(signed_target("/shop/statics/none.jpg", own)).status, 404);
  EXPECT_EQ(fetch("/shop/statics/none.jpg").status, 401) << "what is there is not told to strangers";
}

TEST_F(FetchTest, ServesUnderAHostNameItsTenantOnly) {
  add_stranger();
  const auto others = run(catalog_.list_tenants(ctx_)).back().id;
  const auto add_host = [&](TenantId tenant, const std::string& name, bool auto_format) {
    run(catalog_.add_distribution(ctx_, {.id = DistributionId::random(),
                                         .tenant = tenant,
                                         .dns_name = name,
                                         .auto_format = auto_format,
                                         .created = clock_.now()}));
  };
  add_host(tenant_, "img.acme.example", true);
  add_host(others, "img.other.example", false);
  const auto by_host = [&](std::string host) {
    return fetch("/shop/images/cat.jpg?rule=small", {{"Host", std::move(host)}, {"Accept", "image/webp"}});
  };

  EXPECT_EQ(by_host("img.other.example").status, 404);
  EXPECT_THAT(text_of(by_host("IMG.other.example.:80")), HasSubstr("no-such-bucket"));
  EXPECT_EQ(fetch("/open/statics/dir/photo.jpg", {{"Host", "img.other.example"}}).status, 404);
  EXPECT_EQ(fetch("/open/statics/dir/photo.jpg", {{"Host", "img.acme.example"}}).status, 200);
  const auto negotiated = by_host("img.acme.example");
  EXPECT_EQ(negotiated.fields.get("Content-Type"), "image/webp");
  EXPECT_EQ(negotiated.fields.get("Vary"), "Accept");
  const auto plain = by_host("img.nobody.example");
  EXPECT_EQ(plain.fields.get("Content-Type"), "image/jpeg");
  EXPECT_NE(plain.fields.get("ETag"), negotiated.fields.get("ETag"));
}

TEST(SiteOf, IsTheHostOfAPage) {
  EXPECT_EQ(site_of("https://User:pass@Shop.Example.:8443/a/b@c?d=e://f#g"), "shop.example");
  EXPECT_EQ(site_of("android-app://com.example.app/"), "com.example.app");
  for (const auto* none : {"", "about:blank", "shop.example", "/a/b", "https://", "https:///a"})
    EXPECT_EQ(site_of(none), "");
}

TEST(HostNameOf, ReadsOnlyNames) {
  EXPECT_EQ(host_name_of("IMG.Example.com:8080"), "img.example.com");
  EXPECT_EQ(host_name_of("img.example.com."), "img.example.com");
  for (const auto* none : {"", "127.0.0.1", "127.0.0.1:80", "[::1]:80", "localhost", "a..b", "a b.c", ":80", "."}) {
    EXPECT_EQ(host_name_of(none), "") << none;
  }
}

}  // namespace calotype::api
