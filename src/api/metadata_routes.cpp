#include <boost/json.hpp>

#include "api/answer.h"
#include "api/json_fields.h"
#include "api/management.h"
#include "api/object_shape.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

constexpr std::string_view kExpiration = "x-object-expiration";

[[noreturn]] void refuse(std::vector<Problem> problems) {
  throw Error(Fault::unprocessable, "set an object's metadata: it cannot be used", "invalid-body", std::move(problems));
}

/// The expiry, or a problem. null is none.
std::optional<WallTime> read_expiry(const json::value& value, std::vector<Problem>& problems) {
  if (value.is_null()) return std::nullopt;
  if (value.is_int64() && value.get_int64() >= 0 && value.get_int64() < (std::int64_t{1} << 40)) {
    return WallTime(Seconds(value.get_int64()));
  }
  problems.push_back({.pointer = "/x-object-expiration",
                      .detail = "must be a whole number of seconds since 1970, or null",
                      .hint = ""});
  return std::nullopt;
}

objects::Metadata read_metadata(const std::string& text) {
  // An object, and no member twice.
  JsonFields(text, "set an object's metadata", JsonFields::Unknown::ignored).finish();
  const auto all = text.empty() ? json::object() : json::parse(text).as_object();
  objects::Metadata metadata;
  std::vector<Problem> problems;
  for (const auto& member : all) {
    const std::string name(member.key());
    if (name == kExpiration) {
      metadata.expires = read_expiry(member.value(), problems);
    } else if (member.value().is_string()) {
      metadata.user.emplace(name, std::string(member.value().get_string()));
    } else {
      problems.push_back({.pointer = "/" + name, .detail = "must be a text", .hint = "leave it out to remove it"});
    }
  }
  if (!problems.empty()) refuse(std::move(problems));
  return metadata;
}

Task<http::Response> get_metadata(Parts parts, Call call) {
  const auto bucket = co_await bucket_of(parts, call.ctx, call.tenant, call.path);
  const auto name = call.path.at("object");
  const auto object = co_await parts->objects.require(call.ctx, bucket.id, name);
  auto body = object.user_metadata.empty() ? json::object() : json::parse(object.user_metadata).as_object();
  if (object.expires) {
    body[kExpiration] = std::chrono::floor<Seconds>(*object.expires).time_since_epoch().count();
  }
  auto response = json_response(200, json::serialize(body));
  response.fields.set("ETag", etag_of(object.content));
  co_return response;
}

Task<http::Response> set_metadata(Parts parts, Call call) {
  const auto text = co_await need_body_text(call.request, kMaxJsonBody, "set the metadata");
  auto metadata = read_metadata(text);
  const auto bucket = co_await bucket_of(parts, call.ctx, call.tenant, call.path);
  const auto name = call.path.at("object");
  const auto expected = if_match(call.request);
  co_await parts->objects.set_metadata(call.ctx, bucket.id, name, std::move(metadata), expected);
  if (parts->forget) parts->forget(bucket.id, name);
  co_return done(204);
}

}  // namespace

std::vector<ManagementRoute> metadata_routes() {
  const std::string one = "/tenants/{tenant}/domains/{domain}/buckets/{bucket}/metadata/{object...}";
  return {{http::Method::get, one, "get_metadata", Guard::tenant, "objects:get", get_metadata},
          {http::Method::put, one, "set_metadata", Guard::tenant, "objects:update", set_metadata}};
}

}  // namespace calotype::api
