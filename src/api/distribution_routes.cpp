#include <boost/json.hpp>

#include "api/answer.h"
#include "api/json_fields.h"
#include "api/management.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

json::object shown(const Distribution& distribution) {
  return {{"id", distribution.id.text()},
          {"dns_name", distribution.dns_name},
          {"auto_format", distribution.auto_format},
          {"status", "active"}};
}

Task<http::Response> add_distribution(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  JsonFields fields(text, "add a distribution", JsonFields::Unknown::refused);
  tenants::NewDistribution wanted{.dns_name = fields.need_text("dns_name"),
                                  .auto_format = fields.flag("auto_format").value_or(false)};
  fields.finish();
  const auto made = co_await parts->tenants.distributions.add(call.ctx, call.tenant, std::move(wanted));
  // It works at once here. The contract's 202 is of systems that have to ask a content delivery network first.
  auto response = created(call.request, made.id.text(), json::serialize(shown(made)));
  response.status = 202;
  co_return response;
}

Task<http::Response> list_distributions(Parts parts, Call call) {
  const auto all = co_await parts->tenants.distributions.list(call.ctx, call.tenant);
  json::array body;
  for (const auto& distribution : all) body.push_back(shown(distribution));
  co_return json_response(200, json::serialize(body));
}

Task<http::Response> get_distribution(Parts parts, Call call) {
  const auto id = call.path.at("distribution");
  const auto found = co_await parts->tenants.distributions.require(call.ctx, call.tenant, id);
  co_return json_response(200, json::serialize(shown(found)));
}

Task<http::Response> change_distribution(Parts parts, Call call) {
  const auto text = co_await need_body_text(call.request, kMaxJsonBody, "change the distribution");
  JsonFields fields(text, "change the distribution", JsonFields::Unknown::refused);
  const auto dns_name = fields.text("dns_name");
  const auto auto_format = fields.flag("auto_format");
  fields.finish();
  const auto id = call.path.at("distribution");
  const auto before = co_await parts->tenants.distributions.require(call.ctx, call.tenant, id);
  tenants::NewDistribution wanted{.dns_name = dns_name.value_or(before.dns_name),
                                  .auto_format = auto_format.value_or(before.auto_format)};
  const auto after = co_await parts->tenants.distributions.change(call.ctx, before, std::move(wanted));
  co_return json_response(202, json::serialize(shown(after)));
}

Task<http::Response> delete_distribution(Parts parts, Call call) {
  const auto id = call.path.at("distribution");
  const auto found = co_await parts->tenants.distributions.require(call.ctx, call.tenant, id);
  co_await parts->tenants.distributions.remove(call.ctx, found);
  co_return done(202);
}

}  // namespace

std::vector<ManagementRoute> distribution_routes() {
  using http::Method;
  const std::string all = "/tenants/{tenant}/distributions";
  const std::string one = all + "/{distribution}";
  return {{Method::post, all, "add_distribution", Guard::tenant, "distributions:create", add_distribution, true},
          {Method::get, all, "list_distributions", Guard::tenant, "distributions:list", list_distributions},
          {Method::get, one, "get_distribution", Guard::tenant, "distributions:get", get_distribution},
          {Method::put, one, "change_distribution", Guard::tenant, "distributions:update", change_distribution, true},
          {Method::del, one, "delete_distribution", Guard::tenant, "distributions:delete", delete_distribution, true}};
}

}  // namespace calotype::api
