#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "access/access.h"
#include "http/message.h"
#include "http/router.h"

/// Who calls: from a request to an access::Caller.
namespace calotype::api {

inline constexpr std::string_view kApiPrefix = "/api/v1";

/// Whether the request brings a token at all, in any of its forms.
bool has_credentials(const http::Request& request);

/// The token and key id of the query, or of `Authorization: Bearer` and `X-Access-Key-Id`; empty where there are none.
/// Throws unauthenticated where both forms are there, invalid for a query that cannot be read.
access::Credentials credentials_of(const http::Request& request);

/// What a token for this request must be signed for: the path as it was sent, without "/api/v1".
access::Target target_of(const http::Request& request);

/// Proves the caller. Throws as Access::authenticate.
Task<access::Caller> caller_of(Context ctx, access::Access& access, const http::Request& request,
                               access::Surface surface);

}  // namespace calotype::api
