#include <boost/json.hpp>

#include "api/answer.h"
#include "api/json_fields.h"
#include "api/management.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

json::object shown(const Domain& domain) {
  return {{"id", domain.id.text()}, {"name", domain.name}, {"status", domain.status}};
}

Task<http::Response> add_domain(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  JsonFields fields(text, "add a domain", JsonFields::Unknown::refused);
  tenants::NewDomain wanted{.name = fields.need_text("name"), .status = fields.text("status").value_or("active")};
  fields.finish();

  const auto domain = co_await parts->tenants.domains.add(call.ctx, call.tenant, std::move(wanted));
  co_return created(call.request, domain.id.text(), json::serialize(shown(domain)));
}

Task<http::Response> list_domains(Parts parts, Call call) {
  const auto all = co_await parts->tenants.domains.list(call.ctx, call.tenant);
  json::array body;
  for (const auto& domain : all) body.push_back(shown(domain));
  co_return json_response(200, json::serialize(body));
}

Task<http::Response> get_domain(Parts parts, Call call) {
  const auto wanted = call.path.at("domain");
  const auto domain = co_await parts->tenants.domains.require(call.ctx, call.tenant, wanted);
  co_return json_response(200, json::serialize(shown(domain)));
}

Task<http::Response> delete_domain(Parts parts, Call call) {
  const auto wanted = call.path.at("domain");
  const auto domain = co_await parts->tenants.domains.require(call.ctx, call.tenant, wanted);
  co_await parts->tenants.domains.remove(call.ctx, domain);
  co_return done(200);
}

}  // namespace

std::vector<ManagementRoute> domain_routes() {
  using http::Method;
  const std::string all = "/tenants/{tenant}/domains";
  const std::string one = all + "/{domain}";
  return {{Method::post, all, "add_domain", Guard::tenant, "domains:create", add_domain, true},
          {Method::get, all, "list_domains", Guard::tenant, "domains:list", list_domains},
          {Method::get, one, "get_domain", Guard::tenant, "domains:get", get_domain},
          {Method::del, one, "delete_domain", Guard::tenant, "domains:delete", delete_domain, true}};
}

}  // namespace calotype::api
