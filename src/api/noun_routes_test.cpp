// What each noun's routes answer, in the shapes of api-v1.
#include "api/management_fixture.h"
#include "core/encoding.h"

namespace calotype::api {
namespace {

using http::Method;

class NounTest : public ManagementTest {
 protected:
  std::string a_domain() { return make(shop_path() + "/domains", R"({"name":"site"})"); }
  std::string a_bucket() { return make(a_domain() + "/buckets", R"({"name":"pictures"})"); }
  static std::string picture(std::string_view rest = "") {
    return toy_image(ImageFormat::jpg, {.width = 40, .height = 30}, 1, rest);
  }
  Got get(const std::string& path) { return send({.method = Method::get, .path = path}, shop_); }
  Got post(const std::string& path, const std::string& body, const std::string& metadata = "{}") {
    return send({.method = Method::post, .path = path, .body = body, .metadata = metadata}, shop_);
  }
};

TEST_F(NounTest, SignUpGivesAKeyThatWorks) {
  const Sent sent{.method = Method::post, .path = "/tenants", .body = R"({"name":"Ærlig & co","admin_email":"a@b.c"})"};
  const auto got = send(sent, std::nullopt, SignUp::open);

  ASSERT_EQ(got.status, 201) << got.body;
  const auto id = got.at("/tenant_id");
  EXPECT_EQ(got.location(), "/api/v1/tenants/" + id);
  const Signer fresh{.tenant = *TenantId::parse(id),
                     .key = *AccessKeyId::parse(got.at("/access_id")),
                     .private_pem = got.at("/private_key")};
  const auto seen = send({.method = Method::get, .path = "/tenants/" + id}, fresh);
  ASSERT_EQ(seen.status, 200);
  EXPECT_EQ(seen.at("/name"), "Ærlig & co");
  EXPECT_EQ(seen.at("/admin_email"), "a@b.c");
  EXPECT_EQ(seen.body.find("PRIVATE"), std::string::npos);
}

TEST_F(NounTest, SignUpThatIsClosedIsForOperators) {
  const Sent sent{.method = Method::post, .path = "/tenants", .body = R"({"name":"x","admin_email":"a@b.c"})"};

  EXPECT_EQ(send(sent, std::nullopt).status, 401);
  EXPECT_EQ(send(sent, shop_).status, 403);
  EXPECT_EQ(send(sent, house_).status, 201);
}

TEST_F(NounTest, SignUpByInvitationTakesACodeOnce) {
  const auto invite = send({.method = Method::post, .path = "/invitations", .body = R"({"note":"for Ann"})"}, house_);
  ASSERT_EQ(invite.status, 201) << invite.body;
  const auto sign_up = [&](const std::string& more) {
    const Sent sent{
        .method = Method::post, .path = "/tenants", .body = R"({"name":"x","admin_email":"a@b.c")" + more + "}"};
    return send(sent, std::nullopt, SignUp::invitation);
  };
  const auto code = R"(,"invitation":")" + invite.at("/code") + "\"";

  const auto bare = sign_up("");
  EXPECT_EQ(bare.status, 403);
  EXPECT_EQ(bare.at("/code"), "invitation-needed");
  const auto wrong = sign_up(R"(,"invitation":"nothing")");
  EXPECT_EQ(wrong.status, 403);
  EXPECT_EQ(wrong.at("/code"), "bad-invitation");
  const auto made = sign_up(code);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(sign_up(code).status, 403);

  const auto all = send({.method = Method::get, .path = "/invitations"}, house_);
  EXPECT_EQ(all.at("/0/tenant_id"), made.at("/tenant_id"));
  EXPECT_EQ(all.at("/0/note"), "for Ann");
  EXPECT_EQ(all.body.find(invite.at("/code")), std::string::npos) << "the code is shown once";
}

TEST_F(NounTest, OperatorsNeedNoInvitation) {
  const Sent sent{.method = Method::post, .path = "/tenants", .body = R"({"name":"x","admin_email":"a@b.c"})"};

  EXPECT_EQ(send(sent, house_, SignUp::invitation).status, 201);
  EXPECT_EQ(send(sent, shop_, SignUp::invitation).status, 403);
}

TEST_F(NounTest, SignUpsOfOneAddressAreLimited) {
  RateLimit strict({.sign_ups_per_hour = 2}, clock_);
  const Sent sent{.method = Method::post, .path = "/tenants", .body = R"({"name":"x","admin_email":"a@b.c"})"};
  limit_in_use_ = &strict;

  EXPECT_EQ(send(sent, std::nullopt, SignUp::open).fields.get("RateLimit"), "\"sign-ups\";r=1;t=1800");
  EXPECT_EQ(send(sent, std::nullopt, SignUp::open).status, 201);
  const auto refused = send(sent, std::nullopt, SignUp::open);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.at("/code"), "throttled");
  EXPECT_EQ(refused.fields.get("Retry-After"), "1800");
  EXPECT_EQ(send(sent, house_, SignUp::closed).status, 201) << "operators are not held up";
  clock_.advance(Seconds(1800));
  EXPECT_EQ(send(sent, std::nullopt, SignUp::open).status, 201);
}

