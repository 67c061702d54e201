#include "api/management.h"

#include <array>

#include <boost/json.hpp>

#include "access/authorize.h"
#include "api/caller.h"
#include "api/idempotency.h"
#include "api/problem.h"

namespace calotype::api {

namespace {

/// The tenant of the path, if the caller may know that there is one. Another's, an absent one and one that is no id
/// look the same. Throws: missing; conflict where it is being removed, and the route would change what it has.
Task<TenantId> enter_tenant(Parts parts, const ManagementRoute& route, Context ctx, access::Caller caller,
                            std::string text) {
  const auto id = TenantId::parse(text);
  if (!id) throw Error(Fault::missing, "find the tenant: none of this id");
  access::authorize(caller, *id);
  const auto tenant = co_await parts->tenants.accounts.require(ctx, *id);
  const bool is_about_itself = route.pattern == "/tenants/{tenant}";
  if (tenant.is_leaving && route.method != http::Method::get && !is_about_itself) throw tenants::already_leaving(*id);
  co_return *id;
}

/// Whether this is somebody who signs up without being known.
bool is_newcomer(const ManagementParts& parts, const ManagementRoute& route, const http::Request& request) {
  if (route.guard != Guard::sign_up) return false;
  return parts.sign_up == SignUp::open || (parts.sign_up == SignUp::invitation && !has_credentials(request));
}

/// Lets the caller in, and carries the route out.
Task<http::Response> run_for(Parts parts, ManagementRoute route, Call call) {
  switch (route.guard) {
    case Guard::sign_up:
      if (!call.is_anonymous) access::authorize_operator(call.caller);
      break;
    case Guard::operators: access::authorize_operator(call.caller); break;
    case Guard::tenant: {
      const auto text = call.path.at("tenant");
      call.tenant = co_await enter_tenant(parts, route, call.ctx, call.caller, text);
      break;
    }
    case Guard::caller: break;
  }
  if (call.is_anonymous) co_return co_await route.run(parts, std::move(call));

  const auto owner = route.guard == Guard::tenant ? call.tenant : call.caller.tenant;
  auto parts_of = path_parts(route, call.path, call.caller.metadata);
  co_await parts->access.permit(call.ctx, call.caller, owner, route.action, std::move(parts_of));
  const auto key = idempotency_key(route, call.request);
  http::Response response;
  if (key) {
    response = co_await run_once(parts, route, std::move(call), *key);
  } else {
    response = co_await route.run(parts, std::move(call));
  }
  if (route.changes_settings && parts->settings_changed) parts->settings_changed();
  co_return response;
}

/// The guard of every route: nothing runs before it. Operators are not held up: they come when something is wrong.
Task<http::Response> run_guarded(Parts parts, ManagementRoute route, Context ctx, http::Request& request,
                                 http::PathValues path) {
  Call call{.ctx = ctx, .request = request, .path = std::move(path), .caller = {}, .tenant = {}};
  call.is_anonymous = is_newcomer(*parts, route, request);
  if (!call.is_anonymous) call.caller = co_await caller_of(ctx, parts->access, request, access::Surface::management);

  const std::string_view policy = call.is_anonymous ? "sign-ups" : "tenant";
  std::optional<resilience::Share> share;
  if (call.is_anonymous) {
    share = parts->rate_limit.take_sign_up(request.peer);
  } else if (!call.caller.is_operator) {
    share = parts->rate_limit.take(call.caller.tenant, call.caller.rate);
  }
  if (!share) co_return co_await run_for(parts, std::move(route), std::move(call));
  if (!share->is_let_in) co_return throttled(ctx, *share, policy);
  auto response = co_await as_response(ctx, run_for(parts, std::move(route), std::move(call)));
  describe(*share, policy, response.fields);
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
  for (auto* routes :
       {tenant_routes, invitation_routes, key_routes, policy_routes, signing_key_routes, domain_routes, bucket_routes,
        rule_routes, watermark_routes, object_routes, metadata_routes, event_routes, schema_routes, revision_routes,
        distribution_routes, quota_routes, purge_routes, explain_routes}) {
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
