#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.h"
#include "ports/byte_source.h"

/// Answers of the management API, and the bodies that come with its requests.
namespace calotype::api {

/// JSON that no cache keeps.
http::Response json_response(int status, std::string body);

/// 201 with a Location: the collection that was posted to, and the new id behind it.
http::Response created(const http::Request& request, std::string_view id, std::string body);

/// An answer that says all in its status.
http::Response done(int status);

/// 200 with all of a source as its body, from its file where it has one.
Task<http::Response> source_response(Context ctx, SharedSource source, std::string content_type);

/// The whole body as text; empty where there is none. Throws too_large over `limit` bytes.
Task<std::string> body_text(const http::Request& request, std::uint64_t limit);
/// As body_text(), where there must be one: throws invalid (code "no-body"). `attempt`: "change the bucket".
Task<std::string> need_body_text(const http::Request& request, std::uint64_t limit, std::string attempt);

/// Most bytes of a JSON body that is no rule.
inline constexpr std::uint64_t kMaxJsonBody = 64 * 1024;

}  // namespace calotype::api
