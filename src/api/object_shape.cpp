#include "api/object_shape.h"

#include "api/conditional.h"
#include "core/encoding.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

std::int64_t seconds_of(WallTime time) { return std::chrono::floor<Seconds>(time).time_since_epoch().count(); }

}  // namespace

Task<Bucket> bucket_of(Parts parts, Context ctx, TenantId tenant, http::PathValues path) {
  const auto domain_name = path.at("domain");
  const auto bucket_name = path.at("bucket");
  const auto domain = co_await parts->tenants.domains.require(ctx, tenant, domain_name);
  co_return co_await parts->tenants.buckets.require(ctx, domain, bucket_name);
}

json::object shown(const Object& object) {
  json::object all{{"object_id", object.name},
                   {"size", object.size_bytes},
                   {"md5", encode_hex(object.md5)},
                   {"last_modified", object.created.time_since_epoch().count()}};
  if (object.deleted) all["deleted"] = object.deleted->time_since_epoch().count();
  return all;
}

std::string etag_of(const ContentHash& content) { return fmt::format("\"{}\"", content.hex()); }

void add_headers(http::Response& response, const Object& object) {
  const std::string_view md5(reinterpret_cast<const char*>(object.md5.data()), object.md5.size());
  response.fields.set("ETag", etag_of(object.content));
  response.fields.set("Content-MD5", encode_base64(md5));
  response.fields.set("Last-Modified", http_date(object.created));
  if (object.expires) response.fields.set("x-object-expiration", std::to_string(seconds_of(*object.expires)));
}

objects::ByteStream stream_of(const http::Request& request, std::uint64_t limit) {
  auto* body = request.body;
  if (body == nullptr) {
    return [](std::span<std::byte>) -> Task<std::size_t> { co_return 0; };
  }
  body->limit(limit);
  return [body](std::span<std::byte> into) { return body->read(into); };
}

std::optional<objects::Expected> if_match(const http::Request& request) {
  if (!request.fields.has("If-Match")) return std::nullopt;
  const auto list = TagList::parse(request.fields.joined("If-Match"));
  objects::Expected expected{.any = list.any};
  for (const auto& tag : list.tags) {
    const auto content = tag.is_weak ? std::nullopt : Digest::parse(tag.opaque);
    if (content) expected.contents.push_back(*content);
  }
  return expected;
}

}  // namespace calotype::api
