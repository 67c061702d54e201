#pragma once

#include <vector>

#include "access/access.h"
#include "delivery/delivery.h"
#include "http/router.h"

/// The fetch API: what browsers and CDNs ask for (docs: api-v1, Fetch API).
namespace calotype::api {

/// GET and HEAD of .../images/{object}?rule=R, by the bucket's alias or by the ids of its path.
std::vector<http::Route> image_routes(delivery::Delivery& delivery);

/// Which bucket a path means.
delivery::Place place_of(const http::PathValues& path, bool is_by_ids);

/// Lets caches keep an error for a moment where the same request would soon fail again: 404, 413, 415 of requests
/// without credentials. Not 422: a worker that died says so, too. For the handler of the fetch listener.
http::Handler with_short_lived_errors(http::Handler handler);

}  // namespace calotype::api
