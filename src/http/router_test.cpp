#include "http/router.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace calotype::http {
namespace {

Route route(Method method, std::string pattern) {
  auto name = std::string(name_of(method)) + " " + pattern;
  return {method, std::move(pattern), std::move(name), nullptr};
}

Router make_router() {
  return Router({route(Method::get, "/"), route(Method::get, "/tenants/{tenant}"),
                 route(Method::put, "/tenants/{tenant}"), route(Method::post, "/tenants/new"),
                 route(Method::get, "/tenants/{tenant}/domains/{domain}/buckets/{bucket}/images/{object...}"),
                 route(Method::get, "/tenants/{tenant}/domains/{domain}/buckets/{bucket}/objects"),
                 route(Method::post, "/tenants/{tenant}/domains/{domain}/buckets/{bucket}/objects"),
                 route(Method::del, "/tenants/{tenant}/domains/{domain}/buckets/{bucket}/objects/{object...}"),
                 route(Method::post, "/things/{object...}"), route(Method::get, "/things/{object...}"),
                 route(Method::post, "/things/{object...}/uncache"), route(Method::get, "/{alias}/images/{object...}"),
                 route(Method::get, "/{alias}/statics/{object...}"), route(Method::get, "/schema/images/{object...}")});
}

struct Case {
  Method method;
  std::string path;
  std::string route;
  std::vector<std::pair<std::string, std::string>> values;
};

class RouterMatch : public ::testing::TestWithParam<Case> {};

TEST_P(RouterMatch, FindsRouteAndValues) {
  const auto router = make_router();
  const auto match = router.match(GetParam().method, GetParam().path);

  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.route->name, GetParam().route);
  for (const auto& [name, value] : GetParam().values) EXPECT_EQ(match.values.at(name), value);
}

INSTANTIATE_TEST_SUITE_P(
    Paths, RouterMatch,
    ::testing::Values(
        Case{Method::get, "/", "GET /", {}},
        Case{Method::get, "/tenants/t1", "GET /tenants/{tenant}", {{"tenant", "t1"}}},
        Case{Method::head, "/tenants/t1", "GET /tenants/{tenant}", {{"tenant", "t1"}}},
        Case{Method::put, "/tenants/t1", "PUT /tenants/{tenant}", {{"tenant", "t1"}}},
        Case{Method::post, "/tenants/new", "POST /tenants/new", {}},
        Case{Method::get, "/tenants/new", "GET /tenants/{tenant}", {{"tenant", "new"}}},
        Case{Method::get,
             "/shop/images/ab/cd/abcd.jpg",
             "GET /{alias}/images/{object...}",
             {{"alias", "shop"}, {"object", "ab/cd/abcd.jpg"}}},
        Case{Method::get, "/schema/images/a", "GET /schema/images/{object...}", {{"object", "a"}}},
        Case{Method::get, "/schema/statics/a", "GET /{alias}/statics/{object...}", {{"alias", "schema"}}},
        Case{Method::get, "/sh%6Fp/im%61ges/a", "GET /{alias}/images/{object...}", {{"alias", "shop"}}},
        Case{Method::get, "/shop/images/a%2Fb", "GET /{alias}/images/{object...}", {{"object", "a/b"}}},
        Case{Method::get, "/shop/images/a%252Fb", "GET /{alias}/images/{object...}", {{"object", "a%2Fb"}}},
        Case{Method::get, "/shop/images/a+b%20c", "GET /{alias}/images/{object...}", {{"object", "a+b c"}}},
        Case{Method::get,
             "/shop/images/caf%C3%A9/%F0%9F%93%B7.png",
             "GET /{alias}/images/{object...}",
             {{"object", "caf\xc3\xa9/\xf0\x9f\x93\xb7.png"}}},
        Case{Method::post, "/things/a/b/uncache", "POST /things/{object...}/uncache", {{"object", "a/b"}}},
        Case{Method::post, "/things/uncache/uncache", "POST /things/{object...}/uncache", {{"object", "uncache"}}},
        Case{Method::post, "/things/a/un%63ache", "POST /things/{object...}/uncache", {{"object", "a"}}},
        Case{Method::get, "/things/a/uncache", "GET /things/{object...}", {{"object", "a/uncache"}}},
        Case{Method::post, "/things/uncache", "POST /things/{object...}", {{"object", "uncache"}}},
        Case{Method::post, "/things/a%2Funcache", "POST /things/{object...}", {{"object", "a/uncache"}}},
        Case{Method::post, "/things/a/uncache/b", "POST /things/{object...}", {{"object", "a/uncache/b"}}},
        Case{Method::get, "/shop/images/...", "GET /{alias}/images/{object...}", {{"object", "..."}}},
        Case{Method::get, "/shop/images/.hidden", "GET /{alias}/images/{object...}", {{"object", ".hidden"}}},
        Case{Method::get,
             "/shop/images/" + std::string(4000, 'n'),
             "GET /{alias}/images/{object...}",
             {{"object", std::string(4000, 'n')}}},
        Case{Method::get,
             "/tenants/t/domains/d/buckets/b/images/x/y",
             "GET /tenants/{tenant}/domains/{domain}/buckets/{bucket}/images/{object...}",
             {{"tenant", "t"}, {"domain", "d"}, {"bucket", "b"}, {"object", "x/y"}}}));

