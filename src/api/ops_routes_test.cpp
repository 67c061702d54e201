#include "api/ops_routes.h"

#include <gmock/gmock.h>

#include "api/chain.h"
#include "core/error.h"
#include "support/run_task.h"

namespace calotype::api {

namespace {

using ::testing::HasSubstr;

class OpsTest : public ::testing::Test {
 protected:
  OpsTest() {
    Health health;
    health.checks = {{.name = "catalog", .run = [this](Context) { return fail_if(is_catalog_down); }, .is_vital = true},
                     {.name = "blobs", .run = [this](Context) { return fail_if(are_blobs_down); }, .is_vital = false}};
    health.is_leaving = [this] { return is_leaving; };
    handler_ = make_handler(ops_routes(std::move(health), metrics_), "");
  }

  static Task<> fail_if(bool is_down) {
    co_await current_executor();
    if (is_down) throw Error(Fault::unavailable, "read the \"file\": gone");
  }

  http::Response get(std::string path) {
    http::Request request;
    request.method_text = "GET";
    request.target = path;
    request.path = path;
    return run_task(handler_(Context{.request_id = "r"}, request));
  }

  std::string body(const http::Response& response) { return std::string(std::get<Bytes>(response.body).text()); }

  bool is_catalog_down = false;
  bool are_blobs_down = false;
  bool is_leaving = false;
  telemetry::Metrics metrics_;
  http::Handler handler_;
};

}  // namespace

TEST_F(OpsTest, IsReadyWhenEveryPartIs) {
  const auto response = get("/readyz");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(body(response),
            "{\"status\":\"UP\",\"checks\":{\"catalog\":{\"status\":\"UP\"},\"blobs\":{\"status\":\"UP\"}}}\n");
}

TEST_F(OpsTest, IsOnlyDegradedWithoutAPartThatItCanServeWithout) {
  are_blobs_down = true;
  const auto response = get("/healthcheck");

  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(body(response), HasSubstr(R"("status":"DEGRADED")"));
  EXPECT_THAT(body(response), HasSubstr(R"("detail":"read the \"file\": gone")"));
}

TEST_F(OpsTest, IsNotReadyWithoutAVitalPart) {
  is_catalog_down = true;
  const auto response = get("/readyz");

  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(body(response), HasSubstr(R"("status":"DOWN")"));
}

TEST_F(OpsTest, IsNotReadyOnceItLeavesButStillAlive) {
  is_leaving = true;

  EXPECT_EQ(get("/readyz").status, 503);
  EXPECT_THAT(body(get("/readyz")), HasSubstr("OUT_OF_SERVICE"));
  EXPECT_EQ(get("/healthz").status, 200);
}

TEST_F(OpsTest, GivesMetricsInPrometheusFormat) {
  metrics_.counter("calotype_test_things_total", "Things.").add();
  const auto response = get("/metrics");

  EXPECT_EQ(response.fields.get("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(body(response), HasSubstr("calotype_test_things_total 1"));
}

}  // namespace calotype::api
