#pragma once

#include <vector>

#include "access/access.h"
#include "delivery/delivery.h"
#include "http/router.h"

namespace calotype::api {

/// GET and HEAD of .../statics/{object}: originals, byte for byte, with ranges. Public where the bucket serves statics,
/// else by a token of its tenant.
std::vector<http::Route> statics_routes(delivery::Delivery& delivery, access::Access& access);

}  // namespace calotype::api
