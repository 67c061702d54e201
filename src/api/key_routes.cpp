#include <boost/json.hpp>

#include "api/answer.h"
#include "api/json_fields.h"
#include "api/management.h"
#include "api/policy_shape.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

json::object shown(const AccessKey& key) {
  return {{"access_id", key.id.text()}, {"active", key.is_active}, {"description", key.description}};
}

access::NewKey read_new_key(JsonFields& fields) {
  return {.description = fields.text("description").value_or(""), .policies = fields.texts("policies")};
}

/// Makes a pair. The private half is in this answer and nowhere else.
Task<http::Response> make_key(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  JsonFields fields(text, "make an access key", JsonFields::Unknown::refused);
  auto wanted = read_new_key(fields);
  fields.finish();

  const auto made = co_await parts->keys.make(call.ctx, call.tenant, std::move(wanted));
  const auto id = made.key.id.text();
  const json::object body{{"access_id", id}, {"private_key", made.private_pem}};
  co_return created(call.request, id, json::serialize(body));
}

/// Takes a public key whose other half the caller keeps.
Task<http::Response> add_key(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  JsonFields fields(text, "add an access key", JsonFields::Unknown::refused);
  auto public_key = fields.need_text("public_key");
  auto wanted = read_new_key(fields);
  fields.finish();

  const auto key = co_await parts->keys.add(call.ctx, call.tenant, std::move(public_key), std::move(wanted));
  const auto id = key.id.text();
  const json::object body{{"access_id", id}};
  co_return created(call.request, id, json::serialize(body));
}

Task<http::Response> list_keys(Parts parts, Call call) {
  const auto all = co_await parts->keys.list(call.ctx, call.tenant);
  json::array body;
  for (const auto& key : all) body.push_back(shown(key));
  co_return json_response(200, json::serialize(body));
}

Task<http::Response> get_key(Parts parts, Call call) {
  const auto id = call.path.at("key");
  const auto held = co_await parts->keys.require(call.ctx, call.tenant, id);
  co_return json_response(200, json::serialize(shown(held.key)));
}

Task<http::Response> change_key(Parts parts, Call call) {
  const auto text = co_await need_body_text(call.request, kMaxJsonBody, "change the access key");
  JsonFields fields(text, "change the access key", JsonFields::Unknown::refused);
  KeyChange change{.is_active = fields.flag("active"), .description = fields.text("description"), .when = {}};
  fields.finish();
  const auto id = call.path.at("key");
  const auto held = co_await parts->keys.require(call.ctx, call.tenant, id);
  const auto key = co_await parts->keys.change(call.ctx, held.key, std::move(change));
  co_return json_response(200, json::serialize(shown(key)));
}

Task<http::Response> delete_key(Parts parts, Call call) {
  const auto id = call.path.at("key");
  const auto held = co_await parts->keys.require(call.ctx, call.tenant, id);
  co_await parts->keys.remove(call.ctx, held.key);
  co_return done(200);
}

Task<http::Response> list_key_policies(Parts parts, Call call) {
  const auto id = call.path.at("key");
  const auto held = co_await parts->keys.require(call.ctx, call.tenant, id);
  co_return json_response(200, json::serialize(shown_policies(held.policies)));
}

/// By id or by alias: one of the two.
std::string read_attachment(const std::string& text) {
  JsonFields fields(text, "give the key a policy", JsonFields::Unknown::refused);
  const auto id = fields.text("policy_id");
  const auto alias = fields.text("policy_alias");
  if (id.has_value() == alias.has_value()) {
    fields.add_problem(id ? "policy_alias" : "policy_id", id ? "only one of policy_id and policy_alias can be given"
                                                             : "is missing: give policy_id or policy_alias");
  }
  if (id && !PolicyId::parse(*id)) fields.add_problem("policy_id", "must be a UUID");
  fields.finish();
  return id ? *id : *alias;
}

Task<http::Response> attach_policy(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  const auto name = read_attachment(text);
  const auto id = call.path.at("key");
  const auto held = co_await parts->keys.require(call.ctx, call.tenant, id);
  const auto policy = co_await parts->policies.require(call.ctx, call.tenant, name);
  co_await parts->keys.attach(call.ctx, held, policy);
  co_return created(call.request, policy.id.text(), json::serialize(shown_policy(policy)));
}

Task<http::Response> detach_policy(Parts parts, Call call) {
  const auto id = call.path.at("key");
  const auto name = call.path.at("policy");
  const auto held = co_await parts->keys.require(call.ctx, call.tenant, id);
  const auto policy = co_await parts->policies.require(call.ctx, call.tenant, name);
  co_await parts->keys.detach(call.ctx, held.key, policy);
  co_return done(200);
}

}  // namespace

std::vector<ManagementRoute> key_routes() {
  using http::Method;
  const std::string all = "/tenants/{tenant}/access-keys";
  const std::string one = all + "/{key}";
  return {
      showing_secret({Method::post, all, "make_key", Guard::tenant, "access-keys:create", make_key}),
      {Method::put, all, "add_key", Guard::tenant, "access-keys:create", add_key},
      {Method::get, all, "list_keys", Guard::tenant, "access-keys:list", list_keys},
      {Method::get, one, "get_key", Guard::tenant, "access-keys:get", get_key},
      {Method::put, one, "change_key", Guard::tenant, "access-keys:update", change_key},
      {Method::del, one, "delete_key", Guard::tenant, "access-keys:delete", delete_key},
      {Method::get, one + "/policies", "list_key_policies", Guard::tenant, "access-keys:get", list_key_policies},
      {Method::post, one + "/policies", "attach_policy", Guard::tenant, "access-keys:update", attach_policy},
      {Method::del, one + "/policies/{policy}", "detach_policy", Guard::tenant, "access-keys:update", detach_policy}};
}

}  // namespace calotype::api
