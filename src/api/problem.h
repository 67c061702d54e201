#pragma once

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "core/context.h"
#include "core/error.h"
#include "http/message.h"

/// The only place where a fault becomes a status. Documents are RFC 9457.
namespace calotype::api {

int status_of(Fault fault);

/// "image-too-large": the error's own code, or its fault's. The last part of the problem's `type`.
std::string code_of(const Error& error);

/// The answer to a request that failed. A conflict with code "precondition-failed" is a 412. `internal` shows nothing
/// of its message. `members`: more of the document, each a name and its JSON.
http::Response problem_response(const Context& ctx, const Error& error,
                                const std::vector<std::pair<std::string, std::string>>& members = {});

/// Turns what a catch-all caught into an Error: itself, or `internal` for anything else (logged here, once).
Error as_error(const Context& ctx, std::exception_ptr thrown);

/// The route's response, or the problem that it throws.
Task<http::Response> as_response(Context ctx, Task<http::Response> route);

/// 405 with Allow.
http::Response method_not_allowed(const Context& ctx, const std::string& allowed);

}  // namespace calotype::api
