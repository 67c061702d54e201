#pragma once

#include <span>
#include <string_view>
#include <utility>

#include "adapters/sqlite/connection.h"

namespace calotype {

/// A step of the schema: the name of its file, which begins with its number, and its SQL.
using Migration = std::pair<std::string_view, std::string_view>;

/// Those of migrations/sqlite, in order.
std::span<const Migration> built_in_migrations();

/// Brings the database to the last of `migrations`, which count from 1 without a gap: all or nothing.
/// Throws: conflict when the database is newer than they are, or was made by other ones.
void migrate(Connection& connection, std::span<const Migration> migrations);

}  // namespace calotype
