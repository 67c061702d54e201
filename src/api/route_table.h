#pragma once

#include <string>
#include <vector>

#include "http/message.h"

/// The routes of both public listeners as data: for `calotype api routes`, and the tests that walk them.
namespace calotype::api {

struct RouteRow {
  std::string listener;  ///< "mgmt" or "fetch"
  http::Method method = http::Method::get;
  std::string pattern;  ///< without "/api/v1"
  std::string name;
  std::string
      guard;  ///< "sign_up", "caller", "operators", "tenant"; "public" where the bucket decides, "open" for anybody
  std::string action{};  ///< that policies allow or deny; empty: theirs to say nothing
};

/// Management first, each in the order of its table. HEAD goes with every GET.
std::vector<RouteRow> route_table();

/// JSON: [{"listener","method","pattern","name","guard","action"}].
std::string route_table_json();

}  // namespace calotype::api
