// Walks the whole table: a route without an authorisation case and a bad-input case (management_cases.h) fails here.
#include "api/management_cases.h"

namespace calotype::api {
namespace {

TEST_F(TableTest, HasACaseForEveryRouteAndARouteForEveryCase) {
  std::size_t routes = 0;
  for (const auto& route : table()) {
    case_of(route);
    ++routes;
  }

  EXPECT_EQ(routes, cases_.size()) << "route names are unique, and no case is left over";
}

TEST_F(TableTest, SaysOfEveryRouteWhatItDoesToWhat) {
  for (const auto& route : table()) {
    const auto colon = route.action.find(':');
    ASSERT_NE(colon, std::string::npos) << route.name;
    EXPECT_GT(colon, 0U) << route.name;
    EXPECT_LT(colon + 1, route.action.size()) << route.name;
  }
}

TEST_F(TableTest, SaysOfEveryRouteWhetherItShowsASecret) {
  std::vector<std::string> found;
  for (const auto& route : table()) {
    if (route.method == Method::del) continue;
    const auto got = send(case_of(route).good, friend_of(route));
    const bool shows =
        got.status < 300 && got.body.starts_with("{") &&
        (got.body.find(R"("private_key":)") != std::string::npos ||
         got.body.find(R"("secret":)") != std::string::npos || got.body.find(R"("code":)") != std::string::npos);
    EXPECT_EQ(shows, route.shows_secret) << route.name << " " << got.body;
    if (shows) found.push_back(route.name);
  }

  EXPECT_EQ(found.size(), 5U) << "the search finds them";
}

TEST_F(TableTest, NamesWhatARequestTouches) {
  const ManagementRoute upload{.pattern = "/tenants/{tenant}/buckets/{bucket}/objects", .action = "objects:create"};
  const ManagementRoute key{.pattern = "/tenants/{tenant}/access-keys/{key}", .action = "access-keys:get"};
  const ManagementRoute object{.pattern = "/tenants/{tenant}/metadata/{object...}", .action = "objects:get-metadata"};
  http::PathValues path;
  for (const auto* name : {"tenant", "bucket", "key", "object"}) path.add(name, std::string("the ") + name);
  const auto line = [&](const ManagementRoute& route, const std::string& metadata) {
    std::string text;
    for (const auto& part : path_parts(route, path, metadata)) text += part.kind + "=" + part.text + ";";
    return text;
  };

  EXPECT_EQ(line(upload, R"({"oid":"a/b"})"), "tenant=the tenant;bucket=the bucket;object=a/b;");
  EXPECT_EQ(line(upload, R"({"oid":7})"), "tenant=the tenant;bucket=the bucket;object=;");
  EXPECT_EQ(line(key, "{}"), "tenant=the tenant;access-key=the key;");
  EXPECT_EQ(line(object, R"({"oid":"other"})"), "tenant=the tenant;object=the object;");
}

TEST_F(TableTest, LetsNobodyInWithoutAToken) {
  for (const auto& route : table()) {
    const auto got = send(case_of(route).good, std::nullopt);

    EXPECT_EQ(got.status, 401) << route.name;
    EXPECT_EQ(got.at("/code"), "unauthenticated") << route.name;
    EXPECT_EQ(got.fields.get("WWW-Authenticate"), "Bearer error=\"invalid_token\"") << route.name;
    EXPECT_EQ(got.fields.get("Content-Type"), "application/problem+json") << route.name;
  }
}

TEST_F(TableTest, LetsNobodyInWithAnOldToken) {
  for (const auto& route : table()) {
    const auto sent = case_of(route).good;
    const auto signer = friend_of(route);
    const auto old =
        make_token(signer.private_pem, name_of(sent.method), sent.path, clock_.now() - Seconds(301), sent.metadata);
    auto unsigned_request = sent;
    unsigned_request.query = "jwt=" + old + "&AccessKeyId=" + signer.key.text();

    EXPECT_EQ(send(unsigned_request, std::nullopt).status, 401) << route.name;
  }
}

TEST_F(TableTest, LetsNobodyInWithATokenForAnotherRequest) {
  for (const auto& route : table()) {
    const auto sent = case_of(route).good;
    const auto signer = friend_of(route);
    const auto token =
        make_token(signer.private_pem, name_of(sent.method), sent.path + "x", clock_.now(), sent.metadata);
    auto request = sent;
    request.query = "jwt=" + token + "&AccessKeyId=" + signer.key.text();

    EXPECT_EQ(send(request, std::nullopt).status, 401) << route.name;
  }
}

TEST_F(TableTest, KeepsStrangersOutAsIfThereWereNothing) {
  const auto absent = TenantId::random().text();
  for (const auto& route : table()) {
    const auto sent = case_of(route).good;
    if (route.guard == Guard::caller) continue;  // anybody who is somebody
    if (route.guard != Guard::tenant) {
      EXPECT_EQ(send(sent, other_).status, 403) << route.name;
      continue;
    }
    auto nowhere = sent;
    nowhere.path.replace(nowhere.path.find(shop_.tenant.text()), absent.size(), absent);
    const auto of_another = send(sent, other_);
    const auto of_nobody = send(nowhere, other_);

    EXPECT_EQ(of_another.status, 404) << route.name;
    auto expected = of_nobody.body;
    if (const auto at = expected.find(absent); at != std::string::npos) {
      expected.replace(at, absent.size(), shop_.tenant.text());
    }
    EXPECT_EQ(of_another.body, expected) << route.name << ": another's and an absent tenant look the same";
    EXPECT_EQ(of_another.fields.all(), of_nobody.fields.all()) << route.name;
  }
}

TEST_F(TableTest, TellsAnOperatorOfAnAbsentTenant) {
  const auto absent = TenantId::random().text();
  for (const auto& route : table()) {
    if (route.guard != Guard::tenant) continue;
    auto nowhere = case_of(route).good;
    nowhere.path.replace(nowhere.path.find(shop_.tenant.text()), absent.size(), absent);

    EXPECT_EQ(send(nowhere, house_).status, 404) << route.name;
  }
}

TEST_F(TableTest, RefusesBadInput) {
  for (const auto& route : table()) {
    const auto one = case_of(route);
    const auto got = send(one.bad, friend_of(route));

    EXPECT_EQ(got.status, one.bad_status) << route.name << ": " << got.body;
    EXPECT_EQ(got.fields.get("Content-Type"), "application/problem+json") << route.name;
    EXPECT_EQ(got.at("/request_id"), "r-1") << route.name;
    if (!one.bad_pointer.empty()) {
      EXPECT_EQ(got.at("/errors/0/pointer"), one.bad_pointer) << got.body;
    }
  }
}

TEST_F(TableTest, ServesItsFriendsAndOperators) {
  for (const auto& route : table()) {
    const auto one = case_of(route);
    const auto got = send(one.good, friend_of(route));

    EXPECT_EQ(got.status, one.good_status) << route.name << ": " << got.body;
    EXPECT_EQ(got.fields.get("Cache-Control"), "no-store") << route.name;
    EXPECT_EQ(got.fields.get("X-Content-Type-Options"), "nosniff") << route.name;
    EXPECT_EQ(got.fields.get("X-Schibsted.request.toplevel.uuid"), "r-1") << route.name;
    if (route.method == Method::get && route.guard == Guard::tenant) {
      EXPECT_EQ(send(one.good, house_).status, 200) << route.name << ": operators may read everything";
    }
  }
}

TEST_F(TableTest, RefusesWhatIsNoJsonInEveryJsonBody) {
  for (const auto& route : table()) {
    const auto one = case_of(route);
    if (!one.good.body.starts_with("{")) continue;
    const bool is_rule = route.name == "add_rule" || route.name == "replace_rule" || route.name == "validate_rule";
    for (const auto* text : {"{", "[]", "hello", R"({"name":"a","name":"a"})", "{}{}"}) {
      auto sent = one.good;
      sent.body = text;

      EXPECT_EQ(send(sent, friend_of(route)).status, is_rule ? 422 : 400) << route.name << ": " << text;
    }
    auto huge = one.good;
    huge.body = std::string(200'000, ' ') + huge.body;
    EXPECT_EQ(send(huge, friend_of(route)).status, 413) << route.name;
  }
}

}  // namespace
}  // namespace calotype::api
