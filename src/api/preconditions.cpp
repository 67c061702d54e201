#include "api/preconditions.h"

#include <fmt/format.h>

#include "http/problem.h"

namespace calotype::api {

namespace {

/// Of a field that stands there once: two dates are none.
std::optional<WallTime> date_in(const http::Fields& fields, std::string_view name) {
  return parse_http_date(fields.joined(name));
}

bool fails(const http::Fields& fields, const Validators& there) {
  if (fields.has("If-Match")) {
    const auto wanted = TagList::parse(fields.joined("If-Match"));
    return !wanted.any && !wanted.has_strong(there.tag);
  }
  const auto limit = date_in(fields, "If-Unmodified-Since");
  return limit && there.modified && *there.modified > *limit;
}

bool is_same(std::string_view condition, const Validators& there, WallTime now) {
  if (condition.starts_with('"') || condition.starts_with("W/")) {
    return TagList::parse(condition).has_strong(there.tag);
  }
  const auto date = parse_http_date(condition);
  return date && there.modified && *date == *there.modified && *there.modified + Seconds(1) <= now;
}

}  // namespace

bool may_fail(const http::Fields& fields) { return fields.has("If-Match") || fields.has("If-Unmodified-Since"); }

std::optional<WallTime> modified_since(const http::Fields& fields, WallTime now) {
  if (fields.has("If-None-Match")) return std::nullopt;
  const auto since = date_in(fields, "If-Modified-Since");
  return since && *since <= now ? since : std::nullopt;
}

Precondition evaluate(const http::Fields& fields, const Validators& there, WallTime now) {
  if (fails(fields, there)) return Precondition::failed;
  if (fields.has("If-None-Match")) {
    const auto known = TagList::parse(fields.joined("If-None-Match"));
    return known.any || known.has(there.tag) ? Precondition::not_modified : Precondition::none;
  }
  const auto since = modified_since(fields, now);
  return since && there.modified && *there.modified <= *since ? Precondition::not_modified : Precondition::none;
}

RangeVerdict wanted_range(const http::Request& request, const Validators& there, std::uint64_t size, WallTime now) {
  const RangeVerdict whole{.kind = RangeVerdict::Kind::whole, .first = 0, .count = size};
  const auto& fields = request.fields;
  if (request.method != http::Method::get || !fields.has("Range")) return whole;
  if (fields.has("If-Range") && !is_same(fields.joined("If-Range"), there, now)) return whole;
  return read_range(fields.joined("Range"), size);
}

std::string content_range(const RangeVerdict& part, std::uint64_t size) {
  return fmt::format("bytes {}-{}/{}", part.first, part.first + part.count - 1, size);
}

http::Response narrowed(const http::Request& request, const Validators& there, WallTime now, http::Response whole,
                        std::string_view request_id) {
  const auto size = whole.body_size();
  const auto range = wanted_range(request, there, size, now);
  if (range.kind == RangeVerdict::Kind::whole) return whole;
  if (range.kind == RangeVerdict::Kind::unsatisfiable) {
    auto refused = range_not_satisfiable(size, request_id);
    if (whole.fields.has("Vary")) refused.fields.set("Vary", std::string(whole.fields.get("Vary")));
    return refused;
  }
  whole.status = 206;
  whole.fields.add("Content-Range", content_range(range, size));
  if (auto* file = std::get_if<http::FilePart>(&whole.body)) {
    file->offset += range.first;
    file->count = range.count;
  } else {
    whole.body = std::get<Bytes>(whole.body).slice(range.first, range.count);
  }
  return whole;
}

http::Response range_not_satisfiable(std::uint64_t size, std::string_view request_id) {
  auto response =
      http::problem(416, fmt::format("there are {} bytes, and none of them in the range", size), request_id);
  response.fields.set("Content-Range", fmt::format("bytes */{}", size));
  return response;
}

http::Response precondition_failed(std::string_view request_id) {
  return http::problem(412, "what is there is not what the request's condition names", request_id);
}

}  // namespace calotype::api
