#include <boost/json.hpp>

#include "api/answer.h"
#include "api/management.h"
#include "api/problem.h"
#include "rules/language.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

/// As rule_routes.cpp: what is too long is told by the language.
constexpr std::uint64_t kMaxRuleBody = 128 * 1024;

json::array listed(const std::vector<rules::Finding>& findings) {
  json::array all;
  for (const auto& finding : findings) {
    json::object one{{"pointer", finding.pointer}, {"code", finding.code}, {"detail", finding.message}};
    if (!finding.hint.empty()) one["hint"] = finding.hint;
    all.push_back(std::move(one));
  }
  return all;
}

/// Says of a rule what storing it would say, without storing it.
Task<http::Response> validate_rule(Parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxRuleBody);
  const auto verdict = rules::check(text);
  if (verdict.document) {
    const json::object body{{"valid", true},
                            {"errors", json::array()},
                            {"warnings", listed(verdict.warnings)},
                            {"canonical", json::parse(verdict.document->canonical())},
                            {"hash", verdict.document->hash().hex()}};
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
