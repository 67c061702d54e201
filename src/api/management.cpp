#include "api/management.h"

#include "access/authorize.h"
#include "api/caller.h"

namespace calotype::api {

namespace {

/// The tenant of the path, if the caller may know that there is one. Another's, an absent one and one that is no id
/// look the same. Throws missing.
Task<TenantId> enter_tenant(Parts parts, Context ctx, access::Caller caller, std::string text) {
  const auto id = TenantId::parse(text);
  if (!id) throw Error(Fault::missing, "find the tenant: none of this id");
  access::authorize(caller, *id);
  co_await parts->tenants.accounts.require(ctx, *id);
  co_return *id;
}

/// The guard of every route: nothing runs before it.
Task<http::Response> run_guarded(Parts parts, ManagementRoute route, Context ctx, http::Request& request,
                                 http::PathValues path) {
  Call call{.ctx = ctx, .request = request, .path = std::move(path), .caller = {}, .tenant = {}};
  const bool is_open = route.guard == Guard::sign_up && parts->is_sign_up_open;
  if (!is_open) call.caller = co_await caller_of(ctx, parts->access, request, access::Surface::management);

  switch (route.guard) {
    case Guard::sign_up:
      if (!is_open) access::authorize_operator(call.caller);
      break;
    case Guard::operators: access::authorize_operator(call.caller); break;
    case Guard::tenant: {
      const auto text = call.path.at("tenant");
      call.tenant = co_await enter_tenant(parts, ctx, call.caller, text);
      break;
    }
    case Guard::caller: break;
  }
  co_return co_await route.run(parts, std::move(call));
}

http::Route guarded(const Parts& parts, ManagementRoute route) {
  return {.method = route.method,
          .pattern = route.pattern,
          .name = route.name,
          .handle = [parts, route](Context ctx, http::Request& request, http::PathValues path) {
            return run_guarded(parts, route, std::move(ctx), request, std::move(path));
          }};
}

}  // namespace

std::vector<ManagementRoute> management_table() {
  std::vector<ManagementRoute> all;
  for (auto* routes : {tenant_routes, key_routes, domain_routes, bucket_routes, rule_routes, watermark_routes,
                       object_routes, schema_routes}) {
    for (auto& route : routes()) all.push_back(std::move(route));
  }
  return all;
}

std::vector<http::Route> management_routes(ManagementParts parts) {
  const auto shared = std::make_shared<const ManagementParts>(std::move(parts));
  std::vector<http::Route> all;
  for (auto& route : management_table()) all.push_back(guarded(shared, std::move(route)));
  return all;
}

}  // namespace calotype::api
