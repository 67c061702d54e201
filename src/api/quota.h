#pragma once

#include <boost/json/object.hpp>

#include "api/json_fields.h"
#include "model/tenant.h"

namespace calotype::api {

/// {"objects": n or null, "bytes": n or null}.
boost::json::object shown_quota(const Quota& quota);

/// The other way round; what is absent or null is no limit. Negative numbers are problems of `fields`.
Quota read_quota(JsonFields& fields);

}  // namespace calotype::api
