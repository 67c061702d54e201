#include <boost/json.hpp>

#include "api/answer.h"
#include "api/json_fields.h"
#include "api/management.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

json::object shown(const Tenant& tenant) {
  return {{"id", tenant.id.text()},
          {"name", tenant.name},
          {"admin_email", tenant.admin_email},
          {"status", tenant.is_leaving ? "deleting" : "active"},
          {"tokens", {{"needs_expiry", tenant.demands.expiry}, {"needs_token_id", tenant.demands.token_id}}}};
}

Task<http::Response> sign_up(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  JsonFields fields(text, "sign up a tenant", JsonFields::Unknown::refused);
  tenants::NewTenant wanted{.name = fields.need_text("name"),
                            .admin_email = fields.need_text("admin_email"),
                            .invitation = fields.text("invitation")};
  fields.finish();
  if (call.is_anonymous && parts->sign_up == SignUp::invitation && !wanted.invitation) {
    throw Error(Fault::denied, "sign up: this installation wants an invitation; give its code as \"invitation\"",
                "invitation-needed");
  }

  const auto made = co_await parts->tenants.accounts.sign_up(call.ctx, std::move(wanted));
  const auto id = made.tenant.id.text();
  const json::object body{{"tenant_id", id}, {"access_id", made.key.id.text()}, {"private_key", made.private_pem}};
  co_return created(call.request, id, json::serialize(body));
}

Task<http::Response> list_tenants(Parts parts, Call call) {
  const auto all = co_await parts->tenants.accounts.list(call.ctx);
  json::array body;
  for (const auto& tenant : all) body.push_back(shown(tenant));
  co_return json_response(200, json::serialize(body));
}

Task<http::Response> get_tenant(Parts parts, Call call) {
  const auto tenant = co_await parts->tenants.accounts.require(call.ctx, call.tenant);
  co_return json_response(200, json::serialize(shown(tenant)));
}

TenantChange read_change(const std::string& text) {
  JsonFields fields(text, "change the tenant", JsonFields::Unknown::refused);
  TenantChange change{.name = fields.text("name"), .admin_email = fields.text("admin_email")};
  auto tokens = fields.within("tokens");
  change.needs_expiry = tokens.flag("needs_expiry");
  change.needs_token_id = tokens.flag("needs_token_id");
  fields.finish();
  return change;
}

Task<http::Response> change_tenant(Parts parts, Call call) {
  const auto text = co_await need_body_text(call.request, kMaxJsonBody, "change the tenant");
  const auto tenant = co_await parts->tenants.accounts.change(call.ctx, call.tenant, read_change(text));
  co_return json_response(200, json::serialize(shown(tenant)));
}

Task<http::Response> delete_tenant(Parts parts, Call call) {
  co_await parts->tenants.accounts.remove(call.ctx, call.tenant);
  co_return done(202);
}

}  // namespace

std::vector<ManagementRoute> tenant_routes() {
  using http::Method;
  return {showing_secret({Method::post, "/tenants", "sign_up", Guard::sign_up, "tenants:create", sign_up}),
          {Method::get, "/tenants", "list_tenants", Guard::operators, "tenants:list", list_tenants},
          {Method::get, "/tenants/{tenant}", "get_tenant", Guard::tenant, "tenants:get", get_tenant},
          {Method::put, "/tenants/{tenant}", "change_tenant", Guard::tenant, "tenants:update", change_tenant},
          {Method::del, "/tenants/{tenant}", "delete_tenant", Guard::tenant, "tenants:delete", delete_tenant, true}};
}

}  // namespace calotype::api
