#pragma once

#include <boost/json/object.hpp>

#include "api/management.h"
#include "rules/language.h"

namespace calotype::api {

/// What a rule would change: `against` names a stored rule ("listing", "listing@live" in whichever domain of the caller
/// has it, or its path "/tenants/T/domains/D/rules/R") or an object ("bucket/a/b.jpg", or its path). Throws: missing;
/// invalid for what names neither, and a rule's name that more than one domain has; denied.
Task<boost::json::object> dry_run(Parts parts, Call call, std::string against, rules::Document document);

/// What it costs to make something of a picture.
boost::json::object shown_cost(const Plan& plan);

}  // namespace calotype::api
