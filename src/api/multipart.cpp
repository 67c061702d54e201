#include "api/multipart.h"

#include <boost/json.hpp>

#include "api/answer.h"
#include "api/listing.h"
#include "api/object_shape.h"
#include "api/upload.h"
#include "core/encoding.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

struct Place {
  Bucket bucket;
  Upload upload;
};

/// The upload that the request names, in the bucket of its path. Throws missing.
Task<Place> place_of(Parts parts, const Call& call) {
  const auto id = call.request.parameter("uploadId");
  if (!id) {
    throw Error(Fault::unprocessable, "use an upload: the parameter uploadId is missing", "invalid-parameter",
                {{.pointer = "/uploadId",
                  .detail = "must name an upload",
                  .hint = "begin one with POST .../objects?uploads; to store an object at once, POST .../objects"}});
  }
  const auto name = call.path.at("object");
  Place place;
  place.bucket = co_await bucket_of(parts, call.ctx, call.tenant, call.path);
  place.upload = co_await parts->uploads.require(call.ctx, place.bucket.id, name, *id);
  co_return place;
}

json::object shown_part(const UploadPart& part) {
  return {{"part_number", part.number},
          {"size", part.size_bytes},
          {"md5", encode_hex(part.md5)},
          {"etag", etag_of(part.content)},
          {"last_modified", part.stored.time_since_epoch().count()}};
}

}  // namespace

Task<http::Response> begin_upload(Parts parts, Call call) {
  auto ask = read_put_ask(call.request, call.caller.metadata);
  const auto bucket = co_await bucket_of(parts, call.ctx, call.tenant, call.path);
  const auto upload = co_await parts->uploads.begin(call.ctx, bucket, std::move(ask));
  const json::object body{{"upload_id", upload.id.text()}, {"object_id", upload.name}};
  co_return json_response(200, json::serialize(body));
}

Task<http::Response> put_part(Parts parts, Call call) {
  const auto number = whole_parameter(call.request, "partNumber", 1, objects::kMostParts);
  if (!number) {
    throw Error(Fault::unprocessable, "store a part: the parameter partNumber is missing", "invalid-parameter",
                {{.pointer = "/partNumber", .detail = "must be given", .hint = ""}});
  }
  const auto announced = read_announced(call.request);
  const auto place = co_await place_of(parts, call);
  auto stream = stream_of(call.request, parts->objects.most_bytes());
  const auto part =
      co_await parts->uploads.put_part(call.ctx, place.upload, static_cast<int>(*number), announced, std::move(stream));
  auto response = done(200);
  response.fields.set("ETag", etag_of(part.content));
  co_return response;
}

Task<http::Response> list_parts(Parts parts, Call call) {
  const auto place = co_await place_of(parts, call);
  const auto all = co_await parts->uploads.parts(call.ctx, place.upload);
  json::array shown;
  for (const auto& part : all) shown.push_back(shown_part(part));
  const json::object body{{"upload_id", place.upload.id.text()},
                          {"object_id", place.upload.name},
                          {"complete", place.upload.is_complete},
                          {"parts", std::move(shown)}};
  co_return json_response(200, json::serialize(body));
}

Task<http::Response> complete_upload(Parts parts, Call call) {
  const auto place = co_await place_of(parts, call);
  const auto object = co_await parts->uploads.complete(call.ctx, place.bucket, place.upload);
  if (parts->forget) parts->forget(place.bucket.id, object.name);
  auto response = json_response(200, json::serialize(shown(object)));
  add_headers(response, object);
  co_return response;
}

Task<http::Response> abort_upload(Parts parts, Call call) {
  const auto place = co_await place_of(parts, call);
  co_await parts->uploads.abort(call.ctx, place.upload);
  co_return done(204);
}

}  // namespace calotype::api
