#include "api/dry_run.h"

#include <boost/json.hpp>

#include "access/authorize.h"
#include "api/problem.h"
#include "api/rule_shape.h"

namespace calotype::api {

namespace json = boost::json;

namespace {

Error no_place() {
  return Error(Fault::invalid,
               "read the query: against must name a rule (\"listing\", \"listing@7\", "
               "\"/tenants/T/domains/D/rules/R\") or an object (\"bucket/a/b.jpg\", "
               "\"/tenants/T/domains/D/buckets/B/objects/a/b.jpg\")");
}

/// The parts of a path between its slashes, of which the last one is the rest.
std::vector<std::string> split(const std::string& path, std::size_t most) {
  std::vector<std::string> parts;
  std::size_t at = 1;
  while (parts.size() + 1 < most) {
    const auto end = path.find('/', at);
    if (end == std::string::npos) break;
    parts.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  parts.push_back(path.substr(at));
  return parts;
}

/// Where `against` leads.
struct Place {
  Domain domain;
  std::string rule;  ///< or
  std::optional<Bucket> bucket;
  std::string object;
};

Task<Place> place_of_path(Parts parts, Context ctx, access::Caller caller, std::string path) {
  auto words = split(path, 6);
  const bool is_rule = words.size() == 6 && words[4] == "rules" && words[5].find('/') == std::string::npos;
  const bool is_path = words.size() == 6 && words[0] == "tenants" && words[2] == "domains";
  if (!is_path || (!is_rule && words[4] != "buckets")) throw no_place();
  const auto tenant = TenantId::parse(words[1]);
  if (!tenant) throw Error(Fault::missing, "find the tenant: none of this id");
  access::authorize(caller, *tenant);
  Place place;
  place.domain = co_await parts->tenants.domains.require(ctx, *tenant, words[3]);
  if (is_rule) {
    place.rule = words[5];
    co_return place;
  }
  const auto rest = split("/" + words[5], 3);
  if (rest.size() != 3 || rest[1] != "objects" || rest[2].empty()) throw no_place();
  place.bucket = co_await parts->tenants.buckets.require(ctx, place.domain, rest[0]);
  place.object = rest[2];
  co_return place;
}

/// A rule that one of the tenant's domains has.
Task<Place> place_of_rule(Parts parts, Context ctx, TenantId tenant, std::string reference) {
  std::optional<Place> found;
  const auto domains = co_await parts->tenants.domains.list(ctx, tenant);
  for (const auto& domain : domains) {
    const auto rule = co_await parts->tenants.rules.find(ctx, domain, reference);
    if (!rule) continue;
    if (found) {
      throw Error(Fault::invalid,
                  "read the query: more than one domain has the rule that against names; give its whole path");
    }
    found = Place{.domain = domain, .rule = reference, .bucket = {}, .object = {}};
  }
  if (!found) throw Error(Fault::missing, "find the rule: none of this id or name in the tenant's domains");
  co_return *found;
}

/// "bucket/a/b.jpg", in whichever of the tenant's domains has the bucket.
Task<Place> place_of_object(Parts parts, Context ctx, TenantId tenant, std::string path) {
  const auto slash = path.find('/');
  const auto alias = path.substr(0, slash);
  const auto domains = co_await parts->tenants.domains.list(ctx, tenant);
  for (const auto& domain : domains) {
    const auto buckets = co_await parts->tenants.buckets.list(ctx, domain);
    for (const auto& bucket : buckets) {
      if (bucket.alias != alias && bucket.id != BucketId::parse(alias)) continue;
      co_return Place{.domain = domain, .rule = {}, .bucket = bucket, .object = path.substr(slash + 1)};
    }
  }
  throw Error(Fault::missing, "find the bucket: none of this id or alias in the tenant's domains");
}

Task<Place> place_of_against(Parts parts, Context ctx, access::Caller caller, std::string against) {
  if (against.starts_with('/')) co_return co_await place_of_path(parts, ctx, caller, std::move(against));
  if (against.empty()) throw no_place();
  if (against.find('/') != std::string::npos) {
    co_return co_await place_of_object(parts, ctx, caller.tenant, std::move(against));
  }
  co_return co_await place_of_rule(parts, ctx, caller.tenant, std::move(against));
}

Task<json::object> against_rule(Parts parts, Call call, Place place, rules::Document document) {
  const auto rule = co_await parts->tenants.rules.require(call.ctx, place.domain, place.rule);
  std::vector<access::PathPart> touched{{.kind = "tenant", .text = rule.tenant.text()},
                                        {.kind = "domain", .text = rule.domain.text()},
                                        {.kind = "rule", .text = rule.id.text()}};
  co_await parts->access.permit(call.ctx, call.caller, rule.tenant, "rules:get", std::move(touched));
  const auto stored = rules::parse(rule.body);
  const auto changes = rules::changes(stored, document);
  co_return json::object{
      {"rule", json::object{{"id", rule.id.text()}, {"name", rule.name}, {"revision", rule.revision}}},
      {"same_rendition", stored.hash() == document.hash()},
      {"changes", json::parse(shown_changes(changes))}};
}

json::object shown(const tenants::Rehearsal& rehearsal) {
  if (rehearsal.refusal) {
    const json::object refusal{{"code", code_of(*rehearsal.refusal)}, {"detail", rehearsal.refusal->what()}};
    return {{"refusal", refusal}};
  }
  const auto& plan = rehearsal.plan;
  json::array steps;
  for (const auto& step : rehearsal.steps) steps.emplace_back(step);
  return {{"rendition", json::object{{"format", name_of(plan.output.format)},
                                     {"width", plan.result.width},
                                     {"height", plan.result.height},
                                     {"frames", plan.decode.frames.count},
                                     {"steps", std::move(steps)},
                                     {"cost", shown_cost(plan)}}}};
}

Task<json::object> against_object(Parts parts, Call call, Place place, rules::Document document) {
  const auto tenant = place.bucket->tenant;
  std::vector<access::PathPart> touched{{.kind = "tenant", .text = tenant.text()},
                                        {.kind = "domain", .text = place.domain.id.text()},
                                        {.kind = "bucket", .text = place.bucket->id.text()},
                                        {.kind = "object", .text = place.object}};
  co_await parts->access.permit(call.ctx, call.caller, tenant, "objects:get", std::move(touched));
  const auto object = co_await parts->objects.require(call.ctx, place.bucket->id, place.object);
  const auto accepts = transform::Accepts::from_header(call.request.fields.joined("Accept"));
  const auto rehearsal =
      co_await parts->tenants.rehearsals.rehearse(call.ctx, place.domain.id, document, object, accepts);
  auto body = shown(rehearsal);
  body["object"] = json::object{{"bucket", place.bucket->id.text()}, {"object_id", object.name}};
  co_return body;
}

}  // namespace

json::object shown_cost(const Plan& plan) {
  return {
      {"microseconds", plan.budget.cost}, {"memory_bytes", plan.budget.memory_bytes}, {"heavy", plan.budget.is_heavy}};
}

Task<json::object> dry_run(Parts parts, Call call, std::string against, rules::Document document) {
  auto place = co_await place_of_against(parts, call.ctx, call.caller, std::move(against));
  if (place.bucket) co_return co_await against_object(parts, std::move(call), std::move(place), std::move(document));
  co_return co_await against_rule(parts, std::move(call), std::move(place), std::move(document));
}

}  // namespace calotype::api
