// How a tenant leaves a SqliteCatalog, with all that any store of the database has of it.
#include <array>

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/lookup.h"
#include "adapters/sqlite/sqlite_catalog.h"

namespace calotype {

namespace {

#define CALOTYPE_ITS_DOMAINS "(SELECT id FROM domains WHERE tenant = ?1)"
#define CALOTYPE_ITS_BUCKETS "(SELECT id FROM buckets WHERE domain IN " CALOTYPE_ITS_DOMAINS ")"
#define CALOTYPE_ITS_RULES "(SELECT id FROM rules WHERE domain IN " CALOTYPE_ITS_DOMAINS ")"

/// What refers to something else goes before it. Each removes ?2 rows of the tenant ?1 at most; where one has removed
/// fewer, none is left. What its buckets and rules hold:
constexpr std::array<std::string_view, 12> kContents{
    "DELETE FROM objects WHERE (bucket, name) IN"
    " (SELECT bucket, name FROM objects WHERE bucket IN " CALOTYPE_ITS_BUCKETS " LIMIT ?2)",
    "DELETE FROM upload_parts WHERE (upload, number) IN (SELECT upload, number FROM upload_parts WHERE upload IN"
    " (SELECT id FROM uploads WHERE bucket IN " CALOTYPE_ITS_BUCKETS ") LIMIT ?2)",
    "DELETE FROM uploads WHERE id IN (SELECT id FROM uploads WHERE bucket IN " CALOTYPE_ITS_BUCKETS " LIMIT ?2)",
    "DELETE FROM deliveries WHERE (webhook, event) IN (SELECT webhook, event FROM deliveries WHERE webhook IN"
    " (SELECT id FROM webhooks WHERE tenant = ?1) LIMIT ?2)",
    "DELETE FROM webhooks WHERE id IN (SELECT id FROM webhooks WHERE tenant = ?1 LIMIT ?2)",
    "DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE tenant = ?1 LIMIT ?2)",
    "DELETE FROM answers WHERE (tenant, route, key) IN"
    " (SELECT tenant, route, key FROM answers WHERE tenant = ?1 LIMIT ?2)",
    "DELETE FROM used_tokens WHERE (tenant, token) IN"
    " (SELECT tenant, token FROM used_tokens WHERE tenant = ?1 LIMIT ?2)",
    "DELETE FROM rule_labels WHERE (rule, name) IN"
    " (SELECT rule, name FROM rule_labels WHERE rule IN " CALOTYPE_ITS_RULES " LIMIT ?2)",
    "DELETE FROM rule_revisions WHERE (rule, revision) IN"
    " (SELECT rule, revision FROM rule_revisions WHERE rule IN " CALOTYPE_ITS_RULES " LIMIT ?2)",
    "DELETE FROM rules WHERE seq IN (SELECT seq FROM rules WHERE domain IN " CALOTYPE_ITS_DOMAINS " LIMIT ?2)",
    "DELETE FROM watermarks WHERE seq IN (SELECT seq FROM watermarks WHERE domain IN " CALOTYPE_ITS_DOMAINS
    " LIMIT ?2)",
};
/// and then they, and all else:
constexpr std::array<std::string_view, 6> kRest{
    "DELETE FROM buckets WHERE seq IN (SELECT seq FROM buckets WHERE domain IN " CALOTYPE_ITS_DOMAINS " LIMIT ?2)",
    "DELETE FROM domains WHERE seq IN (SELECT seq FROM domains WHERE tenant = ?1 LIMIT ?2)",
    "DELETE FROM distributions WHERE seq IN (SELECT seq FROM distributions WHERE tenant = ?1 LIMIT ?2)",
    "DELETE FROM signing_keys WHERE seq IN (SELECT seq FROM signing_keys WHERE tenant = ?1 LIMIT ?2)",
    "DELETE FROM access_keys WHERE seq IN (SELECT seq FROM access_keys WHERE tenant = ?1 LIMIT ?2)",
    "DELETE FROM policies WHERE seq IN (SELECT seq FROM policies WHERE tenant = ?1 LIMIT ?2)",
};

/// Those that go next. Nobody is told, so no keys are noted.
void purge_objects(Connection& connection, TenantId id, std::size_t most, WallTime when) {
  Query query(connection,
              "INSERT INTO purges (id, tenant, scope, reason, bucket, subject, content, asked_ms)"
              " SELECT randomblob(16), ?1, 'object', 'deleted', bucket, name, content, ?3 FROM objects WHERE"
              " deleted_ms IS NULL AND (bucket, name) IN"
              " (SELECT bucket, name FROM objects WHERE bucket IN " CALOTYPE_ITS_BUCKETS " LIMIT ?2)");
  rows::bind_all(query, id, std::uint64_t{most}, when).run();
}

/// Before the buckets go: their aliases stand in URLs that live on.
void keep_aliases(Connection& connection, TenantId id, WallTime kept_until) {
  Query query(connection,
              "INSERT OR REPLACE INTO released_aliases (alias, tenant, until_ms)"
              " SELECT alias, tenant, ?2 FROM buckets WHERE domain IN " CALOTYPE_ITS_DOMAINS);
  rows::bind_all(query, id, kept_until).run();
}

/// Each in turn, until one has more than `most`; gives how many rows went.
std::size_t remove_rows(Connection& connection, TenantId id, std::size_t most,
                        std::span<const std::string_view> statements) {
  std::size_t removed = 0;
  for (const auto sql : statements) {
    Query query(connection, sql);
    rows::bind_all(query, id, std::uint64_t{most}).run();
    const auto count = static_cast<std::size_t>(connection.changes());
    removed += count;
    if (count >= most) break;
  }
  return removed;
}

}  // namespace

Task<bool> SqliteCatalog::begin_removal(Context ctx, TenantId id) {
  auto change = [id](Connection& connection) {
    Query tenant(connection, "SELECT is_operator FROM tenants WHERE id = ?");
    rows::bind_all(tenant, id);
    if (!tenant.step()) return false;
    if (tenant.boolean()) {
      throw Error(Fault::conflict, "remove the tenant: it is the installation's own", "operators-tenant");
    }
    Query query(connection, "UPDATE tenants SET status = 'deleting' WHERE id = ?");
    rows::bind_all(query, id).run();
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::optional<TenantId>> SqliteCatalog::find_leaving(Context ctx) {
  return find_row(database_, std::move(ctx), "SELECT id FROM tenants WHERE status = 'deleting' ORDER BY seq LIMIT 1",
                  rows::id<TenantId>);
}

Task<std::size_t> SqliteCatalog::remove_some(Context ctx, TenantId id, std::size_t most, WallTime when,
                                             WallTime kept_until) {
  auto change = [id, most, when, kept_until](Connection& connection) -> std::size_t {
    Query tenant(connection, "SELECT 1 FROM tenants WHERE id = ? AND status = 'deleting'");
    rows::bind_all(tenant, id);
    if (!tenant.step()) return 0;
    purge_objects(connection, id, most, when);
    const auto contents = remove_rows(connection, id, most, kContents);
    if (contents > 0) return contents;
    keep_aliases(connection, id, kept_until);
    const auto rest = remove_rows(connection, id, most, kRest);
    if (rest > 0) return rest;
    Query query(connection, "DELETE FROM tenants WHERE id = ?");
    rows::bind_all(query, id).run();
    return 0;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

}  // namespace calotype
