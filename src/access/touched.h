#pragma once

#include <string>
#include <vector>

#include "access/policy.h"
#include "core/context.h"
#include "core/task.h"
#include "ports/catalog.h"
#include "ports/key_store.h"

namespace calotype::access {

/// A thing as a request names it. An empty text: none in particular, as in a list or an addition.
struct PathPart {
  std::string kind;
  std::string text;
};

/// The things that the parts name, each with its id and its alias: whichever of them the request uses, the same
/// patterns fit. Asks the catalog only where the statements name single things. What is not there keeps the one name
/// that it was called by. `parts` go from the outermost to the innermost and belong to the tenant.
Task<std::vector<Resource>> touched_by(Context ctx, Catalog& catalog, KeyStore& keys, TenantId tenant,
                                       const Statements& statements, std::vector<PathPart> parts);

}  // namespace calotype::access
