#pragma once

#include <vector>

#include "api/fetch_gate.h"

namespace calotype::api {

/// GET and HEAD of .../statics/{object}: originals, byte for byte, with ranges. Public where the bucket serves statics
/// and is not private, else by a token of its tenant.
std::vector<http::Route> statics_routes(FetchParts parts);

}  // namespace calotype::api