TEST_F(NounTest, ATenantThatCallsTooOftenIsHeldUpAlone) {
  RateLimit strict({.tenant = {.per_second = 1, .burst = 3}}, clock_);
  limit_in_use_ = &strict;
  const auto ask = [&](const Signer& who) {
    return send({.method = Method::get, .path = "/tenants/" + who.tenant.text()}, who);
  };

  const auto first = ask(shop_);
  EXPECT_EQ(first.fields.get("RateLimit-Policy"), "\"tenant\";q=3;w=3");
  EXPECT_EQ(first.fields.get("RateLimit"), "\"tenant\";r=2;t=1");
  const auto missing = get(shop_path() + "/domains/none");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.fields.get("RateLimit"), "\"tenant\";r=1;t=2") << "errors say it, too";
  EXPECT_EQ(ask(shop_).status, 200);
  const auto refused = ask(shop_);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.fields.get("Retry-After"), "1");
  EXPECT_EQ(ask(other_).status, 200);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ask(house_).status, 200);
  clock_.advance(Seconds(1));
  EXPECT_EQ(ask(shop_).status, 200);
}

TEST_F(NounTest, OperatorsSetATenantsLimit) {
  const auto path = shop_path() + "/rate-limit";
  EXPECT_EQ(get(path).body, R"({"per_second":1E3,"burst":2E3,"own":false})");

  const auto set = send({.method = Method::put, .path = path, .body = R"({"per_second":0.5,"burst":2})"}, house_);
  EXPECT_EQ(set.status, 200) << set.body;
  clock_.advance(Seconds(1));
  EXPECT_EQ(get(path).fields.get("RateLimit-Policy"), "\"tenant\";q=2;w=4");
  EXPECT_EQ(get(path).at("/own"), "true");
  EXPECT_EQ(get(path).status, 429);
  EXPECT_EQ(send({.method = Method::put, .path = path, .body = R"({"per_second":0,"burst":2})"}, house_).status, 422);
  EXPECT_EQ(send({.method = Method::put, .path = path, .body = "{}"}, house_).at("/own"), "false");
}

TEST_F(NounTest, ATenantChangesItself) {
  const auto got = send(
      {.method = Method::put, .path = shop_path(), .body = R"({"name":"Shop 2","tokens":{"needs_token_id":true}})"},
      shop_);

  ASSERT_EQ(got.status, 200) << got.body;
  EXPECT_EQ(got.at("/name"), "Shop 2");
  EXPECT_EQ(got.at("/admin_email"), "a@shop.example");
  EXPECT_EQ(got.at("/tokens/needs_token_id"), "true");
  EXPECT_EQ(got.at("/tokens/needs_expiry"), "false");
  clock_.advance(Seconds(1));
  EXPECT_EQ(get(shop_path()).status, 401) << "its tokens need an id from now on";
  EXPECT_EQ(send({.method = Method::get, .path = shop_path()}, house_).status, 200);
}

TEST_F(NounTest, ATenantThatIsRemovedCanDoNothingMore) {
  a_bucket();
  settings_changes_ = 0;
  const auto path = shop_path();
  EXPECT_EQ(send({.method = Method::del, .path = path}, other_).status, 404);

  EXPECT_EQ(send({.method = Method::del, .path = path}, shop_).status, 202);
  EXPECT_EQ(settings_changes_, 1) << "delivery is told";
  clock_.advance(Seconds(1));

  EXPECT_EQ(get(path).status, 401);
  EXPECT_EQ(send({.method = Method::get, .path = path}, house_).at("/status"), "deleting");
  EXPECT_EQ(send({.method = Method::del, .path = path}, house_).status, 202) << "again is no fault";
  const auto late = send({.method = Method::post, .path = path + "/domains", .body = R"({"name":"late"})"}, house_);
  EXPECT_EQ(late.status, 409);
  EXPECT_EQ(late.at("/code"), "leaving");
  EXPECT_EQ(send({.method = Method::put, .path = path, .body = R"({"name":"x"})"}, house_).at("/code"), "leaving");
  const auto house = send({.method = Method::del, .path = "/tenants/" + house_.tenant.text()}, house_);
  EXPECT_EQ(house.status, 409);
  EXPECT_EQ(house.at("/code"), "operators-tenant");
}

