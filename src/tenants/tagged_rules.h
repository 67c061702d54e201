#pragma once

#include <string>
#include <vector>

#include "ports/catalog.h"

namespace calotype::tenants {

/// The rules of a domain whose policy has the tag, in a revision that the rule's name or one of its labels means.
Task<std::vector<RuleId>> rules_tagged(Catalog& catalog, Context ctx, DomainId domain, std::string tag);

}  // namespace calotype::tenants
