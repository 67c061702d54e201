#include <charconv>

#include <boost/json.hpp>

#include "api/answer.h"
#include "api/json_fields.h"
#include "api/management.h"
#include "api/rule_shape.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

constexpr int kMaxRevision = 999'999'999;  ///< rules/rule_name.h

json::object shown(const RuleLabel& label) {
  return {{"name", label.name}, {"revision", label.revision}, {"moved", label.moved.time_since_epoch().count()}};
}

json::object shown(const tenants::ListedRevision& listed) {
  json::array labels;
  for (const auto& label : listed.labels) labels.emplace_back(label);
  return {{"revision", listed.revision.revision},
          {"hash", listed.revision.hash.hex()},
          {"created", listed.revision.created.time_since_epoch().count()},
          {"labels", std::move(labels)}};
}

/// The rule of the path at its latest revision.
Task<StoredRule> rule_of(Parts parts, const Call& call) {
  const auto domain_name = call.path.at("domain");
  const auto rule_name = call.path.at("rule");
  const auto domain = co_await parts->tenants.domains.require(call.ctx, call.tenant, domain_name);
  co_return co_await parts->tenants.rules.require_bare(call.ctx, domain, rule_name);
}

/// Another revision of the rule, by its number or a label. Throws missing.
Task<StoredRule> revision_of(Parts parts, const Call& call, StoredRule rule, std::string which) {
  const auto domain_name = call.path.at("domain");
  const auto domain = co_await parts->tenants.domains.require(call.ctx, call.tenant, domain_name);
  auto reference = fmt::format("{}@{}", rule.id.text(), which);
  co_return co_await parts->tenants.rules.require(call.ctx, domain, std::move(reference));
}

Task<http::Response> list_revisions(Parts parts, Call call) {
  std::optional<int> before;
  if (const auto text = call.request.parameter("before")) {
    int number = 0;
    const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (fault != std::errc() || end != text->data() + text->size() || number < 1) {
      throw Error(Fault::invalid, "read the query: before must be the number of a revision");
    }
    before = number;
  }
  const auto rule = co_await rule_of(parts, call);
  const auto all = co_await parts->tenants.rules.revisions(call.ctx, rule, before);
  json::array body;
  for (const auto& revision : all) body.push_back(shown(revision));
  co_return json_response(200, json::serialize(body));
}

Task<http::Response> get_revision(Parts parts, Call call) {
  const auto rule = co_await rule_of(parts, call);
  const auto which = call.path.at("revision");
  const auto revision = co_await revision_of(parts, call, rule, which);
  co_return rule_response(revision);
}

Task<http::Response> compare_revisions(Parts parts, Call call) {
  const auto to_text = call.request.parameter("to");
  const auto from_text = call.request.parameter("from");
  const auto latest = co_await rule_of(parts, call);
  auto to = latest;
  if (to_text) to = co_await revision_of(parts, call, latest, *to_text);
  const auto from_name = from_text.value_or(std::to_string(std::max(1, to.revision - 1)));
  const auto from = co_await revision_of(parts, call, latest, from_name);
  const auto difference = co_await parts->tenants.rules.compare(call.ctx, from, to);
  json::object body{{"from", from.revision}, {"to", to.revision}, {"same_rendition", from.hash == to.hash}};
  body["changes"] = json::parse(shown_changes(difference.changes));
  co_return json_response(200, json::serialize(body));
}

Task<http::Response> list_labels(Parts parts, Call call) {
  const auto rule = co_await rule_of(parts, call);
  const auto all = co_await parts->tenants.rules.labels(call.ctx, rule);
  json::array body;
  for (const auto& label : all) body.push_back(shown(label));
  co_return json_response(200, json::serialize(body));
}

