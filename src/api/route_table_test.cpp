#include "api/route_table.h"

#include <set>

#include "access/access.h"
#include "adapters/memory/memory_used_tokens.h"
#include "api/document_routes.h"
#include "api/fetch_routes.h"
#include "api/job_routes.h"
#include "api/statics_routes.h"
#include "delivery/fixture.h"

namespace calotype::api {
namespace {

using Lines = std::set<std::string>;

std::string line(http::Method method, const std::string& pattern, const std::string& name) {
  return std::string(http::name_of(method)) + " " + pattern + " " + name;
}

class RouteTableTest : public delivery::DeliveryTest {};

TEST_F(RouteTableTest, HoldsWhatTheFetchListenerServes) {
  BlockingPool pool(1);
  MemoryUsedTokens tokens;
  access::Access access({.catalog = catalog_, .keys = catalog_, .tokens = tokens}, clock_, pool, {});
  access::SignedUrls signed_urls(catalog_, clock_, Seconds(60));
  Lines served;
  const FetchParts parts{.delivery = *delivery_, .access = access, .signed_urls = signed_urls, .clock = clock_};
  auto routes = image_routes(parts);
  for (auto& route : page_routes(parts)) routes.push_back(std::move(route));
  for (auto& route : statics_routes(parts)) routes.push_back(std::move(route));
  for (auto& route : job_routes(*delivery_)) routes.push_back(std::move(route));
  for (auto& route : document_routes()) routes.push_back(std::move(route));
  for (const auto& route : routes) served.insert(line(route.method, route.pattern, route.name));
  Lines listed;
  for (const auto& row : route_table())
    if (row.listener == "fetch") listed.insert(line(row.method, row.pattern, row.name));

  EXPECT_EQ(listed, served);
}

TEST(RouteTable, PrintsEveryRow) {
  const auto text = route_table_json();

  EXPECT_NE(
      text.find(
          R"({"listener":"mgmt","method":"GET","pattern":"/tenants","name":"list_tenants","guard":"operators","action":"tenants:list"})"),
      std::string::npos)
      << text;
}

}  // namespace
}  // namespace calotype::api
