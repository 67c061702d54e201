#include "api/route_table.h"

#include <boost/json.hpp>

#include "api/management.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

std::string text_of(Guard guard) {
  switch (guard) {
    case Guard::sign_up: return "sign_up";
    case Guard::caller: return "caller";
    case Guard::operators: return "operators";
    case Guard::tenant: return "tenant";
  }
  std::abort();  // -Wswitch makes this unreachable
}

/// What the fetch listener serves, whose routes are made with what they serve; a test holds the two together.
std::vector<RouteRow> fetch_rows() {
  std::vector<RouteRow> rows;
  for (const auto* bucket : {"/tenants/{tenant}/domains/{domain}/buckets/{bucket}", "/{bucket}"}) {
    const std::string at = bucket;
    rows.push_back({"fetch", http::Method::get, at + "/images/{object...}", "fetch_image", "public"});
    rows.push_back({"fetch", http::Method::get, at + "/documents/{object...}", "fetch_document", "public"});
    rows.push_back({"fetch", http::Method::get, at + "/statics/{object...}", "fetch_statics", "public"});
  }
  rows.push_back({"fetch", http::Method::get, "/jobs/{job}", "get_job", "open"});
  return rows;
}

/// On both listeners.
RouteRow document_row(std::string listener) {
  return {std::move(listener), http::Method::get, "/openapi.yaml", "get_document", "open"};
}

}  // namespace

std::vector<RouteRow> route_table() {
  std::vector<RouteRow> rows;
  for (auto& route : management_table())
    rows.push_back({"mgmt", route.method, std::move(route.pattern), std::move(route.name), text_of(route.guard),
                    std::move(route.action)});
  rows.push_back(document_row("mgmt"));
  for (auto& row : fetch_rows()) rows.push_back(std::move(row));
  rows.push_back(document_row("fetch"));
  return rows;
}

std::string route_table_json() {
  json::array rows;
  for (const auto& row : route_table()) {
    rows.push_back(json::object{{"listener", row.listener},
                                {"method", std::string(http::name_of(row.method))},
                                {"pattern", row.pattern},
                                {"name", row.name},
                                {"guard", row.guard},
                                {"action", row.action}});
  }
  return json::serialize(rows);
}

}  // namespace calotype::api
