#include "api/statics_routes.h"

#include <fmt/format.h>

#include "api/conditional.h"
#include "api/disposition.h"
#include "api/surrogate_keys.h"
#include "core/error.h"
#include "http/problem.h"

namespace calotype::api {

namespace {

/// What a request's preconditions come to (RFC 9110, section 13.2.2).
enum class Precondition { none, failed, not_modified };

Precondition evaluate(const http::Request& request, const std::string& tag, WallTime modified) {
  const auto& fields = request.fields;
  if (fields.has("If-Match")) {
    const auto wanted = TagList::parse(fields.joined("If-Match"));
    if (!wanted.any && !wanted.has_strong(tag)) return Precondition::failed;
  } else {
    const auto limit = parse_http_date(fields.get("If-Unmodified-Since"));
    if (limit && modified > *limit) return Precondition::failed;
  }
  if (fields.has("If-None-Match")) {
    const auto known = TagList::parse(fields.joined("If-None-Match"));
    return known.any || known.has(tag) ? Precondition::not_modified : Precondition::none;
  }
  const auto since = parse_http_date(fields.get("If-Modified-Since"));
  return since && modified <= *since ? Precondition::not_modified : Precondition::none;
}

/// Ranges are for GET alone, and with If-Range only of the very same bytes.
RangeVerdict wanted_range(const http::Request& request, const std::string& tag, WallTime modified, std::uint64_t size) {
  const RangeVerdict whole{.kind = RangeVerdict::Kind::whole, .first = 0, .count = size};
  if (request.method != http::Method::get || !request.fields.has("Range")) return whole;
  const auto condition = request.fields.get("If-Range");
  if (!condition.empty()) {
    const bool is_tag = condition.starts_with('"') || condition.starts_with("W/");
    const auto date = parse_http_date(condition);
    const bool is_same = is_tag ? TagList::parse(condition).has_strong(tag) : date && *date == modified;
    if (!is_same) return whole;
  }
  return read_range(request.fields.joined("Range"), size);
}

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
http::Fields shared_fields(const Object& object, const Admission& admission, const std::string& tag,
                           WallTime modified) {
  http::Fields fields;
  fields.add("ETag", fmt::format("\"{}\"", tag));
  fields.add("Last-Modified", http_date(modified));
  fields.add("Cache-Control", cache_control_of(admission, admission.max_age));
  add_surrogate_keys(fields, object.bucket, object.name, std::nullopt);
  fields.add("Accept-Ranges", "bytes");
  fields.add("X-Content-Type-Options", "nosniff");
  if (!object.info) fields.add("Content-Security-Policy", "default-src 'none'; sandbox");
  return fields;
}

Task<http::Response> serve_original(FetchParts parts, Context ctx, http::Request& request, http::PathValues path,
                                    bool is_by_ids) {
  const auto admission = co_await admit(parts, ctx, request, path, is_by_ids, Wanted::original, false);
  const auto original = co_await parts.delivery.open_original(ctx, admission.bucket.id, path.at("object"));
  const auto& object = original.object;
  const auto tag = object.content.hex();
  const auto modified = WallTime(std::chrono::floor<Seconds>(object.created));
  const auto size = original.source->size();

  http::Response response;
  const auto precondition = evaluate(request, tag, modified);
  if (precondition == Precondition::failed) {
    co_return http::problem(412, "the original is not the one that the request's condition names", ctx.request_id);
  }
  if (precondition == Precondition::not_modified) {
    response.status = 304;
    response.fields = shared_fields(object, admission, tag, modified);
    co_return response;
  }
  const auto range = wanted_range(request, tag, modified, size);
  if (range.kind == RangeVerdict::Kind::unsatisfiable) {
    response = http::problem(416, fmt::format("the original has {} bytes", size), ctx.request_id);
    response.fields.set("Content-Range", fmt::format("bytes */{}", size));
    co_return response;
  }

  response.fields = shared_fields(object, admission, tag, modified);
  response.fields.add("Content-Type", object.content_type.empty() ? "application/octet-stream" : object.content_type);
  response.fields.add("Content-Disposition", disposition(object.info ? "inline" : "attachment", object.name, ""));
  if (range.kind == RangeVerdict::Kind::part) {
    response.status = 206;
    response.fields.add("Content-Range",
                        fmt::format("bytes {}-{}/{}", range.first, range.first + range.count - 1, size));
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
