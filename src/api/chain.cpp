#include "api/chain.h"

#include "api/problem.h"

namespace calotype::api {

namespace {

struct Chain {
  http::Router router;
  std::string prefix;
};

Error no_such_path() { return Error(Fault::missing, "find what this path names: nothing"); }

/// Finds the route and runs it. Throws what the route throws.
Task<http::Response> dispatch(std::shared_ptr<const Chain> chain, Context ctx, http::Request& request,
                              std::string& route) {
  std::string_view path = request.path;
  if (!path.starts_with(chain->prefix)) throw no_such_path();
  path.remove_prefix(chain->prefix.size());
  if (!path.starts_with('/')) throw no_such_path();

  auto match = chain->router.match(request.method, path);
  if (match.route == nullptr) {
    if (match.allowed.empty()) throw no_such_path();
    co_return method_not_allowed(ctx, match.allowed);
  }
  route = match.route->name;
  co_return co_await match.route->handle(ctx, request, std::move(match.values));
}

Task<http::Response> run(std::shared_ptr<const Chain> chain, Context ctx, http::Request& request) {
  std::string route = "none";
  http::Response response;
  std::exception_ptr thrown;
  try {
    response = co_await dispatch(chain, ctx, request, route);
  } catch (...) {
    thrown = std::current_exception();
  }
  if (thrown) response = problem_response(ctx, as_error(ctx, thrown));

  response.route = route;
  response.fields.set("X-Schibsted.request.toplevel.uuid", ctx.request_id);
  co_return response;
}

}  // namespace

http::Handler make_handler(std::vector<http::Route> routes, std::string prefix) {
  auto chain =
      std::make_shared<const Chain>(Chain{.router = http::Router(std::move(routes)), .prefix = std::move(prefix)});
  return [chain](Context ctx, http::Request& request) { return run(chain, std::move(ctx), request); };
}

}  // namespace calotype::api