class RouterRefusal : public ::testing::TestWithParam<std::string> {};

TEST_P(RouterRefusal, ThrowsInvalid) {
  const auto router = make_router();
  try {
    router.match(Method::get, GetParam());
    FAIL() << GetParam();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::invalid);
  }
}

INSTANTIATE_TEST_SUITE_P(Paths, RouterRefusal,
                         ::testing::Values("", "tenants", "//", "/shop//images/a", "/shop/images/", "/shop/images/a/",
                                           "/shop/images/..", "/shop/images/../a", "/shop/images/%2e%2E", "/./images/a",
                                           "/shop/images/a%2F..%2Fb", "/shop/images/a%2F", "/shop/images/%2Fa",
                                           "/shop/images/a%2F%2Fb", "/shop/images/%00", "/shop/images/a%",
                                           "/shop/images/%g0", "/shop/images/%c0%af", "/shop/images/%ff",
                                           "/shop/images/%ed%a0%80", "/tenants/a%2Fb"));

TEST(Router, TellsAllowedMethodsOfAKnownPath) {
  const auto router = make_router();

  const auto match = router.match(Method::del, "/tenants/new");

  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allowed, "GET, HEAD, POST, PUT");
}

TEST(Router, AllowsNothingOnAnUnknownPath) {
  const auto router = make_router();

  for (const auto* path : {"/none/such", "/tenants", "/shop/images", "/tenants/t/domains/d/buckets/b/images"}) {
    const auto match = router.match(Method::get, path);
    EXPECT_EQ(match.route, nullptr) << path;
    EXPECT_EQ(match.allowed, "") << path;
  }
}

TEST(Router, OtherMethodsMatchNothing) { EXPECT_EQ(make_router().match(Method::other, "/tenants/t1").route, nullptr); }

TEST(Router, DoesNotDependOnTheOrderOfRoutes) {
  const Router router(
      {route(Method::get, "/{any...}"), route(Method::get, "/{name}/images"), route(Method::get, "/health")});

  EXPECT_EQ(router.match(Method::get, "/health").route->name, "GET /health");
  EXPECT_EQ(router.match(Method::get, "/x/images").route->name, "GET /{name}/images");
  EXPECT_EQ(router.match(Method::get, "/x/other").route->name, "GET /{any...}");
}

TEST(PathValues, ThrowsForANameThatThePatternDoesNotHave) { EXPECT_THROW(PathValues().at("x"), std::out_of_range); }

}  // namespace
}  // namespace calotype::http
