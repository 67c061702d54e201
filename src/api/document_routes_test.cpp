#include "api/document_routes.h"

#include <gtest/gtest.h>

#include "api/chain.h"
#include "support/run_task.h"

namespace calotype::api {
namespace {

http::Response get(const http::Fields& fields) {
  const auto handler = make_handler(document_routes());
  http::Request request{.method_text = "GET", .path = "/api/v1/openapi.yaml", .fields = fields};
  return run_task(handler({.request_id = "r"}, request));
}

TEST(Document, IsTheFileAndKnowsItsTag) {
  const auto whole = get({});

  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.fields.get("Content-Type"), "application/yaml");
  EXPECT_NE(std::get<Bytes>(whole.body).text().find("openapi: 3.1.0"), std::string_view::npos);

  http::Fields fields;
  fields.add("If-None-Match", std::string(whole.fields.get("ETag")));
  const auto same = get(fields);

  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body_size(), 0U);
}

}  // namespace
}  // namespace calotype::api
