#include <boost/json.hpp>

#include "api/answer.h"
#include "api/json_fields.h"
#include "api/listing.h"
#include "api/management.h"
#include "api/multipart.h"
#include "api/object_shape.h"
#include "api/preconditions.h"
#include "api/upload.h"
#include "core/encoding.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

Task<http::Response> put_object(Parts parts, Call call) {
  if (call.request.parameter("uploads")) co_return co_await begin_upload(parts, std::move(call));
  if (call.request.parameter("uploadId") || call.request.parameter("partNumber")) {
    throw Error(Fault::invalid, "store an object: a part of an upload is put to .../objects/{object}");
  }
  auto ask = read_put_ask(call.request, call.caller.metadata);
  if (call.once) {
    ask.name_seed = call.once->seed;
    ask.is_repeat = call.once->was_left;
  }
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

Task<http::Response> list_objects(Parts parts, Call call) {
  const auto bucket = co_await bucket_of(parts, call.ctx, call.tenant, call.path);
  const auto asked = read_list_ask(call.request, bucket.id);
  const auto page = co_await parts->objects.list(call.ctx, asked.ask);
  json::array all;
  for (const auto& object : page.objects) all.push_back(shown(object));
  json::object body{{"objects", std::move(all)}};
  if (!asked.ask.delimiter.empty()) body["common_prefixes"] = json::value_from(page.prefixes);
  if (page.next) body["continuation_token"] = make_token(asked.scope, *page.next);
  co_return json_response(200, json::serialize(body));
}

Task<http::Response> get_object(Parts parts, Call call) {
  if (call.request.parameter("uploadId")) co_return co_await list_parts(parts, std::move(call));
  const auto bucket = co_await bucket_of(parts, call.ctx, call.tenant, call.path);
  const auto name = call.path.at("object");
  auto opened = co_await parts->objects.open(call.ctx, bucket.id, name);
  const auto& object = opened.object;
  const Validators there{.tag = object.content.hex(), .modified = std::chrono::floor<Seconds>(object.created)};
  const auto now = parts->clock.now();
  const auto precondition = evaluate(call.request.fields, there, now);
  if (precondition == Precondition::failed) co_return precondition_failed(call.ctx.request_id);
  if (precondition == Precondition::not_modified) {
    auto unchanged = done(304);
    add_headers(unchanged, object);
    co_return unchanged;
  }
  auto response = co_await source_response(call.ctx, std::move(opened.source), object.content_type);
  add_headers(response, object);
  response.fields.set("Accept-Ranges", "bytes");
  co_return narrowed(call.request, there, now, std::move(response), call.ctx.request_id);
}

Task<http::Response> delete_object(Parts parts, Call call) {
  if (call.request.parameter("uploadId")) co_return co_await abort_upload(parts, std::move(call));
  const auto name = call.path.at("object");
  JsonFields metadata(call.caller.metadata, "delete an object", JsonFields::Unknown::ignored, "/metadata");
  const auto signed_name = metadata.text("oid");
  const bool is_forced = metadata.flag("force").value_or(false);
  if (signed_name && *signed_name != name) metadata.add_problem("oid", "is not the object of the path");
  metadata.finish();

  const auto bucket = co_await bucket_of(parts, call.ctx, call.tenant, call.path);
  const auto expected = if_match(call.request);
  co_await parts->objects.remove(call.ctx, bucket.id, name, is_forced, expected);
  if (parts->forget) parts->forget(bucket.id, name);
  json::object body{{"object_id", name}, {"recoverable", !is_forced}};
  const auto purge = co_await parts->tenants.purges.find_latest(call.ctx, bucket.id, name);
  if (purge) body["purge_id"] = purge->id.text();
  co_return json_response(202, json::serialize(body));
}

Task<http::Response> restore_object(Parts parts, Call call) {
  const auto bucket = co_await bucket_of(parts, call.ctx, call.tenant, call.path);
  const auto name = call.path.at("object");
  co_await parts->objects.restore(call.ctx, bucket, name);
  if (parts->forget) parts->forget(bucket.id, name);
  co_return done(200);
}

Task<http::Response> uncache_object(Parts parts, Call call) {
  // An object in parts may have a name that ends so.
  if (call.request.parameter("uploadId")) {
    throw Error(Fault::invalid, "complete an upload: a name that ends in /uncache has its last slash written %2F");
  }
  const auto bucket = co_await bucket_of(parts, call.ctx, call.tenant, call.path);
  const auto name = call.path.at("object");
  co_await parts->objects.uncache(call.ctx, bucket.id, name);
  if (parts->forget) parts->forget(bucket.id, name);
  json::object body;
  const auto purge = co_await parts->tenants.purges.find_latest(call.ctx, bucket.id, name);
  if (purge) body["purge_id"] = purge->id.text();
  co_return json_response(202, json::serialize(body));
}

}  // namespace

std::vector<ManagementRoute> object_routes() {
  using http::Method;
  const std::string bucket = "/tenants/{tenant}/domains/{domain}/buckets/{bucket}";
  const std::string one = bucket + "/objects/{object...}";
  return {{Method::post, bucket + "/objects", "put_object", Guard::tenant, "objects:create", put_object},
          {Method::get, bucket + "/objects", "list_objects", Guard::tenant, "objects:list", list_objects},
          {Method::get, one, "get_object", Guard::tenant, "objects:get", get_object},
          {Method::del, one, "delete_object", Guard::tenant, "objects:delete", delete_object},
          {Method::put, one, "put_part", Guard::tenant, "objects:create", put_part},
          {Method::post, one, "complete_upload", Guard::tenant, "objects:create", complete_upload},
          {Method::post, one + "/uncache", "uncache_object", Guard::tenant, "objects:update", uncache_object},
          {Method::del, bucket + "/delete-markers/{object...}", "restore_object", Guard::tenant, "objects:restore",
           restore_object}};
}

}  // namespace calotype::api
