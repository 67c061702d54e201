#include <boost/json.hpp>

#include "api/answer.h"
#include "api/client_hints.h"
#include "api/dry_run.h"
#include "api/listing.h"
#include "api/management.h"
#include "api/object_shape.h"
#include "api/problem.h"
#include "api/surrogate_keys.h"
#include "core/error.h"
#include "delivery/explanation.h"
#include "transform/describe.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

json::object size_of(Size size) { return {{"width", size.width}, {"height", size.height}}; }

json::object shown(const Object& object) {
  json::object shown{{"object_id", object.name}, {"bytes", object.size_bytes}};
  if (!object.info) return shown;
  const auto& info = *object.info;
  shown["format"] = name_of(info.format);
  shown["width"] = info.upright().width;
  shown["height"] = info.upright().height;
  shown["frames"] = info.frames;
  shown["transparent"] = info.has_alpha;
  return shown;
}

json::array lines_of(const Plan& plan) {
  json::array lines;
  const auto text = transform::describe(plan);
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    if (end > at) lines.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

json::object shown(const delivery::Explanation& told) {
  json::object rule{{"canonical", json::parse(told.bound->canonical)}, {"hash", told.bound->hash.hex()}};
  json::array patches;
  for (std::size_t i = 0; told.holding >> i != 0; ++i) {
    if ((told.holding >> i & 1U) != 0) patches.emplace_back(i);
  }
  rule["patches"] = std::move(patches);
  if (told.rule) {
    rule["id"] = told.rule->text();
    rule["name"] = told.rule_name;
    rule["revision"] = told.revision;
  }
  json::array stand_ins;
  for (const auto& one : told.stand_ins) {
    stand_ins.push_back(json::object{{"key", one.key.hex()}, {"kind", name_of(one.kind)}});
  }
  http::Fields fields;
  add_surrogate_keys(fields, told.bucket->id, told.object->name, told.rule);
  json::object cache{{"key", told.key.hex()},
                     {"kept_in", told.kept ? json::value(name_of(*told.kept)) : json::value()},
                     {"surrogate_keys", fields.get("Surrogate-Key")},
                     {"stand_ins", std::move(stand_ins)}};
  const auto varied = vary(told.varies);
  cache["vary"] = varied.empty() ? json::value() : json::value(varied);
  json::object format{{"chosen", name_of(told.format)}, {"because", told.format_reason}};
  json::object body{{"object", shown(*told.object)},
                    {"rule", std::move(rule)},
                    {"format", std::move(format)},
                    {"cache", std::move(cache)}};
  if (told.refusal) {
    body["refusal"] = json::object{{"code", code_of(*told.refusal)}, {"detail", told.refusal->what()}};
  } else if (told.plan) {
    body["result"] = size_of(told.plan->result);
    body["pipeline"] = lines_of(*told.plan);
    body["cost"] = shown_cost(*told.plan);
  }
  if (!told.refusal) body["background"] = told.is_for_background;
  return body;
}

/// The field that a query parameter stands for; no rule's parameter has such a name. Empty: none.
std::string_view hint_named(std::string_view name) {
  if (name == "save-data") return "Save-Data";
  if (name == "ch-dpr") return "Sec-CH-DPR";
  if (name == "ch-width") return "Sec-CH-Width";
  return name == "ch-viewport-width" ? "Sec-CH-Viewport-Width" : std::string_view();
}

delivery::Ask ask_of(const Call& call, const Bucket& bucket) {
  delivery::Ask ask;
  ask.place = {.tenant = bucket.tenant.text(), .domain = bucket.domain.text(), .bucket = bucket.id.text()};
  ask.object = call.path.at("object");
  http::Fields hints;
  for (auto& [name, value] : call.request.parameters()) {
    if (name == "rule") {
      ask.rule = value;
    } else if (name == "accept") {
      ask.accepts = transform::Accepts::from_header(value);
    } else if (const auto hint = hint_named(name); !hint.empty()) {
      hints.set(std::string(hint), value);
    } else if (name == "page") {
      ask.page = static_cast<int>(whole_parameter(call.request, "page", 1, 10'000).value_or(1));
    } else if (name != "jwt" && name != "AccessKeyId") {
      ask.parameters.emplace_back(name, value);
    }
  }
  ask.hints = client_hints(hints);
  return ask;
}

Task<http::Response> explain(Parts parts, Call call) {
  if (!parts->explain) {
    throw Error(Fault::unavailable, "explain a request: this process serves no pictures", "no-delivery");
  }
  const auto bucket = co_await bucket_of(parts, call.ctx, call.tenant, call.path);
  auto ask = ask_of(call, bucket);
  const auto object = co_await parts->objects.require(call.ctx, bucket.id, ask.object);
  ask.is_document = object.info && is_document(object.info->format);
  const auto told = co_await parts->explain(call.ctx, std::move(ask));
  if (told.rule) {
    std::vector<access::PathPart> touched{{.kind = "tenant", .text = bucket.tenant.text()},
                                          {.kind = "domain", .text = bucket.domain.text()},
                                          {.kind = "rule", .text = told.rule->text()}};
    co_await parts->access.permit(call.ctx, call.caller, bucket.tenant, "rules:get", std::move(touched));
  }
  co_return json_response(200, json::serialize(shown(told)));
}

}  // namespace

std::vector<ManagementRoute> explain_routes() {
  return {{http::Method::get, "/tenants/{tenant}/domains/{domain}/buckets/{bucket}/explain/{object...}",
           "explain_image", Guard::tenant, "objects:get", explain}};
}

}  // namespace calotype::api
