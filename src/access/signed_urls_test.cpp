#include "access/signed_urls.h"

#include <gtest/gtest.h>

#include "access/access.h"
#include "access/signing_keys.h"
#include "access/test_loop.h"
#include "adapters/memory/memory_catalog.h"
#include "core/encoding.h"
#include "core/error.h"
#include "core/fake_clock.h"

namespace calotype::access {
namespace {

class SignedUrlsTest : public ::testing::Test {
 protected:
  SignedUrlsTest() {
    clock_.set(WallTime(Seconds(1'700'000'000)));
    const Tenant tenant{.id = tenant_, .name = "shop", .admin_email = "a@b.c", .created = clock_.now()};
    loop_.run(catalog_.add_tenant({}, tenant, {.id = AccessKeyId::random(), .tenant = tenant_, .created = {}}));
    key_ = loop_.run(keys_.make({}, tenant_, "web", std::nullopt));
  }

  std::int64_t now() const { return clock_.now().time_since_epoch() / Seconds(1); }

  /// Signed by the description of the scheme, with nothing of the code under test.
  SignedRequest request(const std::string& sorted_query, const SigningKey& key) const {
    const auto text = "GET\nimg.example\n/api/v1/shop/images/a%20b.jpg\n" + sorted_query;
    return {.host = "img.example",
            .path = "/api/v1/shop/images/a%20b.jpg",
            .query = sorted_query + "&sig=" + encode_base64url(hmac(key.secret, text).text())};
  }
  std::string usual(std::int64_t lives = 60) const {
    return fmt::format("exp={}&kid={}&rule=small&w=3", now() + lives, key_.id.text());
  }
  SignedRequest good() const { return request(usual(), key_); }

  std::optional<UrlGrant> ask(const SignedRequest& request) {
    try {
      return loop_.run(urls_.prove({}, request));
    } catch (const Error& error) {
      EXPECT_STREQ(error.what(), not_proven().what()) << "one message for every cause";
      return std::nullopt;
    }
  }

  TestLoop loop_;
  FakeClock clock_;
  MemoryCatalog catalog_;
  SigningKeys keys_{catalog_, clock_};
  SignedUrls urls_{catalog_, clock_, Seconds(60)};
  TenantId tenant_ = TenantId::random();
  SigningKey key_;
};

TEST_F(SignedUrlsTest, GrantsWhatWasSignedUntilItEnds) {
  const auto grant = ask(good());

  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->tenant, tenant_);
  EXPECT_EQ(grant->expires, clock_.now() + Seconds(60));
}

TEST_F(SignedUrlsTest, TheOrderOfTheQueryDoesNotMatter) {
  auto shuffled = good();
  const auto sig = shuffled.query.substr(shuffled.query.rfind("&sig=") + 1);
  shuffled.query = fmt::format("w=3&{}&rule=small&kid={}&exp={}", sig, key_.id.text(), now() + 60);

  EXPECT_TRUE(ask(shuffled));
}

TEST_F(SignedUrlsTest, RefusesWhatWasNotSigned) {
  const auto changed = [&](auto change) {
    auto sent = good();
    change(sent);
    return ask(sent).has_value();
  };

  EXPECT_FALSE(changed([](auto& r) { r.host = "other.example"; }));
  EXPECT_FALSE(changed([](auto& r) { r.host += ":8080"; }));
  EXPECT_FALSE(changed([](auto& r) { r.path = "/api/v1/shop/images/b.jpg"; }));
  EXPECT_FALSE(changed([](auto& r) { r.path = "/api/v1/shop/images/a b.jpg"; })) << "as it was sent, not decoded";
  EXPECT_FALSE(changed([](auto& r) { r.query += "&h=4"; }));
  EXPECT_FALSE(changed([](auto& r) { r.query += "&w=3"; }));
  EXPECT_FALSE(changed([](auto& r) { r.query += "&"; }));
  EXPECT_FALSE(changed([](auto& r) { r.query = r.query.substr(4) + "&exp=" + r.query.substr(4, 10); }));
  EXPECT_FALSE(changed([](auto& r) { r.query.back() = r.query.back() == 'A' ? 'B' : 'A'; }));
  EXPECT_FALSE(changed([](auto& r) { r.query.pop_back(); }));
  EXPECT_FALSE(changed([](auto& r) { r.query.resize(r.query.size() - 22); })) << "half a signature";
  EXPECT_FALSE(changed([](auto& r) { r.query += "&sig=" + r.query.substr(r.query.rfind("sig=") + 4); }));
  EXPECT_TRUE(changed([](auto&) {}));
}

TEST_F(SignedUrlsTest, RefusesWhatLacksAPart) {
  const auto kid = "kid=" + key_.id.text();
  const auto exp = fmt::format("exp={}", now() + 60);

  EXPECT_TRUE(ask(request(exp + "&" + kid, key_)));
  EXPECT_FALSE(ask(request(kid, key_)));
  EXPECT_FALSE(ask(request(exp, key_)));
  EXPECT_FALSE(ask(request(exp + "&" + exp + "&" + kid, key_)));
  for (const auto* bad : {"", "-1", "+5", "1e9", "17000000600000", "1700000060.5", " 1700000060"}) {
    EXPECT_FALSE(ask(request(fmt::format("exp={}&{}", bad, kid), key_))) << bad;
  }
  for (const auto* bad : {"", "none", "00000000-0000-4000-8000-000000000000"}) {
    EXPECT_FALSE(ask(request(fmt::format("{}&kid={}", exp, bad), key_))) << bad;
  }
}

TEST_F(SignedUrlsTest, AnUnknownKeyOfZeroesSignsNothing) {
  SigningKey zeroes{.id = SigningKeyId::random(),
                    .tenant = tenant_,
                    .secret = std::string(32, '\0'),
                    .description = "",
                    .created = {}};

  EXPECT_FALSE(ask(request(fmt::format("exp={}&kid={}", now() + 60, zeroes.id.text()), zeroes)));
}

TEST_F(SignedUrlsTest, EndsWithTheTimeThatIsSigned) {
  const auto sent = good();
  clock_.advance(Seconds(119));
  EXPECT_TRUE(ask(sent)) << "within the tolerance for clocks";
  clock_.advance(Seconds(1));
  EXPECT_FALSE(ask(sent));
}

TEST_F(SignedUrlsTest, KeysOverlapAndAWithdrawnOneStopsWithinASecond) {
  const auto next = loop_.run(keys_.make({}, tenant_, "next", std::nullopt));
  const auto by_next = request(fmt::format("exp={}&kid={}", now() + 60, next.id.text()), next);
  EXPECT_TRUE(ask(good()));
  EXPECT_TRUE(ask(by_next));

  const auto sent = good();
  loop_.run(keys_.remove({}, tenant_, key_.id.text()));
  clock_.advance(Milliseconds(1000));
  EXPECT_FALSE(ask(sent));
  EXPECT_TRUE(ask(by_next));
}

TEST_F(SignedUrlsTest, AKeysEndCutsWhatItSigned) {
  loop_.run(keys_.change({}, tenant_, key_.id.text(),
                         {.description = std::nullopt, .ends = clock_.now() + Seconds(10), .when = {}}));

  EXPECT_EQ(ask(good())->expires, clock_.now() + Seconds(10));
  const auto sent = request(usual(3600), key_);
  clock_.advance(Seconds(71));
  EXPECT_FALSE(ask(sent));
}

TEST_F(SignedUrlsTest, HasASignatureWhereSigIsAName) {
  EXPECT_TRUE(has_signature("sig=x"));
  EXPECT_TRUE(has_signature("a=b&sig"));
  EXPECT_FALSE(has_signature(""));
  EXPECT_FALSE(has_signature("a=sig&signature=x"));
}

TEST_F(SignedUrlsTest, ManagesKeys) {
  EXPECT_EQ(key_.secret.size(), 32U);
  const auto throws = [&](auto task) {
    try {
      loop_.run(std::move(task));
    } catch (const Error& error) {
      return error.fault();
    }
    return Fault::internal;
  };
  EXPECT_EQ(throws(keys_.make({}, tenant_, std::string(501, 'x'), std::nullopt)), Fault::unprocessable);
  EXPECT_EQ(throws(keys_.make({}, tenant_, "", clock_.now())), Fault::unprocessable);
  EXPECT_EQ(throws(keys_.make({}, TenantId::random(), "", std::nullopt)), Fault::missing);
  EXPECT_EQ(throws(keys_.remove({}, tenant_, "none")), Fault::missing);
  EXPECT_EQ(throws(keys_.change({}, TenantId::random(), key_.id.text(), {})), Fault::missing);
  for (std::size_t i = 1; i < SigningKeys::kMost; ++i) loop_.run(keys_.make({}, tenant_, "", std::nullopt));
  EXPECT_EQ(throws(keys_.make({}, tenant_, "", std::nullopt)), Fault::conflict);
}

}  // namespace
}  // namespace calotype::access