TEST_F(NounTest, APolicyHasAnAliasThatCanStandInAPath) {
  for (const auto* alias : {R"("")", R"("A b")", R"("a/b")", "null"}) {
    const auto body = std::string(R"({"policy":{"version":"2017-04-04","statements":[]},"alias":)") + alias + "}";
    const auto got = post(shop_path() + "/policies", body);
    EXPECT_EQ(got.status, 422) << alias;
    EXPECT_EQ(got.at("/errors/0/pointer"), "/alias");
  }
}

TEST_F(NounTest, ShowsASigningKeysSecretOnce) {
  const auto path = shop_path() + "/signing-keys";
  const auto made = post(path, R"({"description":"web","ends":1700000100})");

  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(decode_base64url(made.at("/secret"))->size(), 32U);
  EXPECT_EQ(made.at("/active"), "true");
  const auto all = get(path);
  EXPECT_EQ(all.at("/0/id"), made.at("/id"));
  EXPECT_EQ(all.at("/0/ends"), "1700000100");
  EXPECT_EQ(all.body.find("secret"), std::string::npos);
  clock_.advance(Seconds(100));
  EXPECT_EQ(get(path).at("/0/active"), "false");
  const auto one = path + "/" + made.at("/id");
  EXPECT_EQ(send({.method = Method::put, .path = one, .body = R"({"ends":1700009999})"}, shop_).at("/active"), "true");
  EXPECT_EQ(send({.method = Method::del, .path = one}, shop_).status, 200);
  EXPECT_EQ(get(path).body, "[]");
}

TEST_F(NounTest, SignUpNamesEveryBadField) {
  const Sent sent{.method = Method::post, .path = "/tenants", .body = R"({"name":"","admin_email":"a b@c"})"};
  const auto got = send(sent, std::nullopt, SignUp::open);

  EXPECT_EQ(got.status, 422);
  EXPECT_EQ(got.at("/errors/0/pointer"), "/name");
  EXPECT_EQ(got.at("/errors/1/pointer"), "/admin_email");
}

TEST_F(NounTest, ListsTenantsForOperatorsAlone) {
  const auto got = send({.method = Method::get, .path = "/tenants"}, house_);

  ASSERT_EQ(got.status, 200);
  EXPECT_EQ(got.json().as_array().size(), 3U);
  EXPECT_EQ(got.at("/1/name"), "shop");
}

TEST_F(NounTest, AKeyThatWasAddedSigns) {
  std::string pem;
  append_json_string(pem, test_keys("own").public_pem);
  const auto got = send(
      {.method = Method::put, .path = shop_path() + "/access-keys", .body = R"({"public_key":)" + pem + "}"}, shop_);

  ASSERT_EQ(got.status, 201) << got.body;
  const Signer own{.tenant = shop_.tenant,
                   .key = *AccessKeyId::parse(got.at("/access_id")),
                   .private_pem = test_keys("own").private_pem};
  EXPECT_FALSE(got.json().as_object().contains("private_key"));
  EXPECT_EQ(send({.method = Method::get, .path = shop_path()}, own).status, 200);
}

TEST_F(NounTest, AKeyThatWasMadeSigns) {
  const auto got = post(shop_path() + "/access-keys", "");

  ASSERT_EQ(got.status, 201) << got.body;
  const Signer made{
      .tenant = shop_.tenant, .key = *AccessKeyId::parse(got.at("/access_id")), .private_pem = got.at("/private_key")};
  EXPECT_EQ(send({.method = Method::get, .path = shop_path()}, made).status, 200);
}

TEST_F(NounTest, DomainsHaveTheirShape) {
  const auto path = a_domain();
  const auto id = path.substr(path.rfind('/') + 1);

  EXPECT_EQ(get(path).body, R"({"id":")" + id + R"(","name":"site","status":"active"})");
  EXPECT_EQ(get(shop_path() + "/domains/site").body, get(path).body) << "by name as by id";
  EXPECT_EQ(get(shop_path() + "/domains").body, "[" + get(path).body + "]");
  EXPECT_EQ(post(shop_path() + "/domains", R"({"name":"site"})").status, 409);
}

