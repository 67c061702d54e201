#pragma once

#include <vector>

#include "api/fetch_gate.h"
#include "http/router.h"

/// The fetch API: what browsers and CDNs ask for (docs: api-v1, Fetch API).
namespace calotype::api {

/// GET and HEAD of .../images/{object}, by the bucket's alias or by the ids of its path: through the rule that ?rule=
/// names, the one that a token carries, or the bucket's default one.
std::vector<http::Route> image_routes(FetchParts parts);

/// The same of .../documents/{object}, a PDF: of the page that ?page= or the rule names.
std::vector<http::Route> page_routes(FetchParts parts);

/// Lets caches keep an error for a moment where the same request would soon fail again: 404, 413, 415 of requests
/// without credentials. Not 422: a worker that died says so, too. For the handler of the fetch listener.
http::Handler with_short_lived_errors(http::Handler handler);

}  // namespace calotype::api
