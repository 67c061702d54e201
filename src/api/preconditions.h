#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/conditional.h"
#include "http/message.h"

/// What a request's conditions and ranges come to for what it asks for (RFC 9110, sections 13 and 14). Ask only where
/// the answer would be a success without them.
namespace calotype::api {

/// What tells one state of a thing from another: its strong tag without quotes, and since when it is so, in whole
/// seconds, where that is known.
struct Validators {
  std::string tag;
  std::optional<WallTime> modified;
};

enum class Precondition { none, failed, not_modified };

/// Of a GET or HEAD. A date that cannot be read, or that is sent twice, is passed over; so is If-Modified-Since with
/// one beyond `now`.
Precondition evaluate(const http::Fields& fields, const Validators& there, WallTime now);

/// Whether evaluate() may fail: then nothing else that the client has may be looked at before.
bool may_fail(const http::Fields& fields);

/// If-Modified-Since, where it counts.
std::optional<WallTime> modified_since(const http::Fields& fields, WallTime now);

/// Ranges are for GET alone, and with If-Range only of the very same bytes. A date is as good as a tag once a second
/// has passed since.
RangeVerdict wanted_range(const http::Request& request, const Validators& there, std::uint64_t size, WallTime now);

/// "bytes 0-9/100" of a part.
std::string content_range(const RangeVerdict& part, std::uint64_t size);
/// The part of a 200 that the request's range names (206), or 416; itself where it names none.
http::Response narrowed(const http::Request& request, const Validators& there, WallTime now, http::Response whole,
                        std::string_view request_id);
http::Response range_not_satisfiable(std::uint64_t size, std::string_view request_id);
http::Response precondition_failed(std::string_view request_id);

}  // namespace calotype::api
