#include "adapters/sqlite/sqlite_leases.h"

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/rows.h"

namespace calotype {

Task<std::optional<std::string>> SqliteLeases::take(Context ctx, std::string name, RunnerId runner, WallTime now,
                                                    WallTime until) {
  auto change = [name = std::move(name), runner, now, until](Connection& connection) -> std::optional<std::string> {
    Query query(connection,
                "INSERT INTO leases (name, runner, until_ms, cursor) VALUES (?, ?, ?, '')"
                " ON CONFLICT (name) DO UPDATE SET runner = excluded.runner, until_ms = excluded.until_ms"
                " WHERE leases.runner = excluded.runner OR leases.until_ms <= ? RETURNING cursor");
    if (!rows::bind_all(query, name, runner, until, now).step()) return std::nullopt;
    auto cursor = query.text();
    query.run();  // to its end
    return cursor;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<bool> SqliteLeases::note(Context ctx, std::string name, RunnerId runner, std::string cursor) {
  auto change = [name = std::move(name), runner, cursor = std::move(cursor)](Connection& connection) {
    Query query(connection, "UPDATE leases SET cursor = ? WHERE name = ? AND runner = ?");
    rows::bind_all(query, cursor, name, runner).run();
    return connection.changes() > 0;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<> SqliteLeases::release(Context ctx, std::string name, RunnerId runner) {
  auto change = [name = std::move(name), runner](Connection& connection) {
    Query query(connection, "UPDATE leases SET until_ms = 0 WHERE name = ? AND runner = ?");
    rows::bind_all(query, name, runner).run();
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<> SqliteLeases::release_all(Context ctx) {
  const auto change = [](Connection& connection) { Query(connection, "UPDATE leases SET until_ms = 0").run(); };
  co_await database_.write(std::move(ctx), change);
}

}  // namespace calotype
