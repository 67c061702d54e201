#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace calotype::http {

/// What a pattern's {names} matched, decoded once from percent-encoding.
class PathValues {
 public:
  void add(std::string name, std::string value) { values_.emplace_back(std::move(name), std::move(value)); }
  /// Throws std::out_of_range for a name that the pattern does not have: a bug.
  const std::string& at(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

using RouteHandler = std::function<Task<Response>(Context, Request&, PathValues)>;

/// One row of the route table. Patterns: "/tenants/{tenant}/domains", and one "{object...}" for the rest of the path,
/// slashes and all, but for literal parts that may follow it. HEAD is answered by a GET route.
struct Route {
  Method method = Method::get;
  std::string pattern;
  std::string name;  ///< in metrics and logs: "fetch_image"
  RouteHandler handle;
};

/// Finds the route of a request. Literal parts win over {names}. Matching is on the raw path, split at '/' before
/// decoding; a segment that decodes to ".", "..", or holds NUL or is not UTF-8 is invalid, and so is an empty
/// one. An encoded slash inside {name} is invalid; inside {object...} it is a slash of the name, whose parts
/// are bound by the same rules. How long a name may be is not the router's concern.
class Router {
 public:
  explicit Router(std::vector<Route> routes);

  struct Match {
    const Route* route = nullptr;  ///< null: none of this path (allowed empty), or none of this method
    PathValues values;
    std::string allowed;  ///< "GET, HEAD, POST" when the path is known
  };
  /// Throws invalid for a path that no route could ever take.
  Match match(Method method, std::string_view path) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;                       // the most precise first
  std::vector<std::vector<std::string>> patterns_;  // theirs, split
};

}  // namespace calotype::http
