#include "api/statics_routes.h"

#include <fmt/format.h>

#include "api/cache_control.h"
#include "api/disposition.h"
#include "api/preconditions.h"
#include "api/surrogate_keys.h"
#include "core/error.h"

namespace calotype::api {

namespace {

/// A part of a source as a body: straight from its file, or read where it has none.
Task<std::variant<Bytes, http::FilePart>> body_of(Context ctx, SharedSource source, std::uint64_t first,
                                                  std::uint64_t count) {
  const int descriptor = source->descriptor();
  if (descriptor >= 0) {
    co_return http::FilePart{.keep = source, .descriptor = descriptor, .offset = first, .count = count};
  }
  std::string text(count, '\0');
  const auto read = co_await source->read_at(ctx, first, std::as_writable_bytes(std::span(text)));
  if (read != count) throw Error(Fault::internal, fmt::format("read original: {} of {} bytes came", read, count));
  co_return Bytes::from(std::move(text));
}

/// The fields that 200, 206 and 304 share.
http::Fields shared_fields(const Object& object, const Admission& admission, const Validators& there) {
  http::Fields fields;
  fields.add("ETag", fmt::format("\"{}\"", there.tag));
  fields.add("Last-Modified", http_date(*there.modified));
  fields.add("Cache-Control",
             cache_control({.max_age = admission.bucket.max_age}, admission.is_public, admission.left));
  if (admission.has_field_token) fields.add("Vary", "Authorization");
  add_surrogate_keys(fields, object.bucket, object.name, std::nullopt);
  fields.add("Accept-Ranges", "bytes");
  fields.add("X-Content-Type-Options", "nosniff");
  if (!object.info) fields.add("Content-Security-Policy", "default-src 'none'; sandbox");
  return fields;
}

Task<http::Response> serve_original(FetchParts parts, Context ctx, http::Request& request, http::PathValues path,
                                    bool is_by_ids) {
  const auto admission = co_await admit(parts, ctx, request, path, is_by_ids, Wanted::original, {});
  const auto original = co_await parts.delivery.open_original(ctx, admission.bucket.id, path.at("object"));
  const auto& object = original.object;
  const Validators there{.tag = object.content.hex(), .modified = std::chrono::floor<Seconds>(object.created)};
  const auto now = parts.clock.now();
  const auto size = original.source->size();

  http::Response response;
  const auto precondition = evaluate(request.fields, there, now);
  if (precondition == Precondition::failed) co_return precondition_failed(ctx.request_id);
  if (precondition == Precondition::not_modified) {
    response.status = 304;
    response.fields = shared_fields(object, admission, there);
    co_return response;
  }
  const auto range = wanted_range(request, there, size, now);
  if (range.kind == RangeVerdict::Kind::unsatisfiable) co_return range_not_satisfiable(size, ctx.request_id);

  response.fields = shared_fields(object, admission, there);
  response.fields.add("Content-Type", object.content_type.empty() ? "application/octet-stream" : object.content_type);
  response.fields.add("Content-Disposition",
                      disposition(object.info ? "inline" : "attachment", last_segment(object.name)));
  if (range.kind == RangeVerdict::Kind::part) {
    response.status = 206;
    response.fields.add("Content-Range", content_range(range, size));
  }
  response.body = co_await body_of(ctx, original.source, range.first, range.count);
  co_return response;
}

http::Route statics_route(FetchParts parts, std::string pattern, bool is_by_ids) {
  const auto handle = [parts, is_by_ids](Context ctx, http::Request& request, http::PathValues path) {
    return serve_original(parts, std::move(ctx), request, std::move(path), is_by_ids);
  };
  return {.method = http::Method::get, .pattern = std::move(pattern), .name = "fetch_statics", .handle = handle};
}

}  // namespace

std::vector<http::Route> statics_routes(FetchParts parts) {
  return {statics_route(parts, "/tenants/{tenant}/domains/{domain}/buckets/{bucket}/statics/{object...}", true),
          statics_route(parts, "/{bucket}/statics/{object...}", false)};
}

}  // namespace calotype::api
