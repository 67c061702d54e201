#pragma once

#include <string_view>
#include <vector>

#include "http/router.h"

namespace calotype::api {

/// openapi/calotype.yaml.
std::string_view document_text();

/// GET and HEAD of /openapi.yaml: the API's own description, for anybody.
std::vector<http::Route> document_routes();

}  // namespace calotype::api
