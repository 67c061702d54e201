#include <boost/json.hpp>

#include "api/answer.h"
#include "api/conditional.h"
#include "api/json_fields.h"
#include "api/management.h"
#include "api/upload.h"
#include "core/encoding.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

std::string md5_base64(const Object& object) {
  return encode_base64({reinterpret_cast<const char*>(object.md5.data()), object.md5.size()});
}

json::object shown(const Object& object) {
  return {{"object_id", object.name},
          {"size", object.size_bytes},
          {"md5", encode_hex(object.md5)},
          {"last_modified", object.created.time_since_epoch().count()}};
}

void add_headers(http::Response& response, const Object& object) {
  response.fields.set("ETag", fmt::format("\"{}\"", object.content.hex()));
  response.fields.set("Content-MD5", md5_base64(object));
  response.fields.set("Last-Modified", http_date(object.created));
}

Task<Bucket> bucket_of(Parts parts, Context ctx, TenantId tenant, http::PathValues path) {
  const auto domain_name = path.at("domain");
  const auto bucket_name = path.at("bucket");
  const auto domain = co_await parts->tenants.domains.require(ctx, tenant, domain_name);
  co_return co_await parts->tenants.buckets.require(ctx, domain, bucket_name);
}

objects::ByteStream stream_of(const http::Request& request, std::uint64_t limit) {
  auto* body = request.body;
  if (body == nullptr) {
    return [](std::span<std::byte>) -> Task<std::size_t> { co_return 0; };
  }
  body->limit(limit);
  return [body](std::span<std::byte> into) { return body->read(into); };
}

Task<http::Response> put_object(Parts parts, Call call) {
  auto ask = read_put_ask(call.request, call.caller.metadata);
  const auto bucket = co_await bucket_of(parts, call.ctx, call.tenant, call.path);
  auto stream = stream_of(call.request, parts->objects.most_bytes());
  const auto object = co_await parts->objects.put(call.ctx, bucket, std::move(ask), std::move(stream));
  if (parts->forget) parts->forget(bucket.id, object.name);

  auto response = created(call.request, object.name, json::serialize(shown(object)));
  add_headers(response, object);
  const std::string_view sha256(reinterpret_cast<const char*>(object.content.octets.data()),
                                object.content.octets.size());
  response.fields.set("Repr-Digest", fmt::format("sha-256=:{}:", encode_base64(sha256)));
  co_return response;
}

Task<http::Response> get_object(Parts parts, Call call) {
  const auto bucket = co_await bucket_of(parts, call.ctx, call.tenant, call.path);
  const auto name = call.path.at("object");
  auto opened = co_await parts->objects.open(call.ctx, bucket.id, name);
  auto response = co_await source_response(call.ctx, std::move(opened.source), opened.object.content_type);
  add_headers(response, opened.object);
  co_return response;
}

Task<http::Response> delete_object(Parts parts, Call call) {
  const auto name = call.path.at("object");
  JsonFields metadata(call.caller.metadata, "delete an object", JsonFields::Unknown::ignored, "/metadata");
  const auto signed_name = metadata.text("oid");
  const bool is_forced = metadata.flag("force").value_or(false);
  if (signed_name && *signed_name != name) metadata.add_problem("oid", "is not the object of the path");
  metadata.finish();

  const auto bucket = co_await bucket_of(parts, call.ctx, call.tenant, call.path);
  co_await parts->objects.remove(call.ctx, bucket.id, name, is_forced);
  if (parts->forget) parts->forget(bucket.id, name);
  const json::object body{{"object_id", name}, {"recoverable", !is_forced}};
  co_return json_response(202, json::serialize(body));
}

}  // namespace

std::vector<ManagementRoute> object_routes() {
  using http::Method;
  const std::string all = "/tenants/{tenant}/domains/{domain}/buckets/{bucket}/objects";
  return {{Method::post, all, "put_object", Guard::tenant, "objects:create", put_object},
          {Method::get, all + "/{object...}", "get_object", Guard::tenant, "objects:get", get_object},
          {Method::del, all + "/{object...}", "delete_object", Guard::tenant, "objects:delete", delete_object}};
}

}  // namespace calotype::api
