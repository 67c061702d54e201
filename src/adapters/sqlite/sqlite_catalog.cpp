#include "adapters/sqlite/sqlite_catalog.h"

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/key_rows.h"
#include "adapters/sqlite/lookup.h"

namespace calotype {

namespace {

Tenant read_tenant(Query& row) {
  Tenant tenant{.id = rows::id<TenantId>(row)};
  tenant.name = row.text();
  tenant.admin_email = row.text();
  tenant.is_operator = row.boolean();
  tenant.quota = rows::quota(row);
  tenant.created = rows::time(row);
  return tenant;
}

#define CALOTYPE_TENANT "SELECT id, name, admin_email, is_operator, most_objects, most_bytes, created_ms FROM tenants "

}  // namespace

Task<> SqliteCatalog::add_tenant(Context ctx, Tenant tenant, AccessKey key) {
  auto change = [tenant = std::move(tenant), key = std::move(key)](Connection& connection) {
    if (key.tenant != tenant.id) throw Error(Fault::missing, "add tenant: the key is another tenant's");
    Query query(connection,
                "INSERT INTO tenants (id, name, admin_email, is_operator, most_objects, most_bytes, created_ms)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)");
    rows::bind_all(query, tenant.id, tenant.name, tenant.admin_email, tenant.is_operator, tenant.quota, tenant.created)
        .run();
    key_rows::insert(connection, key, {default_policy_of(tenant.id)});
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::optional<Tenant>> SqliteCatalog::find_tenant(Context ctx, TenantId id) {
  return find_row(database_, std::move(ctx), CALOTYPE_TENANT "WHERE id = ?", read_tenant, id);
}

Task<std::optional<Tenant>> SqliteCatalog::find_operator(Context ctx) {
  return find_row(database_, std::move(ctx), CALOTYPE_TENANT "WHERE is_operator = 1", read_tenant);
}

Task<std::vector<Tenant>> SqliteCatalog::list_tenants(Context ctx) {
  return list_rows(database_, std::move(ctx), CALOTYPE_TENANT "ORDER BY created_ms, seq", read_tenant);
}

Task<bool> SqliteCatalog::set_quota(Context ctx, TenantId id, Quota quota) {
  auto change = [id, quota](Connection& connection) {
    Query query(connection, "UPDATE tenants SET most_objects = ?, most_bytes = ? WHERE id = ?");
    rows::bind_all(query, quota, id).run();
    return connection.changes() > 0;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<> SqliteCatalog::check(Context ctx) { co_await database_.check(std::move(ctx)); }

}  // namespace calotype
