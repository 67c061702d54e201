#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

/// What people see of the service's JSON.
namespace calotype::cli {

/// Rows under heads, each column as wide as it must be; numbers stand at the right.
std::string table_text(const std::vector<std::string>& heads, const std::vector<std::vector<std::string>>& rows);

/// A reply as a table (an array, or an object with one), as members, or `done` where it is empty; with --json as it
/// came.
void show_reply(Session& session, const Reply& reply, const std::vector<Column>& columns, const std::string& done);

/// "3.4 MB"; of 1000.
std::string size_text(std::uint64_t bytes);
/// "2026-01-31 09:05:00", UTC, of milliseconds since 1970.
std::string time_text(std::int64_t milliseconds);

}  // namespace calotype::cli
