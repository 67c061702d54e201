#include "api/chain.h"

#include <gtest/gtest.h>

#include "access/test_loop.h"
#include "api/memory_body.h"
#include "core/error.h"

namespace calotype::api {
namespace {

using http::Method;

Task<http::Response> echo(http::PathValues path) {
  http::Response response;
  response.body = Bytes::from(path.at("thing"));
  co_return response;
}

Task<http::Response> fail(std::string how) {
  if (how == "error") throw Error(Fault::conflict, "take it: it is taken");
  if (how == "other") throw std::out_of_range("/data/secret");
  co_await sleep_until(SteadyTime());
  throw Error(Fault::missing, "find it: none");
}

std::vector<http::Route> routes() {
  return {{Method::get, "/things/{thing}", "get_thing",
           [](Context, http::Request&, http::PathValues path) { return echo(std::move(path)); }},
          {Method::get, "/fail/{how}", "fail",
           [](Context, http::Request&, http::PathValues path) { return fail(path.at("how")); }}};
}

http::Response ask(std::string path, Method method = Method::get, std::string prefix = "/api/v1") {
  TestLoop loop;
  http::Request request;
  request.method = method;
  request.method_text = std::string(name_of(method));
  request.path = std::move(path);
  return loop.run(
      make_handler(routes(), std::move(prefix))({.deadline = SteadyTime::max(), .request_id = "r-1"}, request));
}

TEST(Chain, RunsTheRouteBehindThePrefix) {
  const auto response = ask("/api/v1/things/a%20b");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(std::get<Bytes>(response.body).text(), "a b");
  EXPECT_EQ(response.route, "get_thing");
  EXPECT_EQ(response.fields.get("X-Schibsted.request.toplevel.uuid"), "r-1");
}

TEST(Chain, ServesPathsAsTheyAreWithoutAPrefix) {
  EXPECT_EQ(ask("/things/a", Method::get, "").status, 200);
  EXPECT_EQ(ask("/api/v1/things/a", Method::get, "").status, 404);
}

TEST(Chain, KnowsNoOtherPaths) {
  for (const auto* path :
       {"/things/a", "/api/v1", "/api/v1x/things/a", "/api/v2/things/a", "/api/v1/", "/api/v1/other"}) {
    const auto response = ask(path);

    EXPECT_GE(response.status, 400) << path;
    EXPECT_LT(response.status, 405) << path;
    EXPECT_EQ(response.route, "none") << path;
    EXPECT_EQ(response.fields.get("Content-Type"), "application/problem+json") << path;
  }
}

TEST(Chain, SaysWhichMethodsAPathHas) {
  const auto response = ask("/api/v1/things/a", Method::del);

  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.fields.get("Allow"), "GET, HEAD");
}

TEST(Chain, RefusesAPathThatNamesNothing) {
  EXPECT_EQ(ask("/api/v1/things/..").status, 400);
  EXPECT_EQ(ask("/api/v1/things/%zz").status, 400);
}

TEST(Chain, MapsWhatARouteThrows) {
  EXPECT_EQ(ask("/api/v1/fail/error").status, 409);
  EXPECT_EQ(ask("/api/v1/fail/later").status, 404);
  EXPECT_EQ(ask("/api/v1/fail/error").route, "fail") << "an error counts for its route";
  const auto hidden = ask("/api/v1/fail/other");
  EXPECT_EQ(hidden.status, 500);
  EXPECT_EQ(std::get<Bytes>(hidden.body).text().find("secret"), std::string_view::npos);
}

}  // namespace
}  // namespace calotype::api
