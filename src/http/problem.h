#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace calotype::http {

/// The code of the error of a body that comes more slowly than the server's least rate: the client's fault, 408.
inline constexpr std::string_view kSlowBody = "slow-body";

/// "Not Found"; "Unknown" for a number that RFC 9110 does not have.
std::string_view reason_of(int status);

/// An error of the HTTP layer itself as application/problem+json (RFC 9457) of type about:blank. The title is the
/// status' reason, and so is the code ("uri-too-long"); `detail` must hold nothing of the request.
Response problem(int status, std::string_view detail, std::string_view request_id);

}  // namespace calotype::http
