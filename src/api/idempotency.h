#pragma once

#include <optional>
#include <string>

#include "api/management.h"

/// Requests that are carried out once, however often they are sent: those that make something, with an Idempotency-Key.
/// The key is stored before the work, so that of two at once one is refused, and after it with the answer, which is
/// given again for a day.
namespace calotype::api {

inline constexpr Seconds kAnswersKept{86'400};

/// The key of a request that makes something; nullopt where there is none, or the route makes nothing.
/// Throws invalid for a key that cannot be one: empty, over 255 bytes, not printable.
std::optional<std::string> idempotency_key(const ManagementRoute& route, const http::Request& request);

/// Runs the route, or gives what it answered before. Throws: conflict (code "request-running": the same request runs
/// now), unprocessable (code "idempotency-key-reused": the key was used for another).
Task<http::Response> run_once(Parts parts, ManagementRoute route, Call call, std::string key);

}  // namespace calotype::api
