#include <boost/json.hpp>

#include "api/answer.h"
#include "api/json_fields.h"
#include "api/management.h"
#include "api/policy_shape.h"
#include "tenants/fields.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

access::NewPolicy read_fields(const std::string& text, std::string attempt) {
  JsonFields fields(text, std::move(attempt), JsonFields::Unknown::refused);
  access::NewPolicy wanted{.alias = fields.need_text("alias"), .text = fields.json("policy").value_or("")};
  if (wanted.text.empty()) fields.add_problem("policy", "is missing");
  if (fields.has("alias") && !tenants::is_alias(wanted.alias)) {
    fields.add_problem("alias",
                       "must begin with a-z or 0-9, go on with a-z, 0-9, \".\", \"_\" or \"-\", be at most 64 "
                       "long, and be no UUID");
  }
  fields.finish();
  return wanted;
}

Task<http::Response> add_policy(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  auto wanted = read_fields(text, "add a policy");
  const auto policy = co_await parts->policies.add(call.ctx, call.tenant, std::move(wanted));
  co_return created(call.request, policy.id.text(), json::serialize(shown_policy(policy)));
}

Task<http::Response> list_policies(Parts parts, Call call) {
  const auto all = co_await parts->policies.list(call.ctx, call.tenant);
  co_return json_response(200, json::serialize(shown_policies(all)));
}

Task<http::Response> get_policy(Parts parts, Call call) {
  const auto name = call.path.at("policy");
  const auto policy = co_await parts->policies.require(call.ctx, call.tenant, name);
  co_return json_response(200, json::serialize(shown_policy(policy)));
}

Task<http::Response> replace_policy(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  auto wanted = read_fields(text, "replace the policy");
  const auto name = call.path.at("policy");
  const auto before = co_await parts->policies.require(call.ctx, call.tenant, name);
  const auto policy = co_await parts->policies.change(call.ctx, before, std::move(wanted));
  co_return json_response(200, json::serialize(shown_policy(policy)));
}

Task<http::Response> delete_policy(Parts parts, Call call) {
  const auto name = call.path.at("policy");
  const auto policy = co_await parts->policies.require(call.ctx, call.tenant, name);
  co_await parts->policies.remove(call.ctx, policy);
  co_return done(200);
}

}  // namespace

std::vector<ManagementRoute> policy_routes() {
  using http::Method;
  const std::string all = "/tenants/{tenant}/policies";
  const std::string one = all + "/{policy}";
  return {{Method::post, all, "add_policy", Guard::tenant, "policies:create", add_policy},
          {Method::get, all, "list_policies", Guard::tenant, "policies:list", list_policies},
          {Method::get, one, "get_policy", Guard::tenant, "policies:get", get_policy},
          {Method::put, one, "replace_policy", Guard::tenant, "policies:update", replace_policy},
          {Method::del, one, "delete_policy", Guard::tenant, "policies:delete", delete_policy}};
}

}  // namespace calotype::api