TEST_F(NounTest, BucketsHaveTheirShape) {
  const auto domain = a_domain();
  const auto path =
      make(domain + "/buckets", R"({"name":"pictures","continent":"eu","statics":true,"cache":{"max_age":60}})");
  const auto id = path.substr(path.rfind('/') + 1);

  EXPECT_EQ(
      get(path).body,
      R"({"bucket_id":")" + id +
          R"(","aliases":["pictures"],"status":"active","region":"eu","statics":true,"cache":{"max_age":60},)"
          R"("private":false,"default_rule":"","placeholder":"","forbidden_types":[],"quota":{"objects":null,"bytes":null}})");
  EXPECT_EQ(get(shop_path() + "/domains/site/buckets/pictures").body, get(path).body);
  EXPECT_EQ(get(domain + "/buckets").body, "[" + get(path).body + "]");
}

TEST_F(NounTest, ABucketsAliasIsUniqueInTheInstallation) {
  a_bucket();
  const auto theirs = "/tenants/" + other_.tenant.text();
  ASSERT_EQ(send({.method = Method::post, .path = theirs + "/domains", .body = R"({"name":"site"})"}, other_).status,
            201);
  const auto got = send(
      {.method = Method::post, .path = theirs + "/domains/site/buckets", .body = R"({"name":"pictures"})"}, other_);

  EXPECT_EQ(got.status, 409);
}

TEST_F(NounTest, BadFieldsOfABucketAreAllNamed) {
  const auto got = post(a_domain() + "/buckets",
                        R"({"nam":"x","statics":"yes","cache":{"maxage":1},"region":"eu","continent":"eu"})");

  EXPECT_EQ(got.status, 422);
  const auto answer = got.json();
  std::vector<std::string> pointers;
  for (const auto& one : answer.at("errors").as_array()) pointers.emplace_back(one.at("pointer").as_string());
  std::sort(pointers.begin(), pointers.end());
  EXPECT_EQ(pointers, (std::vector<std::string>{"/cache/maxage", "/continent", "/nam", "/name", "/statics"}));
  EXPECT_NE(got.body.find(R"(did you mean \"name\"?)"), std::string::npos) << got.body;
}

TEST_F(NounTest, AChangeWithoutABodyIsNone) {
  const auto bucket = send({.method = Method::put, .path = a_bucket()}, shop_);
  const auto quota = send({.method = Method::put, .path = shop_path() + "/quota"}, house_);

  EXPECT_EQ(bucket.status, 400);
  EXPECT_EQ(bucket.at("/code"), "no-body");
  EXPECT_EQ(quota.status, 400);
  EXPECT_EQ(send({.method = Method::put, .path = shop_path() + "/quota", .body = "{}"}, house_).status, 200);
}

TEST_F(NounTest, ABucketIsFoundWithinItsDomainAlone) {
  const auto bucket = a_bucket();
  const auto id = bucket.substr(bucket.rfind('/') + 1);
  make(shop_path() + "/domains", R"({"name":"elsewhere"})");

  EXPECT_EQ(get(shop_path() + "/domains/elsewhere/buckets/" + id).status, 404);
  EXPECT_EQ(get(shop_path() + "/domains/elsewhere/buckets/pictures").status, 404);
}

TEST_F(NounTest, ARuleComesBackAsItWasSent) {
  const auto domain = a_domain();
  const std::string body = R"({ "name":"thumb", "version":"2017-06", "actions":[{"resize":{"width":300.0}}] })";
  const auto path = make(domain + "/rules", body);
  const auto id = path.substr(path.rfind('/') + 1);
  const auto got = get(path);

  ASSERT_EQ(got.status, 200);
  EXPECT_EQ(got.at("/id"), id);
  EXPECT_EQ(got.at("/revision"), "1");
  EXPECT_EQ(got.at("/name"), "thumb");
  EXPECT_NE(got.body.find(body.substr(2)), std::string::npos) << "its text is kept";
  EXPECT_EQ(get(domain + "/rules/thumb").body, got.body);
  EXPECT_EQ(get(domain + "/rules").body, "[" + got.body + "]");
  EXPECT_EQ(post(domain + "/rules", body).status, 409) << "the name is taken";
}

TEST_F(NounTest, ARuleIsStoredUnderAName) {
  const auto got = post(a_domain() + "/rules", R"({"actions":[{"resize":{"width":300}}]})");

  EXPECT_EQ(got.status, 422);
  EXPECT_EQ(got.at("/errors/0/pointer"), "/name");
}

