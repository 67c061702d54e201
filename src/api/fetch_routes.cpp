#include "api/fetch_routes.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "api/cache_control.h"
#include "api/caller.h"
#include "api/client_hints.h"
#include "api/disposition.h"
#include "api/job_routes.h"
#include "api/listing.h"
#include "api/placeholder.h"
#include "api/preconditions.h"
#include "api/problem.h"
#include "api/surrogate_keys.h"
#include "core/error.h"

namespace calotype::api {

namespace {

/// Query parameters that are the API's own; the others belong to the rule.
constexpr std::array<std::string_view, 3> kReserved{"rule", "jwt", "AccessKeyId"};
/// Those of a signed URL.
constexpr std::array<std::string_view, 3> kSignature{"exp", "kid", "sig"};

/// The longest life of an answer that was decided without the catalog.
constexpr Seconds kDegradedMaxAge{30};
/// Of one with another rendition than the right one: that is being made, or there is room for it soon.
constexpr Seconds kStandInMaxAge{5};
/// Of an error in caches.
constexpr Seconds kErrorMaxAge{10};

/// What can be decided before there is a rendition: nothing where another condition comes first.
delivery::Known known_of(const http::Request& request, WallTime now) {
  delivery::Known known;
  if (may_fail(request.fields)) return known;
  if (request.fields.has("If-None-Match")) {
    const auto tags = TagList::parse(request.fields.joined("If-None-Match"));
    known.any = tags.any;
    for (const auto& tag : tags.tags) {
      const auto key = Digest::parse(tag.opaque);
      if (key) known.keys.push_back(*key);
    }
  } else {
    known.since = modified_since(request.fields, now);
  }
  return known;
}

/// The rule and its parameters that a token carries: `metadata.rule`, a rule or its text, and `metadata.params`.
void read_signed_rule(const std::string& metadata, delivery::Ask& ask) {
  namespace json = boost::json;
  if (metadata == "{}") return;
  const auto signed_values = json::parse(metadata);
  const auto& members = signed_values.as_object();
  const auto* rule = members.if_contains("rule");
  if (rule == nullptr || rule->is_null()) return;
  if (!ask.rule.empty()) {
    throw Error(Fault::invalid, "serve an image: the token carries a rule and the address names one; give one of them");
  }
  ask.dynamic_rule = rule->is_string() ? std::string(rule->get_string()) : json::serialize(*rule);
  const auto* values = members.if_contains("params");
  if (values == nullptr || values->is_null()) return;
  if (!values->is_object()) {
    throw Error(Fault::unprocessable, "read the token's metadata: params is no object", "invalid-body",
                {{.pointer = "/metadata/params", .detail = "must be an object", .hint = {}}});
  }
  for (const auto& [name, value] : values->get_object()) {
    auto text = value.is_string() ? std::string(value.get_string()) : json::serialize(value);
    ask.signed_parameters.emplace_back(name, std::move(text));
  }
}

/// What a route serves.
struct Served {
  bool is_by_ids = false;
  bool is_document = false;
};

std::optional<int> page_of(const http::Request& request) {
  constexpr int kMostPages = 10'000;
  const auto page = whole_parameter(request, "page", 1, kMostPages);
  return page ? std::optional(static_cast<int>(*page)) : std::nullopt;
}

delivery::Ask ask_of(const http::Request& request, const http::PathValues& path, Served served, WallTime now) {
  delivery::Ask ask;
  auto parameters = request.parameters();
  const auto is_rule = [](const auto& parameter) { return parameter.first == "rule"; };
  const auto rules = std::ranges::count_if(parameters, is_rule);
  if (rules > 1) throw Error(Fault::invalid, "read the query: rule is there more than once");
  if (rules == 1) ask.rule = std::ranges::find_if(parameters, is_rule)->second;
  std::erase_if(parameters, [](const auto& p) { return std::ranges::find(kReserved, p.first) != kReserved.end(); });
  if (access::has_signature(request.query)) {
    std::erase_if(parameters, [](const auto& p) { return std::ranges::find(kSignature, p.first) != kSignature.end(); });
  }
  if (served.is_document) {
    ask.is_document = true;
    ask.page = page_of(request);
    std::erase_if(parameters, [](const auto& p) { return p.first == "page"; });
  }
  ask.parameters = std::move(parameters);
  ask.place = place_of(path, served.is_by_ids);
  ask.object = path.at("object");
  ask.accepts = transform::Accepts::from_header(request.fields.joined("Accept"));
  ask.hints = client_hints(request.fields);
  ask.known = known_of(request, now);
  return ask;
}

/// With what its admission brings.
delivery::Ask completed(delivery::Ask ask, const Admission& admission) {
  read_signed_rule(admission.metadata, ask);
  ask.negotiates = admission.negotiates;
  ask.visitor = admission.visitor;
  return ask;
}

/// RFC 9211.
std::string_view cache_status(delivery::Origin origin) {
  switch (origin) {
    case delivery::Origin::known: return "calotype; hit; detail=client";
    case delivery::Origin::memory: return "calotype; hit; detail=memory";
    case delivery::Origin::disk: return "calotype; hit; detail=disk";
    case delivery::Origin::remote: return "calotype; hit; detail=remote";
    case delivery::Origin::shared: return "calotype; fwd=miss; collapsed";
    case delivery::Origin::rendered: return "calotype; fwd=miss; stored";
    case delivery::Origin::passed: return "calotype; fwd=miss";
  }
  return "calotype";
}

std::string cache_control_of(const delivery::Answer& answer, const Admission& admission) {
  auto ages = ages_of(admission.bucket.max_age, answer.policy->cache);
  if (answer.degraded == delivery::Degraded::last_good) {
    ages = {.max_age = Seconds(answer.policy->on_error.max_age)};
  } else if (answer.degraded != delivery::Degraded::no) {
    ages = {.max_age = std::min(ages.max_age, kStandInMaxAge)};
  } else if (answer.is_stale) {
    ages = at_most(ages, kDegradedMaxAge);
  }
  return cache_control(ages, admission.is_public, admission.left);
}

std::string varies_by(const delivery::Answer& answer, const Admission& admission) {
  std::string fields = vary(answer.varies);
  const auto add = [&](std::string_view name) { fields += fields.empty() ? "" : ", ", fields += name; };
  if (admission.has_field_token) add("Authorization");
  if (!answer.policy->access.referers.empty()) add("Referer");
  return fields;
}

/// The W3C's Server-Timing, for the developer tools of browsers.
std::string server_timing(const delivery::Answer& answer) {
  const auto milliseconds = [](Microseconds time) { return static_cast<double>(time.count()) / 1000; };
  auto text = fmt::format("lookup;dur={:.2f}", milliseconds(answer.lookup));
  if (answer.origin != delivery::Origin::known) {
    text += fmt::format(", {};dur={:.2f}", name_of(answer.origin), milliseconds(answer.making));
  }
  return text;
}

http::Response response_of(const delivery::Answer& answer, const Admission& admission, const std::string& object) {
  http::Response response;
  auto& fields = response.fields;
  fields.add("ETag", fmt::format("\"{}\"", answer.key.hex()));
  fields.add("Last-Modified", http_date(answer.modified));
  fields.add("Cache-Control", cache_control_of(answer, admission));
  auto varied = varies_by(answer, admission);
  if (!varied.empty()) fields.add("Vary", std::move(varied));
  add_surrogate_keys(fields, admission.bucket.id, object, answer.rule, answer.policy->cache.tags);
  fields.add("Cache-Status", std::string(cache_status(answer.origin)));
  fields.add("Server-Timing", server_timing(answer));
  fields.add("Accept-Ranges", "bytes");
  fields.add("X-Content-Type-Options", "nosniff");
  if (answer.degraded != delivery::Degraded::no) {
    fields.add("X-Calotype-Degraded", std::string(name_of(answer.degraded)));
  } else if (answer.is_stale) {
    fields.add("X-Calotype-Degraded", "stale");
  }
  if (answer.failure) fields.add("X-Calotype-Error", code_of(*answer.failure));
  for (const auto& [name, value] : answer.policy->headers) fields.add(name, value);
  response.is_repeatable = answer.is_repeatable && !admission.left && admission.visitor.proof == delivery::Proof::none;
  if (!answer.rendition) {
    response.status = 304;
    return response;
  }
  fields.add("Content-Type", std::string(content_type_of(answer.format)));
  fields.add("Content-Disposition", disposition(answer.policy->disposition, object, name_of(answer.format)));
  response.body = answer.rendition->body;
  return response;
}

Task<http::Response> serve_image(FetchParts parts, Context ctx, http::Request& request, http::PathValues path,
                                 Served served) {
  const auto now = parts.clock.now();
  auto ask = ask_of(request, path, served, now);
  auto admission = co_await admit(parts, ctx, request, path, served.is_by_ids, Wanted::rendition, ask.rule);
  ask = completed(std::move(ask), admission);
  delivery::Answer answer;
  std::optional<Error> failure;
  try {
    answer = co_await parts.delivery.deliver(ctx, std::move(ask));
  } catch (const Error& error) {  // the one place where an error may become a picture
    failure = error;
  }
  if (answer.job) co_return job_response(answer.key, *answer.job, request.target);
  if (answer.refusal) failure = std::move(answer.refusal);
  if (failure) {
    // Of refusals there are thousands a second in a flood: they look nothing up.
    const bool is_refused = answer.policy && !may_stand_in(answer.policy->on_error, admission.bucket);
    if (is_refused) co_return problem_response(ctx, *failure);
    auto again = completed(ask_of(request, path, served, now), admission);
    co_return co_await picture_or_problem(parts, ctx, request, admission, std::move(again), *failure);
  }
  admission.is_public = may_be_shared(admission, answer.is_open);
  const Validators there{.tag = answer.key.hex(), .modified = answer.modified};
  if (may_fail(request.fields)) {
    const auto precondition = evaluate(request.fields, there, now);
    if (precondition == Precondition::failed) {
      auto refused = precondition_failed(ctx.request_id);
      if (auto varied = varies_by(answer, admission); !varied.empty()) refused.fields.set("Vary", std::move(varied));
      co_return refused;
    }
    if (precondition == Precondition::not_modified) answer.rendition.reset();
  }
  auto response = response_of(answer, admission, path.at("object"));
  if (!answer.rendition) co_return response;
  co_return narrowed(request, there, now, std::move(response), ctx.request_id);
}

http::Route rendition_route(FetchParts parts, Served served) {
  const std::string_view folder = served.is_document ? "documents" : "images";
  const std::string_view bucket =
      served.is_by_ids ? "/tenants/{tenant}/domains/{domain}/buckets/{bucket}" : "/{bucket}";
  const auto handle = [parts, served](Context ctx, http::Request& request, http::PathValues path) {
    return serve_image(parts, std::move(ctx), request, std::move(path), served);
  };
  return {.method = http::Method::get,
          .pattern = fmt::format("{}/{}/{{object...}}", bucket, folder),
          .name = served.is_document ? "fetch_document" : "fetch_image",
          .handle = handle};
}

Task<http::Response> shorten(http::Handler handler, Context ctx, http::Request& request) {
  auto response = co_await handler(std::move(ctx), request);
  const auto status = response.status;
  const bool has_no_age = response.fields.get("Cache-Control") == "no-store";
  const bool is_lasting = has_no_age && (status == 404 || status == 413 || status == 415);
  const bool is_private = request.fields.has("Authorization") || request.query.find("jwt=") != std::string::npos;
  if (is_lasting && !is_private) {
    response.fields.set("Cache-Control", fmt::format("public, max-age={}", kErrorMaxAge.count()));
  }
  co_return response;
}

}  // namespace

std::vector<http::Route> image_routes(FetchParts parts) {
  return {rendition_route(parts, {.is_by_ids = true}), rendition_route(parts, {})};
}

std::vector<http::Route> page_routes(FetchParts parts) {
  return {rendition_route(parts, {.is_by_ids = true, .is_document = true}),
          rendition_route(parts, {.is_document = true})};
}

http::Handler with_short_lived_errors(http::Handler handler) {
  return [handler = std::move(handler)](Context ctx, http::Request& request) {
    return shorten(handler, std::move(ctx), request);
  };
}

}  // namespace calotype::api
