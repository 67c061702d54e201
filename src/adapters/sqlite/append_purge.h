#pragma once

#include "adapters/sqlite/connection.h"
#include "model/purge.h"

namespace calotype {

/// Writes a purge within the change that makes it needed: both are there, or neither.
void append_purge(Connection& connection, const Purge& purge);

}  // namespace calotype
