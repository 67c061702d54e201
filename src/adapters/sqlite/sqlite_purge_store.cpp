#include "adapters/sqlite/sqlite_purge_store.h"

#include "adapters/sqlite/append_event.h"
#include "adapters/sqlite/append_purge.h"
#include "adapters/sqlite/lookup.h"

namespace calotype {

namespace {

#define CALOTYPE_PURGE                                                                                            \
  "SELECT seq, id, tenant, scope, reason, bucket, subject, content, keys, cursor, objects, renditions, asked_ms," \
  " done_ms FROM purges "

Purge read_purge(Query& row) {
  const auto sequence = row.integer();
  Purge purge{.id = rows::id<PurgeId>(row), .tenant = rows::id<TenantId>(row)};
  purge.sequence = sequence;
  purge.scope = purge_scope(row.text());
  purge.reason = purge_reason(row.text());
  if (row.is_null()) {
    row.skip(1);
  } else {
    purge.bucket = rows::id<BucketId>(row);
  }
  purge.subject = row.text();
  if (row.is_null()) {
    row.skip(1);
  } else {
    purge.content = rows::digest(row);
  }
  purge.keys = rows::lines(row.text());
  purge.cursor = row.text();
  purge.objects = static_cast<std::uint64_t>(row.integer());
  purge.renditions = static_cast<std::uint64_t>(row.integer());
  purge.asked = rows::time(row);
  purge.done = rows::maybe_time(row);
  return purge;
}

}  // namespace

Task<> SqlitePurgeStore::add(Context ctx, Purge purge) {
  auto change = [purge = std::move(purge)](Connection& connection) { append_purge(connection, purge); };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::optional<Purge>> SqlitePurgeStore::find(Context ctx, TenantId tenant, PurgeId id) {
  return find_row(database_, std::move(ctx), CALOTYPE_PURGE "WHERE id = ? AND tenant = ?", read_purge, id, tenant);
}

Task<std::optional<Purge>> SqlitePurgeStore::find_latest(Context ctx, BucketId bucket, std::string name) {
  return find_row(database_, std::move(ctx),
                  CALOTYPE_PURGE "WHERE scope = 'object' AND bucket = ? AND subject = ? ORDER BY seq DESC LIMIT 1",
                  read_purge, bucket, std::move(name));
}

Task<std::vector<Purge>> SqlitePurgeStore::list(Context ctx, TenantId tenant, std::int64_t before, std::size_t most) {
  return list_rows(database_, std::move(ctx), CALOTYPE_PURGE "WHERE tenant = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
                   read_purge, tenant, static_cast<std::uint64_t>(before), std::uint64_t{most});
}

Task<std::vector<Purge>> SqlitePurgeStore::open(Context ctx, std::int64_t after, std::size_t most) {
  return list_rows(database_, std::move(ctx), CALOTYPE_PURGE "WHERE done_ms IS NULL AND seq > ? ORDER BY seq LIMIT ?",
                   read_purge, static_cast<std::uint64_t>(after), std::uint64_t{most});
}

Task<> SqlitePurgeStore::note(Context ctx, std::vector<PurgeStep> steps, WallTime when) {
  auto change = [steps = std::move(steps), when](Connection& connection) {
    for (const auto& [purge, keys] : steps) {
      Query query(connection,
                  "UPDATE purges SET cursor = ?, objects = ?, renditions = ?, done_ms = ?"
                  " WHERE id = ? AND done_ms IS NULL");
      rows::bind_all(query, purge.cursor, purge.objects, purge.renditions, purge.done, purge.id).run();
      if (connection.changes() == 0) continue;
      // A tenant that has left, or is leaving, is told nothing.
      Query tenant(connection, "SELECT 1 FROM tenants WHERE id = ? AND status = 'active'");
      rows::bind_all(tenant, purge.tenant);
      if (tenant.step()) append_event(connection, event_of(purge, keys, when));
    }
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::size_t> SqlitePurgeStore::forget(Context ctx, WallTime before, std::size_t most) {
  auto change = [before, most](Connection& connection) {
    Query query(connection,
                "DELETE FROM purges WHERE seq IN (SELECT seq FROM purges WHERE done_ms < ? ORDER BY done_ms LIMIT ?)");
    rows::bind_all(query, before, std::uint64_t{most}).run();
    return static_cast<std::size_t>(connection.changes());
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

}  // namespace calotype
