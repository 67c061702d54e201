#include <boost/json.hpp>

#include "api/answer.h"
#include "api/conditional.h"
#include "api/management.h"
#include "api/rule_base.h"
#include "api/rule_shape.h"
#include "http/problem.h"

namespace calotype::api {

namespace {

/// How often a change without a condition looks again when others change the rule at the same time.
constexpr int kAttempts = 10;

Task<Domain> domain_of(Parts parts, const Call& call) {
  const auto name = call.path.at("domain");
  co_return co_await parts->tenants.domains.require(call.ctx, call.tenant, name);
}

Task<http::Response> add_rule(Parts parts, Call call) {
  const auto domain = co_await domain_of(parts, call);
  auto body = co_await body_text(call.request, kMaxRuleBody);
  body = co_await with_base(parts, call, domain, std::move(body));
  const auto rule = co_await parts->tenants.rules.add(call.ctx, domain, std::move(body));
  auto response = created(call.request, rule.id.text(), shown_rule(rule));
  response.fields.set("ETag", fmt::format("\"{}\"", tag_of(rule)));
  co_return response;
}

Task<http::Response> list_rules(Parts parts, Call call) {
  const auto domain = co_await domain_of(parts, call);
  const auto all = co_await parts->tenants.rules.list(call.ctx, domain);
  std::string body = "[";
  for (const auto& rule : all) {
    if (body.size() > 1) body += ",";
    body += shown_rule(rule);
  }
  co_return json_response(200, body + "]");
}

Task<http::Response> get_rule(Parts parts, Call call) {
  const auto domain = co_await domain_of(parts, call);
  const auto rule_name = call.path.at("rule");
  const auto rule = co_await parts->tenants.rules.require(call.ctx, domain, rule_name);
  co_return rule_response(rule);
}

/// What makes the next revision of a rule; nullopt where another one was faster.
using Revise = std::function<Task<std::optional<StoredRule>>(StoredRule latest)>;

/// Makes the next revision: of the one that If-Match names and no other, or, without that, of whichever is the latest.
Task<http::Response> make_revision(Parts parts, Call call, Revise revise) {
  const bool is_conditional = call.request.fields.has("If-Match");
  const auto wanted = TagList::parse(call.request.fields.joined("If-Match"));
  const auto domain = co_await domain_of(parts, call);
  const auto rule_name = call.path.at("rule");
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto latest = co_await parts->tenants.rules.require_bare(call.ctx, domain, rule_name);
    if (is_conditional && !wanted.any && !wanted.has_strong(tag_of(latest))) {
      co_return http::problem(412, "If-Match names another revision than the latest one", call.ctx.request_id);
    }
    const auto next = co_await revise(latest);
    if (next) co_return rule_response(*next);
  }
  throw Error(Fault::conflict, "change the rule: others are changing it all the time");
}

Task<http::Response> replace_rule(Parts parts, Call call) {
  auto body = co_await body_text(call.request, kMaxRuleBody);
  const auto domain = co_await domain_of(parts, call);
  body = co_await with_base(parts, call, domain, std::move(body));
  const Revise revise = [parts, ctx = call.ctx, body = std::move(body)](StoredRule latest) {
    return parts->tenants.rules.revise(ctx, std::move(latest), body);
  };
  co_return co_await make_revision(parts, std::move(call), revise);
}

Task<http::Response> roll_back_rule(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  const int revision = read_revision_body(text, "roll the rule back");
  const Revise revise = [parts, ctx = call.ctx, revision](StoredRule latest) {
    return parts->tenants.rules.roll_back(ctx, std::move(latest), revision);
  };
  co_return co_await make_revision(parts, std::move(call), revise);
}

Task<http::Response> delete_rule(Parts parts, Call call) {
  const auto domain = co_await domain_of(parts, call);
  const auto rule_name = call.path.at("rule");
  const auto rule = co_await parts->tenants.rules.require_bare(call.ctx, domain, rule_name);
  co_await parts->tenants.rules.remove(call.ctx, rule);
  co_return done(200);
}

}  // namespace

std::vector<ManagementRoute> rule_routes() {
  using http::Method;
  const std::string all = "/tenants/{tenant}/domains/{domain}/rules";
  const std::string one = all + "/{rule}";
  return {{Method::post, all, "add_rule", Guard::tenant, "rules:create", add_rule, true},
          {Method::get, all, "list_rules", Guard::tenant, "rules:list", list_rules},
          {Method::get, one, "get_rule", Guard::tenant, "rules:get", get_rule},
          {Method::put, one, "replace_rule", Guard::tenant, "rules:update", replace_rule, true},
          {Method::del, one, "delete_rule", Guard::tenant, "rules:delete", delete_rule, true},
          {Method::post, one + "/rollback", "roll_back_rule", Guard::tenant, "rules:update", roll_back_rule, true}};
}

}  // namespace calotype::api
