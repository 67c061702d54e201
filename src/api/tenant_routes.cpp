#include <boost/json.hpp>

#include "api/answer.h"
#include "api/json_fields.h"
#include "api/management.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

json::object shown(const Tenant& tenant) {
  return {{"id", tenant.id.text()}, {"name", tenant.name}, {"admin_email", tenant.admin_email}, {"status", "active"}};
}

Task<http::Response> sign_up(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  JsonFields fields(text, "sign up a tenant", JsonFields::Unknown::refused);
  tenants::NewTenant wanted{.name = fields.need_text("name"), .admin_email = fields.need_text("admin_email")};
  fields.finish();

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

}  // namespace

std::vector<ManagementRoute> tenant_routes() {
  using http::Method;
  return {{Method::post, "/tenants", "sign_up", Guard::sign_up, "tenants:create", sign_up},
          {Method::get, "/tenants", "list_tenants", Guard::operators, "tenants:list", list_tenants},
          {Method::get, "/tenants/{tenant}", "get_tenant", Guard::tenant, "tenants:get", get_tenant}};
}

}  // namespace calotype::api
