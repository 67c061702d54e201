#include "access/access.h"

#include <gtest/gtest.h>

#include "access/authorize.h"
#include "access/test_loop.h"
#include "adapters/memory/memory_catalog.h"
#include "adapters/memory/memory_used_tokens.h"
#include "core/encoding.h"
#include "core/fake_clock.h"
#include "support/token.h"

namespace calotype::access {
namespace {

constexpr std::string_view kPath = "/tenants/T/domains/D/buckets/B/objects";

/// One tenant with one key, and a clock at a known time.
class AccessTest : public ::testing::Test {
 protected:
  AccessTest() {
    clock_.set(WallTime(Seconds(1'700'000'000)));
    tenant_ = {.id = TenantId::random(), .name = "shop", .admin_email = "a@b.c", .created = clock_.now()};
    key_ = {.id = AccessKeyId::random(),
            .tenant = tenant_.id,
            .public_key_pem = keys_.public_pem,
            .description = "",
            .is_active = true,
            .created = clock_.now()};
    loop_.run(catalog_.add_tenant({}, tenant_, key_));
  }

  /// The caller's tenant; nullopt when the caller is not proven.
  std::optional<Caller> ask(const std::string& jwt, std::optional<std::string> key_id = std::nullopt,
                            Surface surface = Surface::management, Target target = {"POST", std::string(kPath)}) {
    try {
      return loop_.run(access_.authenticate({}, {.jwt = jwt, .key_id = key_id.value_or(key_.id.text())},
                                            std::move(target), surface));
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::unauthenticated);
      EXPECT_STREQ(error.what(), not_proven().what()) << "one message for every cause";
      EXPECT_EQ(error.code(), "");
      return std::nullopt;
    }
  }

  std::int64_t now() const { return clock_.now().time_since_epoch() / Seconds(1); }
  std::string rqs() const { return fmt::format(R"("rqs":"POST\\{}")", kPath); }
  std::string payload(std::string_view more = "") const {
    return fmt::format(R"({{"iat":{},{}{}}})", now(), rqs(), more);
  }
  std::string jws(std::string_view header, std::string_view body, const std::string& hash = "SHA512") const {
    return make_jws(keys_.private_pem, header, body, hash);
  }

  TestLoop loop_;
  FakeClock clock_;
  MemoryCatalog catalog_;
  BlockingPool pool_{1};
  MemoryUsedTokens tokens_;
  Access access_{{.catalog = catalog_, .keys = catalog_, .tokens = tokens_}, clock_, pool_, {}};
  const TestKeys& keys_ = test_keys();
  Tenant tenant_;
  AccessKey key_;
};

constexpr std::string_view kRs512 = R"({"alg":"RS512"})";

TEST_F(AccessTest, ATokenWithAnIdIsGoodOnce) {
  const auto token = jws(kRs512, payload(R"(,"jti":"a")"));

  EXPECT_TRUE(ask(token));
  EXPECT_FALSE(ask(token));
  EXPECT_FALSE(ask(jws(kRs512, payload(R"(,"jti":"a","metadata":{})")))) << "another token of that id";
  EXPECT_TRUE(ask(jws(kRs512, payload(R"(,"jti":"b")"))));
  EXPECT_TRUE(ask(jws(kRs512, payload())));
  EXPECT_TRUE(ask(jws(kRs512, payload()))) << "published clients send the same token twice";
  EXPECT_FALSE(ask(jws(kRs512, payload(R"(,"jti":"")"))));
  EXPECT_FALSE(ask(jws(kRs512, payload(R"(,"jti":7)"))));
}

TEST_F(AccessTest, WantsTheClaimsThatATenantMakesCompulsory) {
  const auto bare = jws(kRs512, payload());
  const auto expiring = jws(kRs512, payload(fmt::format(R"(,"exp":{})", now() + 60)));
  const auto full = [&](std::string_view id) {
    return jws(kRs512, payload(fmt::format(R"(,"exp":{},"jti":"{}")", now() + 60, id)));
  };
  const Target image{"GET", "/shop/images/a.jpg"};
  const auto fetch_token = [&](std::string_view more) {
    return jws(kRs512, fmt::format(R"({{"rqs":"GET\\/shop/images/*"{}}})", more));
  };
  const auto demand = [&](TenantChange change) {
    loop_.run(catalog_.change_tenant({}, tenant_.id, std::move(change)));
    clock_.advance(Milliseconds(1000));
  };
  EXPECT_TRUE(ask(bare));

  demand({.needs_expiry = true});
  EXPECT_FALSE(ask(bare));
  EXPECT_TRUE(ask(expiring));
  EXPECT_FALSE(ask(fetch_token(""), std::nullopt, Surface::fetch, image));
  EXPECT_TRUE(ask(fetch_token(fmt::format(R"(,"exp":{})", now() + 60)), std::nullopt, Surface::fetch, image));

  demand({.needs_expiry = true, .needs_token_id = true});
  EXPECT_FALSE(ask(expiring));
  EXPECT_TRUE(ask(full("a")));
  EXPECT_FALSE(ask(full("a")));

  demand({.needs_expiry = false, .needs_token_id = true});
  EXPECT_TRUE(ask(fetch_token(""), std::nullopt, Surface::fetch, image)) << "a URL is asked for again and again";
}

TEST_F(AccessTest, NobodyOfATenantThatIsLeavingIsProven) {
  EXPECT_TRUE(ask(jws(kRs512, payload())));

  loop_.run(catalog_.begin_removal({}, tenant_.id));
  clock_.advance(Milliseconds(1000));

  EXPECT_FALSE(ask(jws(kRs512, payload())));
}

TEST_F(AccessTest, TakesTheThreeAlgorithms) {
  for (const auto& [name, hash] : {std::pair{"RS256", "SHA256"}, {"RS384", "SHA384"}, {"RS512", "SHA512"}}) {
    const auto caller = ask(jws(fmt::format(R"({{"alg":"{}","typ":"JWT"}})", name), payload(), hash));

    ASSERT_TRUE(caller) << name;
    EXPECT_EQ(caller->tenant, tenant_.id);
    EXPECT_EQ(caller->key, key_.id);
    EXPECT_FALSE(caller->is_operator);
    EXPECT_EQ(caller->metadata, "{}");
  }
}

TEST_F(AccessTest, TakesATokenOfAPublishedClientTwice) {
  const auto token = make_token(keys_.private_pem, "POST", kPath, clock_.now(), R"({"oid":"a b.jpg"})");

  const auto first = ask(token);
  const auto second = ask(token);

  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->metadata, R"({"oid":"a b.jpg"})");
}

TEST_F(AccessTest, FindsTheKeyByTheHeaderWhereNothingElseNamesIt) {
  const auto with_kid = jws(fmt::format(R"({{"alg":"RS512","kid":"{}"}})", key_.id.text()), payload());

  EXPECT_TRUE(ask(with_kid, ""));
  EXPECT_TRUE(ask(with_kid)) << "both name the same";
  EXPECT_FALSE(ask(with_kid, AccessKeyId::random().text())) << "they differ";
  EXPECT_FALSE(ask(jws(kRs512, payload()), "")) << "nothing names it";
}

TEST_F(AccessTest, KeepsTheWindowAroundNow) {
  for (const auto& [offset, is_good] : {std::pair{-300, true}, {300, true}, {-301, false}, {301, false}}) {
    const auto token = jws(kRs512, fmt::format(R"({{"iat":{},{}}})", now() + offset, rqs()));

    EXPECT_EQ(ask(token).has_value(), is_good) << offset;
  }
}

TEST_F(AccessTest, HonoursExpiryAndStartWithSkew) {
  const auto with = [&](std::string_view claim, double offset) {
    return ask(jws(kRs512, payload(fmt::format(R"(,"{}":{})", claim, static_cast<double>(now()) + offset))))
        .has_value();
  };

  EXPECT_TRUE(with("exp", 10));
  EXPECT_TRUE(with("exp", -59.5)) << "a number need not be whole";
  EXPECT_FALSE(with("exp", -60));
  EXPECT_TRUE(with("nbf", 60));
  EXPECT_FALSE(with("nbf", 60.5));
}

TEST_F(AccessTest, ComparesThePathAsItWasSent) {
  const auto path = [](std::string_view sent) { return Target{"GET", std::string(sent)}; };
  const auto token = make_token(keys_.private_pem, "GET", "/a/b%20c", clock_.now());

  EXPECT_TRUE(ask(token, {}, Surface::management, path("/a/b%20c")));
  for (const auto* other : {"/a/b c", "/a/b+c", "/a/b%20c/", "/a/b%20cd", "/a//b%20c", "/api/v1/a/b%20c", "/A/b%20c"}) {
    EXPECT_FALSE(ask(token, {}, Surface::management, path(other))) << other;
  }
  EXPECT_FALSE(ask(token, {}, Surface::management, {"HEAD", "/a/b%20c"})) << "exactly the method";
}

TEST_F(AccessTest, TakesAStarOnTheFetchSurfaceAlone) {
  const auto token = jws(kRs512, fmt::format(R"({{"iat":{},"rqs":"GET\\/shop/images/*"}})", now()));
  const Target target{"GET", "/shop/images/ab/cd.jpg"};

  EXPECT_TRUE(ask(token, {}, Surface::fetch, target));
  EXPECT_FALSE(ask(token, {}, Surface::management, target));
}

TEST_F(AccessTest, FetchTokensNeedNoTimeAndLiveLong) {
  const Target target{"GET", "/shop/images/a.jpg"};
  const auto with = [&](std::string_view claims) {
    return ask(jws(kRs512, fmt::format(R"({{"rqs":"GET\\{}"{}}})", target.path, claims)), {}, Surface::fetch, target)
        .has_value();
  };

  EXPECT_TRUE(with(""));
  EXPECT_TRUE(with(R"(,"iat":1)"));
  EXPECT_TRUE(with(R"(,"exp":1800000000)"));
  EXPECT_FALSE(with(R"(,"exp":1699999000)"));
  EXPECT_FALSE(with(R"(,"iat":1700001000)")) << "from the future";
  EXPECT_TRUE(ask(make_fetch_token(keys_.private_pem, target.path), {}, Surface::fetch, {"HEAD", target.path}));
  EXPECT_FALSE(ask(make_fetch_token(keys_.private_pem, target.path), {}, Surface::fetch, {"POST", target.path}));
}

TEST_F(AccessTest, KnowsAnOperator) {
  const auto& keys = test_keys("operator");
  const Tenant house{
      .id = TenantId::random(), .name = "house", .admin_email = "o@p.q", .is_operator = true, .created = {}};
  const AccessKey key{.id = AccessKeyId::random(),
                      .tenant = house.id,
                      .public_key_pem = keys.public_pem,
                      .description = "",
                      .is_active = true,
                      .created = {}};
  loop_.run(catalog_.add_tenant({}, house, key));

  const auto caller = ask(make_token(keys.private_pem, "POST", kPath, clock_.now()), key.id.text());

  ASSERT_TRUE(caller);
  EXPECT_TRUE(caller->is_operator);
}

/// A token that must be refused, and one that differs only in what is wrong, and is accepted.
struct Attack {
  std::string name;
  std::string bad;
  std::string good;
  std::string bad_key_id{};  ///< empty: the right one
};

TEST_F(AccessTest, RefusesEveryAttack) {
  const auto good = jws(kRs512, payload());
  const auto alg = [&](std::string_view name) { return jws(fmt::format(R"({{"alg":"{}"}})", name), payload()); };
  const auto header = [&](std::string_view more) {
    return jws(fmt::format(R"({{"alg":"RS512"{}}})", more), payload());
  };
  const auto claims = [&](std::string_view more) { return jws(kRs512, payload(more)); };
  const auto exactly = [&](std::string_view text) { return jws(kRs512, text); };
  const auto unsigned_text = [&](std::string_view head) {
    return encode_base64url(head) + "." + encode_base64url(payload());
  };
  const auto with_tail = [&](const std::string& text, std::string_view signature) {
    return text + "." + encode_base64url(signature);
  };
  const auto hs = [&](const std::string& secret) {
    const auto text = unsigned_text(R"({"alg":"HS512"})");
    return with_tail(text, sign_hmac(secret, "SHA512", text));
  };
  const auto ps_text = unsigned_text(R"({"alg":"PS512"})");
  const auto rs_text = unsigned_text(kRs512);
  const auto other_key = make_jws(test_keys("stranger").private_pem, kRs512, payload());
  const auto signature = good.substr(good.rfind('.') + 1);
  const auto dots = good.find('.');
  std::string flipped = *decode_base64url(signature);
  flipped[100] = static_cast<char>(flipped[100] ^ 1);
  std::string bent = good;  // the last character holds stray bits only
  bent.back() = bent.back() == 'A' ? 'B' : static_cast<char>(bent.back() + 1);
  const auto number = [&](std::int64_t offset) { return std::to_string(now() + offset); };
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };

  const std::vector<Attack> attacks{
      {"empty", "", good},
      {"alg none, no signature", unsigned_text(R"({"alg":"none"})") + ".", good},
      {"alg none, with a signature", alg("none"), good},
      {"alg None", alg("None"), good},
      {"alg nOnE", unsigned_text(R"({"alg":"nOnE"})") + ".", good},
      {"alg empty", alg(""), good},
      {"alg absent", jws(R"({"typ":"JWT"})", payload()), jws(R"({"alg":"RS512","typ":"JWT"})", payload())},
      {"alg a number", jws(R"({"alg":512})", payload()), good},
      {"alg a list", jws(R"({"alg":["RS512"]})", payload()), good},
      {"alg in lower case", alg("rs512"), good},
      {"HMAC with the public key", hs(keys_.public_pem), good},
      {"HMAC with an empty secret", hs(""), good},
      {"HMAC with the key id", hs(key_.id.text()), good},
      {"PS512, properly signed", with_tail(ps_text, sign_pss(keys_.private_pem, "SHA512", ps_text)), good},
      {"RS512 that is signed as PS512", with_tail(rs_text, sign_pss(keys_.private_pem, "SHA512", rs_text)), good},
      {"ES256", alg("ES256"), good},
      {"EdDSA", alg("EdDSA"), good},
      {"RS512 with a SHA256 signature", jws(kRs512, payload(), "SHA256"), good},
      {"RS256 with a SHA512 signature", alg("RS256"), jws(R"({"alg":"RS256"})", payload(), "SHA256")},
      {"somebody else's key", other_key, good},
      {"a key of its own in the header (jwk)",
       make_jws(test_keys("stranger").private_pem, R"({"alg":"RS512","jwk":{"kty":"RSA","n":"AQAB","e":"AQAB"}})",
                payload()),
       header(R"(,"jwk":{"kty":"RSA","n":"AQAB","e":"AQAB"})")},
      {"an address of keys (jku)",
       make_jws(test_keys("stranger").private_pem, R"({"alg":"RS512","jku":"https://evil.example/keys"})", payload()),
       header(R"(,"jku":"https://evil.example/keys")")},
      {"a certificate (x5c)",
       make_jws(test_keys("stranger").private_pem, R"({"alg":"RS512","x5c":["MIIB"]})", payload()),
       header(R"(,"x5c":["MIIB"])")},
      {"an address of certificates (x5u)",
       make_jws(test_keys("stranger").private_pem, R"({"alg":"RS512","x5u":"https://evil.example/c"})", payload()),
       header(R"(,"x5u":"https://evil.example/c")")},
      {"crit", header(R"(,"crit":["exp"])"), header(R"(,"critical":["exp"])")},
      {"another type of token", header(R"(,"typ":"JWE")"), header(R"(,"typ":"JWT")")},
      {"kid that is a path", header(R"(,"kid":"../../dev/null")"), header("")},
      {"kid that is SQL", header(R"(,"kid":"' OR 1=1 --")"), header("")},
      {"kid that is a number", header(R"(,"kid":1)"), header("")},
      {"kid that is long", header(fmt::format(R"(,"kid":"{}")", std::string(4000, 'a'))), header("")},
      {"an unknown key", good, good, AccessKeyId::random().text()},
      {"a key id that is no uuid", good, good, "1 OR 1=1"},
      {"a key id with a space", good, good, key_.id.text() + " "},
      {"one segment", "abc", good},
      {"two segments", good.substr(0, good.rfind('.')), good},
      {"four segments", good + ".abc", good},
      {"five segments, as of a JWE", good + ".abc.abc", good},
      {"no header", good.substr(dots), good},
      {"no payload", good.substr(0, dots) + ".." + signature, good},
      {"no signature", good.substr(0, good.rfind('.') + 1), good},
      {"a signature that is cut", good.substr(0, good.size() - 4), good},
      {"a signature with more behind", good + "AAAA", good},
      {"one bit of the signature", with_tail(good.substr(0, good.rfind('.')), flipped), good},
      {"stray bits at the end", bent, good},
      {"padding", good + "=", good},
      {"white space behind", good + " ", good},
      {"white space before", " " + good, good},
      {"a line feed within", good.substr(0, dots + 5) + "\n" + good.substr(dots + 5), good},
      {"the other base64 alphabet", good.substr(0, dots + 5) + "+/" + good.substr(dots + 5), good},
      {"a changed payload", good.substr(0, dots + 1) + encode_base64url(payload(R"(,"metadata":{})")) + "." + signature,
       good},
      {"more than 8 KiB", claims(fmt::format(R"(,"x":"{}")", std::string(8192, 'a'))),
       claims(fmt::format(R"(,"x":"{}")", std::string(5000, 'a')))},
      {"header: repeated alg", jws(R"({"alg":"none","alg":"RS512"})", payload()), good},
      {"header: no object", jws(R"(["RS512"])", payload()), good},
      {"header: no JSON", jws("RS512", payload()), good},
      {"header: a comment", jws(R"({"alg":"RS512"/**/})", payload()), good},
      {"header: too deep", header(",\"x\":" + nested(20)), header(",\"x\":" + nested(4))},
      {"payload: repeated rqs", exactly(fmt::format(R"({{"iat":{},"rqs":"x",{}}})", now(), rqs())), good},
      {"payload: repeated within metadata", claims(R"(,"metadata":{"oid":"a","oid":"b"})"),
       claims(R"(,"metadata":{"oid":"b"})")},
      {"payload: repeated by escape", claims(R"(,"metadata":{"oid":"a","\u006fid":"b"})"),
       claims(R"(,"metadata":{"oid":"a","pid":"b"})")},
      {"payload: too deep", claims(",\"metadata\":{\"x\":" + nested(20) + "}"),
       claims(",\"metadata\":{\"x\":" + nested(12) + "}")},
      {"payload: so deep that a stack would end", claims(",\"x\":" + nested(2900)), good},
      {"payload: no object", exactly("[]"), good},
      {"payload: no JSON", exactly("hello"), good},
      {"payload: two values", exactly(payload() + payload()), good},
      {"payload: not UTF-8", claims(",\"x\":\"\xc0\xaf\""), claims(R"(,"x":"y")")},
      {"iat absent", exactly("{" + rqs() + "}"), good},
      {"iat as text", exactly(fmt::format(R"({{"iat":"{}",{}}})", now(), rqs())), good},
      {"iat null", exactly(fmt::format(R"({{"iat":null,{}}})", rqs())), good},
      {"iat in milliseconds", exactly(fmt::format(R"({{"iat":{}000,{}}})", now(), rqs())), good},
      {"iat without bounds", exactly(fmt::format(R"({{"iat":1e999,{}}})", rqs())), good},
      {"iat negative", exactly(fmt::format(R"({{"iat":-{},{}}})", now(), rqs())), good},
      {"exp passed", claims(",\"exp\":" + number(-61)), claims(",\"exp\":" + number(61))},
      {"exp as text", claims(fmt::format(R"(,"exp":"{}")", number(61))), claims(",\"exp\":" + number(61))},
      {"exp true", claims(R"(,"exp":true)"), claims(",\"exp\":" + number(61))},
      {"nbf to come", claims(",\"nbf\":" + number(61)), claims(",\"nbf\":" + number(-61))},
      {"nbf as text", claims(R"(,"nbf":"1")"), claims(R"(,"nbf":1)")},
      {"aud of another service", claims(R"(,"aud":"payments")"), claims(R"(,"aud":"calotype")")},
      {"aud in a list without us", claims(R"(,"aud":["payments"])"), claims(R"(,"aud":["payments","calotype"])")},
      {"aud that is a number", claims(R"(,"aud":1)"), claims(R"(,"aud":["calotype"])")},
      {"iss of somebody else", claims(R"(,"iss":"evil")"), claims(fmt::format(R"(,"iss":"{}")", tenant_.id.text()))},
      {"sub of another tenant", claims(fmt::format(R"(,"sub":"{}")", TenantId::random().text())),
       claims(fmt::format(R"(,"sub":"{}")", tenant_.id.text()))},
      {"rqs absent", exactly(fmt::format(R"({{"iat":{}}})", now())), good},
      {"rqs a list", exactly(fmt::format(R"({{"iat":{},"rqs":["POST\\{}"]}})", now(), kPath)), good},
      {"rqs of another method", make_token(keys_.private_pem, "DELETE", kPath, clock_.now()),
       make_token(keys_.private_pem, "POST", kPath, clock_.now())},
      {"rqs of another path", make_token(keys_.private_pem, "POST", "/tenants/T/domains", clock_.now()), good},
      {"rqs with a star", make_token(keys_.private_pem, "POST", "/tenants/*", clock_.now()), good},
      {"rqs with a slash for the backslash", exactly(fmt::format(R"({{"iat":{},"rqs":"POST/{}"}})", now(), kPath)),
       good},
      {"rqs with the prefix", make_token(keys_.private_pem, "POST", "/api/v1" + std::string(kPath), clock_.now()),
       good},
      {"rqs that ends in NUL", exactly(fmt::format(R"({{"iat":{},"rqs":"POST\\{}\u0000"}})", now(), kPath)), good},
      {"metadata that is text", claims(R"(,"metadata":"{}")"), claims(R"(,"metadata":{})")},
      {"metadata null", claims(R"(,"metadata":null)"), claims(R"(,"metadata":{})")},
  };

  EXPECT_GE(attacks.size(), 40U);
  for (const auto& attack : attacks) {
    EXPECT_FALSE(ask(attack.bad, attack.bad_key_id.empty() ? std::nullopt : std::optional(attack.bad_key_id)))
        << attack.name;
    EXPECT_TRUE(ask(attack.good)) << "control of: " << attack.name;
  }
}

TEST(Authorize, KeepsTenantsApartAndLetsOperatorsIn) {
  const Caller mine{.tenant = TenantId::random(), .key = {}, .is_operator = false, .metadata = "{}"};
  const Caller house{.tenant = TenantId::random(), .key = {}, .is_operator = true, .metadata = "{}"};
  const auto other = TenantId::random();
  const auto fault_of = [](auto check) -> std::optional<Fault> {
    try {
      check();
      return std::nullopt;
    } catch (const Error& error) {
      return error.fault();
    }
  };

  EXPECT_EQ(fault_of([&] { authorize(mine, mine.tenant); }), std::nullopt);
  EXPECT_EQ(fault_of([&] { authorize(mine, other); }), Fault::missing);
  EXPECT_EQ(fault_of([&] { authorize(house, other); }), std::nullopt);
  EXPECT_EQ(fault_of([&] { authorize_operator(mine); }), Fault::denied);
  EXPECT_EQ(fault_of([&] { authorize_operator(house); }), std::nullopt);
}

}  // namespace
}  // namespace calotype::access
