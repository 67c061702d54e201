#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/rows.h"

/// Questions that need one statement.
namespace calotype {

/// Behind a WHERE of what is found from outside: nothing of a tenant that is leaving is.
#define CALOTYPE_OF_ONE_THAT_STAYS "AND tenant IN (SELECT id FROM tenants WHERE status = 'active')"

/// What reads one row of a kind.
template <class Row>
using Reader = Row (*)(Query&);

template <class Row, class... Keys>
std::optional<Row> first_row(Connection& connection, std::string_view sql, Reader<Row> reader, const Keys&... keys) {
  Query query(connection, sql);
  rows::bind_all(query, keys...);
  if (!query.step()) return std::nullopt;
  return reader(query);
}

/// Finds one row by its keys. `sql` is a literal.
template <class Row, class... Keys>
Task<std::optional<Row>> find_row(Database& database, Context ctx, std::string_view sql, Reader<Row> reader,
                                  Keys... keys) {
  auto query = [=](Connection& connection) { return first_row(connection, sql, reader, keys...); };
  co_return co_await database.read(std::move(ctx), std::move(query));
}

/// All rows of a parent, in the order of the statement. `sql` is a literal.
template <class Row, class... Keys>
Task<std::vector<Row>> list_rows(Database& database, Context ctx, std::string_view sql, Reader<Row> reader,
                                 Keys... keys) {
  auto query = [=](Connection& connection) {
    Query rows_of(connection, sql);
    rows::bind_all(rows_of, keys...);
    std::vector<Row> found;
    while (rows_of.step()) found.push_back(reader(rows_of));
    return found;
  };
  co_return co_await database.read(std::move(ctx), std::move(query));
}

}  // namespace calotype
