#include <boost/json.hpp>

#include "api/answer.h"
#include "api/dry_run.h"
#include "api/problem.h"
#include "api/rule_base.h"
#include "api/rule_shape.h"
#include "rules/language.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

json::array listed(const std::vector<rules::Finding>& findings) {
  json::array all;
  for (const auto& finding : findings) {
    json::object one{{"pointer", finding.pointer}, {"code", finding.code}, {"detail", finding.message}};
    if (!finding.hint.empty()) one["hint"] = finding.hint;
    all.push_back(std::move(one));
  }
  return all;
}

/// Says of a rule what storing it would say, and what it would cost and change, without storing it.
Task<http::Response> validate_rule(Parts parts, Call call) {
  auto against = call.request.parameter("against");
  const auto domain_name = call.request.parameter("domain");
  auto text = co_await body_text(call.request, kMaxRuleBody);
  if (domain_name) {
    const auto domain = co_await parts->tenants.domains.require(call.ctx, call.caller.tenant, *domain_name);
    text = co_await with_base(parts, call, domain, std::move(text));
  }
  const auto verdict = rules::check(text);
  if (verdict.document) {
    json::object body{{"valid", true},
                      {"errors", json::array()},
                      {"warnings", listed(verdict.warnings)},
                      {"canonical", json::parse(verdict.document->canonical())},
                      {"hash", verdict.document->hash().hex()}};
    const auto photo = parts->tenants.rehearsals.rehearse_photo(*verdict.document);
    if (!photo.refusal) {
      auto cost = shown_cost(photo.plan);
      cost["of"] = "a jpg of 6000x4000";
      body["cost"] = std::move(cost);
    }
    if (against) {
      auto difference = co_await dry_run(parts, call, std::move(*against), *verdict.document);
      body["against"] = std::move(difference);
    }
    co_return json_response(200, json::serialize(body));
  }
  const Error error(Fault::unprocessable, "check a rule: it is not valid", "invalid-rule");
  co_return problem_response(call.ctx, error,
                             {{"valid", "false"},
                              {"errors", json::serialize(listed(verdict.errors))},
                              {"warnings", json::serialize(listed(verdict.warnings))}});
}

}  // namespace

std::vector<ManagementRoute> schema_routes() {
  return {{http::Method::post, "/schema/validate", "validate_rule", Guard::caller, "rules:validate", validate_rule}};
}

}  // namespace calotype::api
