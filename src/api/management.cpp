#include "api/management.h"

#include <array>

#include <boost/json.hpp>

#include "access/authorize.h"
#include "api/caller.h"
#include "api/idempotency.h"

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
  if (!is_open) {
    const auto owner = route.guard == Guard::tenant ? call.tenant : call.caller.tenant;
    auto parts_of = path_parts(route, call.path, call.caller.metadata);
    co_await parts->access.permit(ctx, call.caller, owner, route.action, std::move(parts_of));
  }
  const auto key = idempotency_key(route, request);
  http::Response response;
  if (key && !is_open) {
    response = co_await run_once(parts, route, std::move(call), *key);
  } else {
    response = co_await route.run(parts, std::move(call));
  }
  if (route.changes_settings && parts->settings_changed) parts->settings_changed();
  co_return response;
}

/// The {names} of a pattern with the kinds that they stand for in policies.
std::vector<std::pair<std::string, std::string>> names_in(std::string_view pattern) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kOthers{
      {{"key", "access-key"}, {"signing", "signing-key"}}};
  std::vector<std::pair<std::string, std::string>> names;
  for (auto at = pattern.find('{'); at != std::string_view::npos; at = pattern.find('{', at + 1)) {
    auto name = pattern.substr(at + 1, pattern.find('}', at) - at - 1);
    if (name.ends_with("...")) name.remove_suffix(3);
    std::string kind(name);
    for (const auto& [word, other] : kOthers)
      if (name == word) kind = other;
    names.emplace_back(name, std::move(kind));
  }
  return names;
}

/// The `oid` of a token; empty where there is none, or it is no text, which the route says.
std::string object_of(const std::string& metadata) {
  const auto all = boost::json::parse(metadata);
  const auto* name = all.as_object().if_contains("oid");
  return name != nullptr && name->is_string() ? std::string(name->get_string()) : std::string();
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
  for (auto* routes : {tenant_routes, key_routes, policy_routes, domain_routes, bucket_routes, rule_routes,
                       watermark_routes, object_routes, metadata_routes, event_routes, schema_routes, revision_routes,
                       distribution_routes, quota_routes}) {
    for (auto& route : routes()) all.push_back(std::move(route));
  }
  return all;
}

std::vector<access::PathPart> path_parts(const ManagementRoute& route, const http::PathValues& path,
                                         const std::string& metadata) {
  std::vector<access::PathPart> parts;
  for (const auto& [name, kind] : names_in(route.pattern)) parts.push_back({.kind = kind, .text = path.at(name)});
  auto kind = access::kind_of_noun(std::string_view(route.action).substr(0, route.action.find(':')));
  if (parts.empty() || parts.back().kind != kind) {
    auto named = kind == "object" ? object_of(metadata) : "";
    parts.push_back({.kind = std::move(kind), .text = std::move(named)});
  }
  return parts;
}

std::vector<http::Route> management_routes(ManagementParts parts) {
  const auto shared = std::make_shared<const ManagementParts>(std::move(parts));
  std::vector<http::Route> all;
  for (auto& route : management_table()) all.push_back(guarded(shared, std::move(route)));
  return all;
}

}  // namespace calotype::api
