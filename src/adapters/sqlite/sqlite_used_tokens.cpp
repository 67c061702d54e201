#include "adapters/sqlite/sqlite_used_tokens.h"

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/rows.h"

namespace calotype {

Task<bool> SqliteUsedTokens::use(Context ctx, TenantId tenant, Digest token, WallTime until) {
  auto change = [tenant, token, until](Connection& connection) {
    Query query(connection, "INSERT OR IGNORE INTO used_tokens (tenant, token, until_ms) VALUES (?, ?, ?)");
    rows::bind_all(query, tenant, token, until).run();
    return connection.changes() > 0;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::size_t> SqliteUsedTokens::forget(Context ctx, WallTime now, std::size_t most) {
  auto change = [now, most](Connection& connection) {
    Query query(connection,
                "DELETE FROM used_tokens WHERE (tenant, token) IN"
                " (SELECT tenant, token FROM used_tokens WHERE until_ms <= ? LIMIT ?)");
    rows::bind_all(query, now, static_cast<std::uint64_t>(most)).run();
    return static_cast<std::size_t>(connection.changes());
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

}  // namespace calotype