Task<http::Response> put_label(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  const int revision = read_revision_body(text, "label a revision");
  const auto rule = co_await rule_of(parts, call);
  const auto name = call.path.at("label");
  const auto label = co_await parts->tenants.rules.put_label(call.ctx, rule, name, revision);
  co_return json_response(200, json::serialize(shown(label)));
}

Task<http::Response> delete_label(Parts parts, Call call) {
  const auto rule = co_await rule_of(parts, call);
  const auto name = call.path.at("label");
  co_await parts->tenants.rules.remove_label(call.ctx, rule, name);
  co_return done(200);
}

std::string shown_rollout(const StoredRule& rule, const RuleRollout& rollout) {
  const json::object body{{"from", rollout.from}, {"to", rule.revision}, {"percent", rollout.percent}};
  return json::serialize(body);
}

Task<http::Response> get_rollout(Parts parts, Call call) {
  const auto rule = co_await rule_of(parts, call);
  if (!rule.rollout)
    throw Error(Fault::missing, "show the rollout: the rule has none; its name means the latest revision");
  co_return json_response(200, shown_rollout(rule, *rule.rollout));
}

Task<http::Response> set_rollout(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  JsonFields fields(text, "roll a rule out", JsonFields::Unknown::refused);
  const auto from = fields.whole("from");
  const auto percent = fields.whole("percent");
  if (!fields.has("from")) fields.add_problem("from", "is missing");
  if (!fields.has("percent")) fields.add_problem("percent", "is missing");
  if (from && (*from < 1 || *from > kMaxRevision))
    fields.add_problem("from", "must be the number of a revision, from 1");
  if (percent && (*percent < 0 || *percent > 100)) fields.add_problem("percent", "must be 0 to 100");
  fields.finish();
  const auto rule = co_await rule_of(parts, call);
  const RuleRollout wanted{.from = static_cast<int>(*from), .percent = static_cast<int>(*percent)};
  const auto rollout = co_await parts->tenants.rules.roll_out(call.ctx, rule, wanted);
  co_return json_response(200, shown_rollout(rule, rollout));
}

Task<http::Response> end_rollout(Parts parts, Call call) {
  const auto rule = co_await rule_of(parts, call);
  co_await parts->tenants.rules.end_rollout(call.ctx, rule);
  co_return done(200);
}

}  // namespace

int read_revision_body(const std::string& text, const std::string& attempt) {
  JsonFields fields(text, attempt, JsonFields::Unknown::refused);
  const auto revision = fields.whole("revision");
  if (!fields.has("revision")) fields.add_problem("revision", "is missing");
  if (revision && (*revision < 1 || *revision > kMaxRevision)) {
    fields.add_problem("revision", "must be the number of a revision, from 1");
  }
  fields.finish();
  return static_cast<int>(*revision);
}

std::vector<ManagementRoute> revision_routes() {
  using http::Method;
  const std::string rule = "/tenants/{tenant}/domains/{domain}/rules/{rule}";
  const std::string label = rule + "/labels/{label}";
  return {{Method::get, rule + "/revisions", "list_revisions", Guard::tenant, "revisions:list", list_revisions},
          {Method::get, rule + "/revisions/{revision}", "get_revision", Guard::tenant, "revisions:get", get_revision},
          {Method::get, rule + "/diff", "compare_revisions", Guard::tenant, "rules:get", compare_revisions},
          {Method::get, rule + "/rollout", "get_rollout", Guard::tenant, "rules:get", get_rollout},
          {Method::put, rule + "/rollout", "set_rollout", Guard::tenant, "rules:update", set_rollout, true},
          {Method::del, rule + "/rollout", "end_rollout", Guard::tenant, "rules:update", end_rollout, true},
          {Method::get, rule + "/labels", "list_labels", Guard::tenant, "labels:list", list_labels},
          {Method::put, label, "put_label", Guard::tenant, "labels:update", put_label, true},
          {Method::del, label, "delete_label", Guard::tenant, "labels:delete", delete_label, true}};
}

}  // namespace calotype::api