TEST_F(NounTest, ValidateSaysWhatStoringWould) {
  const auto good = post("/schema/validate", R"({"actions":[{"resize":{"width":300}}]})");
  const auto bad = post("/schema/validate", R"({"actions":[{"resize":{"widht":300}}],"quality":101})");

  ASSERT_EQ(good.status, 200) << good.body;
  EXPECT_EQ(good.at("/valid"), "true");
  EXPECT_EQ(good.at("/errors"), "[]");
  EXPECT_EQ(good.at("/hash"), Digest::of(good.at("/canonical")).hex());
  ASSERT_EQ(bad.status, 422) << bad.body;
  EXPECT_EQ(bad.at("/valid"), "false");
  EXPECT_GE(bad.json().at("errors").as_array().size(), 2U);
  for (const auto* name : {"pointer", "code", "detail"}) {
    EXPECT_TRUE(bad.json().at("errors").as_array()[0].as_object().contains(name)) << name;
  }
}

TEST_F(NounTest, AWatermarkComesBackAsItsBytes) {
  const auto domain = a_domain();
  const auto bytes = toy_image(ImageFormat::png, {.width = 20, .height = 10});
  const auto path = make(domain + "/watermarks", bytes, R"({"alias":"logo"})");

  EXPECT_EQ(get(path).body, bytes);
  EXPECT_EQ(get(path).fields.get("Content-Type"), "image/png");
  EXPECT_EQ(get(domain + "/watermarks/logo").body, bytes);
  EXPECT_EQ(get(domain + "/watermarks").at("/0/width"), "20");
  EXPECT_EQ(post(domain + "/watermarks", bytes, R"({"alias":"logo"})").status, 409);
  EXPECT_EQ(post(domain + "/watermarks", "no picture").status, 415);
  EXPECT_EQ(post(domain + "/watermarks", "").status, 400);
  EXPECT_EQ(post(domain + "/watermarks", std::string(1001, 'x')).status, 413);
}

TEST_F(NounTest, AnObjectComesBackAsItsBytes) {
  const auto bucket = a_bucket();
  const auto got = post(bucket + "/objects", picture(), R"({"oid":"summer 2026/ø.jpg"})");

  ASSERT_EQ(got.status, 201) << got.body;
  EXPECT_EQ(got.location(), "/api/v1" + bucket + "/objects/summer%202026/%C3%B8.jpg");
  EXPECT_EQ(got.at("/object_id"), "summer 2026/ø.jpg");
  EXPECT_EQ(got.at("/size"), std::to_string(picture().size()));
  const auto read = get(got.location().substr(7));
  EXPECT_EQ(read.status, 200);
  EXPECT_EQ(read.body, picture());
  EXPECT_EQ(read.fields.get("Content-Type"), "image/jpeg");
  EXPECT_EQ(read.fields.get("Last-Modified"), "Tue, 14 Nov 2023 22:13:20 GMT");
  EXPECT_EQ(read.fields.get("ETag"), fmt::format("\"{}\"", Digest::of(picture()).hex()));
  Hasher hasher;
  const auto bytes = picture();
  hasher.add(std::as_bytes(std::span(bytes)));
  const auto md5 = hasher.finish().md5;
  EXPECT_EQ(read.fields.get("Content-MD5"), encode_base64({reinterpret_cast<const char*>(md5.data()), md5.size()}));
  EXPECT_EQ(forgotten_, std::vector<std::string>{"summer 2026/ø.jpg"}) << "delivery is told";
}

TEST_F(NounTest, AnObjectWithoutANameGetsOne) {
  const auto path = make(a_bucket() + "/objects", picture());
  const auto name = path.substr(path.find("/objects/") + 9);

  ASSERT_EQ(name.size(), 39U) << name;
  EXPECT_EQ(name.substr(0, 3), name.substr(3, 2) + "/");
  EXPECT_TRUE(Uuid::parse(name.substr(3)));
  EXPECT_EQ(get(path).status, 200);
}

TEST_F(NounTest, HeadIsSignedForItself) {
  const auto path = make(a_bucket() + "/objects", picture(), R"({"oid":"a.jpg"})");

  EXPECT_EQ(send({.method = Method::head, .path = path}, shop_).status, 200);
}

