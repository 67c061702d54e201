#include "api/fetch_routes.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "api/caller.h"
#include "api/conditional.h"
#include "api/disposition.h"
#include "core/error.h"
#include "http/problem.h"

namespace calotype::api {

namespace {

/// Query parameters that are the API's own; the others belong to the rule.
constexpr std::array<std::string_view, 3> kReserved{"rule", "jwt", "AccessKeyId"};

/// How long a cache may serve a rendition while it asks for a newer one.
constexpr Seconds kStaleWhileRevalidate{60};
/// The longest life of an answer that was decided without the catalog.
constexpr Seconds kDegradedMaxAge{30};
/// Of an error in caches.
constexpr Seconds kErrorMaxAge{10};

Error no_rule(const http::Request& request) {
  if (has_credentials(request)) {
    return Error(
        Fault::missing,
        "serve an image by the rule of a token: rules inside tokens (metadata.rule) are not served by this version; "
        "name a stored one with ?rule=<id or name>",
        "no-rule");
  }
  return Error(Fault::missing,
               "serve an image without a rule: originals are not public here; add ?rule=<id or name> to the address",
               "no-rule");
}

delivery::Known known_of(const http::Request& request) {
  delivery::Known known;
  if (request.fields.has("If-None-Match")) {
    const auto tags = TagList::parse(request.fields.joined("If-None-Match"));
    known.any = tags.any;
    for (const auto& tag : tags.tags) {
      const auto key = Digest::parse(tag.opaque);
      if (key) known.keys.push_back(*key);
    }
  } else {
    known.since = parse_http_date(request.fields.get("If-Modified-Since"));
  }
  return known;
}

delivery::Ask ask_of(const http::Request& request, const http::PathValues& path, bool is_by_ids) {
  delivery::Ask ask;
  auto parameters = request.parameters();
  const auto is_rule = [](const auto& parameter) { return parameter.first == "rule"; };
  const auto rules = std::ranges::count_if(parameters, is_rule);
  if (rules > 1) throw Error(Fault::invalid, "read the query: rule is there more than once");
  if (rules == 0) throw no_rule(request);
  ask.rule = std::ranges::find_if(parameters, is_rule)->second;
  if (ask.rule.empty()) throw no_rule(request);
  std::erase_if(parameters, [](const auto& p) { return std::ranges::find(kReserved, p.first) != kReserved.end(); });
  ask.parameters = std::move(parameters);
  ask.place = place_of(path, is_by_ids);
  ask.object = path.at("object");
  ask.accepts = transform::Accepts::from_header(request.fields.joined("Accept"));
  ask.known = known_of(request);
  return ask;
}

/// RFC 9211.
std::string_view cache_status(delivery::Origin origin) {
  switch (origin) {
    case delivery::Origin::known: return "calotype; hit; detail=client";
    case delivery::Origin::memory: return "calotype; hit; detail=memory";
    case delivery::Origin::disk: return "calotype; hit; detail=disk";
    case delivery::Origin::shared: return "calotype; fwd=miss; collapsed";
    case delivery::Origin::rendered: return "calotype; fwd=miss; stored";
  }
  return "calotype";
}

std::string cache_control(const delivery::Answer& answer) {
  const auto max_age = answer.is_stale ? std::min(answer.max_age, kDegradedMaxAge) : answer.max_age;
  return fmt::format("public, max-age={}, stale-while-revalidate={}", max_age.count(), kStaleWhileRevalidate.count());
}

http::Response response_of(const delivery::Answer& answer, const std::string& object) {
  http::Response response;
  auto& fields = response.fields;
  fields.add("ETag", fmt::format("\"{}\"", answer.key.hex()));
  fields.add("Last-Modified", http_date(answer.modified));
  fields.add("Cache-Control", cache_control(answer));
  if (answer.is_negotiated) fields.add("Vary", "Accept");
  fields.add("Cache-Status", std::string(cache_status(answer.origin)));
  fields.add("X-Content-Type-Options", "nosniff");
  if (answer.is_stale) fields.add("X-Calotype-Degraded", "stale");
  if (!answer.rendition) {
    response.status = 304;
    return response;
  }
  fields.add("Content-Type", std::string(content_type_of(answer.format)));
  fields.add("Content-Disposition", disposition("inline", object, name_of(answer.format)));
  response.body = answer.rendition->body;
  return response;
}

Task<http::Response> serve_image(delivery::Delivery& delivery, Context ctx, http::Request& request,
                                 http::PathValues path, bool is_by_ids) {
  auto ask = ask_of(request, path, is_by_ids);
  const bool has_if_match = request.fields.has("If-Match");
  if (has_if_match) ask.known = {};  // it is decided first
  const auto answer = co_await delivery.deliver(ctx, std::move(ask));
  if (has_if_match) {
    const auto wanted = TagList::parse(request.fields.joined("If-Match"));
    if (!wanted.any && !wanted.has_strong(answer.key.hex())) {
      co_return http::problem(412, "If-Match names another rendition", ctx.request_id);
    }
  }
  co_return response_of(answer, path.at("object"));
}

http::Route image_route(delivery::Delivery& delivery, std::string pattern, bool is_by_ids) {
  const auto handle = [&delivery, is_by_ids](Context ctx, http::Request& request, http::PathValues path) {
    return serve_image(delivery, std::move(ctx), request, std::move(path), is_by_ids);
  };
  return {.method = http::Method::get, .pattern = std::move(pattern), .name = "fetch_image", .handle = handle};
}

Task<http::Response> shorten(http::Handler handler, Context ctx, http::Request& request) {
  auto response = co_await handler(std::move(ctx), request);
  const auto status = response.status;
  const bool is_lasting = status == 404 || status == 413 || status == 415;
  const bool is_private = request.fields.has("Authorization") || request.query.find("jwt=") != std::string::npos;
  if (is_lasting && !is_private) {
    response.fields.set("Cache-Control", fmt::format("public, max-age={}", kErrorMaxAge.count()));
  }
  co_return response;
}

}  // namespace

delivery::Place place_of(const http::PathValues& path, bool is_by_ids) {
  delivery::Place place;
  place.bucket = path.at("bucket");
  if (is_by_ids) {
    place.tenant = path.at("tenant");
    place.domain = path.at("domain");
  }
  return place;
}

std::vector<http::Route> image_routes(delivery::Delivery& delivery) {
  return {image_route(delivery, "/tenants/{tenant}/domains/{domain}/buckets/{bucket}/images/{object...}", true),
          image_route(delivery, "/{bucket}/images/{object...}", false)};
}

http::Handler with_short_lived_errors(http::Handler handler) {
  return [handler = std::move(handler)](Context ctx, http::Request& request) {
    return shorten(handler, std::move(ctx), request);
  };
}

}  // namespace calotype::api
