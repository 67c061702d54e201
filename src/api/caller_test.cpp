#include "api/caller.h"

#include <gtest/gtest.h>

namespace calotype::api {
namespace {

http::Request request_of(std::string query, std::vector<std::pair<std::string, std::string>> fields = {}) {
  http::Request request;
  request.method_text = "GET";
  request.path = "/api/v1/a%20b/c";
  request.query = std::move(query);
  for (auto& [name, value] : fields) request.fields.add(name, value);
  return request;
}

std::optional<std::pair<std::string, std::string>> read(const http::Request& request) {
  try {
    const auto credentials = credentials_of(request);
    return std::pair{credentials.jwt, credentials.key_id};
  } catch (const Error& error) {
    EXPECT_TRUE(error.fault() == Fault::unauthenticated || error.fault() == Fault::invalid);
    return std::nullopt;
  }
}

using Pair = std::pair<std::string, std::string>;

TEST(CredentialsOf, AreReadFromTheQueryOrTheHeaders) {
  EXPECT_EQ(read(request_of("jwt=a.b.c&AccessKeyId=k&rule=x")), (Pair{"a.b.c", "k"}));
  EXPECT_EQ(read(request_of("jwt=a.b.c")), (Pair{"a.b.c", ""}));
  EXPECT_EQ(read(request_of("", {{"Authorization", "Bearer a.b.c"}, {"X-Access-Key-Id", "k"}})), (Pair{"a.b.c", "k"}));
  EXPECT_EQ(read(request_of("", {{"authorization", "bEARER a.b.c"}})), (Pair{"a.b.c", ""}));
  EXPECT_EQ(read(request_of("")), (Pair{"", ""}));
}

TEST(CredentialsOf, AreRefusedWhereTheyCouldBeReadInTwoWays) {
  EXPECT_FALSE(read(request_of("jwt=a.b.c", {{"Authorization", "Bearer a.b.c"}})));
  EXPECT_FALSE(read(request_of("AccessKeyId=k", {{"Authorization", "Bearer a.b.c"}})));
  EXPECT_FALSE(read(request_of("jwt=a.b.c&jwt=d.e.f&AccessKeyId=k")));
  EXPECT_FALSE(read(request_of("jwt=a.b.c&AccessKeyId=k", {{"X-Access-Key-Id", "k"}})));
  EXPECT_FALSE(read(request_of("", {{"Authorization", "Basic YTpi"}})));
  EXPECT_FALSE(read(request_of("", {{"Authorization", "a.b.c"}})));
  EXPECT_FALSE(read(request_of("", {{"X-Access-Key-Id", "k"}})));
  const auto twice = read(request_of("", {{"Authorization", "Bearer a.b.c"}, {"Authorization", "Bearer d.e.f"}}));
  EXPECT_TRUE(!twice || twice->first.find(',') != std::string::npos) << "no token of either";
}

TEST(HasCredentials, SeesEveryForm) {
  EXPECT_TRUE(has_credentials(request_of("jwt=x")));
  EXPECT_TRUE(has_credentials(request_of("", {{"Authorization", "x"}})));
  EXPECT_FALSE(has_credentials(request_of("rule=x")));
}

TEST(TargetOf, IsThePathAsItWasSentWithoutThePrefix) {
  EXPECT_EQ(target_of(request_of("x=y")).path, "/a%20b/c");
  EXPECT_EQ(target_of(request_of("")).method, "GET");
}

}  // namespace
}  // namespace calotype::api