TEST_F(NounTest, DeletingHidesAnObjectAndFreesItsName) {
  const auto bucket = a_bucket();
  const auto path = make(bucket + "/objects", picture("1"), R"({"oid":"a.jpg"})");
  const auto remove = [&](const std::string& metadata) {
    return send({.method = Method::del, .path = path, .metadata = metadata}, shop_);
  };

  EXPECT_EQ(remove(R"({"oid":"b.jpg"})").status, 422) << "the signed name is another";
  EXPECT_EQ(get(path).status, 200);
  EXPECT_EQ(remove(R"({"oid":"a.jpg","force":false})").status, 202);
  EXPECT_EQ(get(path).status, 404);
  EXPECT_EQ(remove("{}").status, 404);
  make(bucket + "/objects", picture("2"), R"({"oid":"a.jpg"})");
  EXPECT_EQ(remove(R"({"oid":"a.jpg","force":true})").status, 202);
  EXPECT_EQ(get(path).status, 404);
  EXPECT_EQ(forgotten_, std::vector<std::string>(4, "a.jpg")) << "told at every change";
}

TEST_F(NounTest, UploadsThatAreRefused) {
  const auto objects = a_bucket() + "/objects";
  make(objects, picture(), R"({"oid":"taken.jpg"})");
  const auto with = [&](const std::string& field, const std::string& value) {
    http::Fields fields;
    fields.add(field, value);
    return send({.method = Method::post, .path = objects, .body = picture("x"), .fields = fields}, shop_);
  };
  const auto queried = [&](const std::string& query) {
    return send({.method = Method::post, .path = objects, .body = picture("x"), .query = query}, shop_).status;
  };

  EXPECT_EQ(post(objects, "text that calls itself a picture", R"({"oid":"a.jpg"})").status, 415);
  EXPECT_EQ(post(objects, "", R"({"oid":"a.jpg"})").status, 400);
  EXPECT_EQ(post(objects, picture(), R"({"oid":"taken.jpg"})").status, 409);
  EXPECT_EQ(post(objects, std::string(10'001, 'x'), R"({"oid":"a.jpg"})").status, 413);
  EXPECT_EQ(post(objects, toy_image(ImageFormat::png, {.width = 65536, .height = 65536})).at("/code"),
            "image-too-large");
  EXPECT_EQ(post(objects, picture("x"), R"({"focal":{"x":0.5}})").at("/errors/0/pointer"), "/metadata/focal/y");
  EXPECT_EQ(post(objects, picture("x"), R"({"focal":{"x":0.5,"y":2}})").at("/errors/0/pointer"), "/metadata/focal/y");
  EXPECT_EQ(post(objects, picture("x"), R"({"x-object-expiration":1600000000})").at("/errors/0/pointer"),
            "/metadata/x-object-expiration");
  EXPECT_EQ(post(objects, picture("x"), R"({"oid":7})").at("/errors/0/pointer"), "/metadata/oid");
  EXPECT_EQ(with("Content-Encoding", "gzip").status, 415);
  EXPECT_EQ(with("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==").at("/code"), "digest-mismatch");
  EXPECT_EQ(with("Content-MD5", "nonsense").status, 400);
  EXPECT_EQ(with("Content-Digest", "sha-256=:" + encode_base64(std::string(32, 'x')) + ":").at("/code"),
            "digest-mismatch");
  EXPECT_EQ(queried("partNumber=1&uploadId=2"), 400) << "a part goes to its object";
  EXPECT_EQ(blobs_.count(), 1U) << "nothing of all that was kept";
}

TEST_F(NounTest, AnUploadThatFitsItsDigestIsTaken) {
  const auto objects = a_bucket() + "/objects";
  const auto digest = Digest::of(picture());
  http::Fields fields;
  fields.add("Content-Digest",
             "sha-512=:AAAA:, sha-256=:" +
                 encode_base64({reinterpret_cast<const char*>(digest.octets.data()), digest.octets.size()}) + ":");
  const auto got =
      send({.method = Method::post,
            .path = objects,
            .body = picture(),
            .metadata = R"({"oid":"a.jpg","focal":{"x":0.25,"y":1},"note":"unknown metadata is not ours"})",
            .fields = fields},
           shop_);

  ASSERT_EQ(got.status, 201) << got.body;
  const auto bucket = loop_.run(catalog_.find_bucket_named({}, "pictures"));
  const auto stored = loop_.run(index_.find({}, bucket->id, "a.jpg"));
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->focal, (FocalPoint{.x = 0.25, .y = 1}));
  EXPECT_EQ(stored->content, digest);
}

}  // namespace
}  // namespace calotype::api
