#include <gmock/gmock.h>

#include "api/management_fixture.h"

namespace calotype::api {
namespace {

using http::Method;

class PurgeRoutesTest : public ManagementTest {
 protected:
  PurgeRoutesTest() {
    tenant_ = "/tenants/" + shop_.tenant.text();
    const auto domain = make(tenant_ + "/domains", R"({"name":"news","status":"active"})");
    make(domain + "/buckets", R"({"name":"pictures"})");
    make(domain + "/rules", R"({"name":"listing","actions":[{"resize":{"width":300}}]})");
  }

  Got ask(const std::string& body) {
    return send({.method = Method::post, .path = tenant_ + "/purges", .body = body}, shop_);
  }

  std::string tenant_;
};

TEST_F(PurgeRoutesTest, ABucketARuleAndAPrefixCanBePurged) {
  const auto before = settings_changes_;
  for (const auto& [body, scope] :
       std::vector<std::pair<std::string, std::string>>{{R"({"bucket":"pictures"})", "bucket"},
                                                        {R"({"bucket":"pictures","prefix":"ab/"})", "prefix"},
                                                        {R"({"domain":"news","rule":"listing"})", "rule"}}) {
    const auto got = ask(body);
    EXPECT_EQ(got.status, 202) << got.body;
    EXPECT_EQ(got.at("/scope"), scope);
    EXPECT_EQ(got.at("/reason"), "asked");
    EXPECT_EQ(got.at("/status"), "open");
    const auto receipt = send({.path = got.location().substr(7)}, shop_);
    EXPECT_EQ(receipt.status, 200) << got.location();
    EXPECT_EQ(receipt.at("/purge_id"), got.at("/purge_id"));
  }
  EXPECT_EQ(settings_changes_, before + 3) << "delivery asks again";
  const auto list = send({.path = tenant_ + "/purges", .query = "max-keys=2"}, shop_);
  EXPECT_EQ(list.json().at("purges").as_array().size(), 2U);
  EXPECT_EQ(list.at("/purges/0/scope"), "rule") << "the latest first";
  const auto rest =
      send({.path = tenant_ + "/purges", .query = "continuation-token=" + list.at("/continuation_token")}, shop_);
  EXPECT_EQ(rest.json().at("purges").as_array().size(), 1U);
}

TEST_F(PurgeRoutesTest, ATagCanBePurgedAndGoesAlone) {
  const auto got = ask(R"({"tag":"front.page"})");
  EXPECT_EQ(got.status, 202) << got.body;
  EXPECT_EQ(got.at("/scope"), "tag");
  EXPECT_EQ(got.at("/subject"), "front.page");
  EXPECT_EQ(got.at("/surrogate_keys/0"), "tag-front.page");

  const auto wrong = ask(R"({"tag":"a b","rule":"listing"})");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(wrong.at("/errors/0/pointer"), "/tag");
  EXPECT_EQ(wrong.at("/errors/1/pointer"), "/rule");
  EXPECT_EQ(ask(R"({"tag":""})").status, 422);
}

TEST_F(PurgeRoutesTest, WhatIsNotThereIsMissing) {
  for (const auto* body : {R"({"bucket":"none"})", R"({"bucket":"pictures","object":"none"})",
                           R"({"domain":"none","rule":"listing"})", R"({"domain":"news","rule":"none"})"}) {
    EXPECT_EQ(ask(body).status, 404) << body;
  }
  EXPECT_EQ(send({.path = tenant_ + "/purges/" + PurgeId::random().text()}, shop_).status, 404);
  EXPECT_EQ(send({.path = tenant_ + "/purges/x"}, shop_).status, 404);
}

TEST_F(PurgeRoutesTest, AnothersIsNotThereEither) {
  const auto mine = ask(R"({"bucket":"pictures"})");
  const auto theirs = "/tenants/" + other_.tenant.text() + "/purges";
  EXPECT_EQ(send({.method = Method::post, .path = theirs, .body = R"({"bucket":"pictures"})"}, other_).status, 404);
  EXPECT_EQ(send({.path = theirs + "/" + mine.at("/purge_id")}, other_).status, 404);
}

TEST_F(PurgeRoutesTest, WhatDoesNotGoTogetherIsNamed) {
  for (const auto& [body, pointer] : std::vector<std::pair<std::string, std::string>>{
           {R"({"prefix":"a"})", "/bucket"},
           {R"({"bucket":"pictures","domain":"news","rule":"listing"})", "/domain"},
           {R"({"bucket":"pictures","rule":"listing"})", "/rule"},
           {R"({"bucket":"pictures","object":"a","prefix":"a"})", "/prefix"},
           {R"({"bucket":"pictures","prefix":""})", "/prefix"},
           {R"({"domain":"news"})", "/rule"},
           {R"({"domain":"news","rule":"listing@1"})", "/rule"},
           {R"({"domain":"news","rule":"listing","object":"a"})", "/object"}}) {
    const auto got = ask(body);
    EXPECT_EQ(got.status, 422) << body;
    EXPECT_THAT(got.body, ::testing::HasSubstr("\"" + pointer + "\"")) << body;
  }
  EXPECT_EQ(ask("").status, 400);
  EXPECT_EQ(ask(R"({"everything":true})").status, 422);
}

}  // namespace
}  // namespace calotype::api
