#include <boost/json.hpp>

#include "api/answer.h"
#include "api/management.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

/// More than a rule may have, so that what is too long is told by the language, with its pointer.
constexpr std::uint64_t kMaxRuleBody = 128 * 1024;

/// The rule as it was sent, with what the store knows of it in front: the language has no keys of these names.
std::string shown(const StoredRule& rule) {
  const json::object known{{"id", rule.id.text()}, {"revision", rule.revision}, {"hash", rule.hash.hex()}};
  auto text = json::serialize(known);
  text.back() = ',';
  text += std::string_view(rule.body).substr(rule.body.find('{') + 1);
  return text;
}

Task<http::Response> add_rule(Parts parts, Call call) {
  const auto domain_name = call.path.at("domain");
  const auto domain = co_await parts->tenants.domains.require(call.ctx, call.tenant, domain_name);
  auto body = co_await body_text(call.request, kMaxRuleBody);
  const auto rule = co_await parts->tenants.rules.add(call.ctx, domain, std::move(body));
  co_return created(call.request, rule.id.text(), shown(rule));
}

Task<http::Response> list_rules(Parts parts, Call call) {
  const auto domain_name = call.path.at("domain");
  const auto domain = co_await parts->tenants.domains.require(call.ctx, call.tenant, domain_name);
  const auto all = co_await parts->tenants.rules.list(call.ctx, domain);
  std::string body = "[";
  for (const auto& rule : all) {
    if (body.size() > 1) body += ",";
    body += shown(rule);
  }
  co_return json_response(200, body + "]");
}

Task<http::Response> get_rule(Parts parts, Call call) {
  const auto domain_name = call.path.at("domain");
  const auto rule_name = call.path.at("rule");
  const auto domain = co_await parts->tenants.domains.require(call.ctx, call.tenant, domain_name);
  const auto rule = co_await parts->tenants.rules.require(call.ctx, domain, rule_name);
  co_return json_response(200, shown(rule));
}

}  // namespace

std::vector<ManagementRoute> rule_routes() {
  using http::Method;
  const std::string all = "/tenants/{tenant}/domains/{domain}/rules";
  return {{Method::post, all, "add_rule", Guard::tenant, "rules:create", add_rule},
          {Method::get, all, "list_rules", Guard::tenant, "rules:list", list_rules},
          {Method::get, all + "/{rule}", "get_rule", Guard::tenant, "rules:get", get_rule}};
}

}  // namespace calotype::api
