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
  tenant.is_leaving = row.boolean();
  tenant.demands.expiry = row.boolean();
  tenant.demands.token_id = row.boolean();
  tenant.quota = rows::quota(row);
  tenant.rate = rows::maybe_rate(row);
  tenant.created = rows::time(row);
  return tenant;
}

#define CALOTYPE_TENANT                                                                                         \
  "SELECT id, name, admin_email, is_operator, status = 'deleting', needs_expiry, needs_token_id, most_objects," \
  " most_bytes, rate_per_second, rate_burst, created_ms FROM tenants "

std::optional<Tenant> tenant_of(Connection& connection, TenantId id) {
  return first_row(connection, CALOTYPE_TENANT "WHERE id = ?", read_tenant, id);
}

void use_invitation(Connection& connection, const Digest& code, const Tenant& tenant) {
  Query query(
      connection,
      "UPDATE invitations SET used_ms = ?, tenant = ? WHERE code_hash = ? AND used_ms IS NULL AND expires_ms > ?");
  rows::bind_all(query, tenant.created, tenant.id, code, tenant.created).run();
  if (connection.changes() == 0) {
    throw Error(Fault::denied, "sign up: the invitation is unknown, used up or too old", "bad-invitation");
  }
}

}  // namespace

Task<> SqliteCatalog::add_tenant(Context ctx, Tenant tenant, AccessKey key, std::optional<Digest> invitation) {
  auto change = [tenant = std::move(tenant), key = std::move(key), invitation](Connection& connection) {
    if (invitation) use_invitation(connection, *invitation, tenant);
    if (key.tenant != tenant.id) throw Error(Fault::missing, "add tenant: the key is another tenant's");
    Query query(connection,
                "INSERT INTO tenants (id, name, admin_email, is_operator, needs_expiry, needs_token_id, most_objects,"
                " most_bytes, rate_per_second, rate_burst, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    rows::bind_all(query, tenant.id, tenant.name, tenant.admin_email, tenant.is_operator, tenant.demands.expiry,
                   tenant.demands.token_id, tenant.quota, tenant.rate, tenant.created)
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

Task<std::optional<Tenant>> SqliteCatalog::change_tenant(Context ctx, TenantId id, TenantChange change) {
  auto apply = [id, change = std::move(change)](Connection& connection) -> std::optional<Tenant> {
    const auto before = tenant_of(connection, id);
    if (!before || before->is_leaving) return std::nullopt;
    auto after = changed(*before, change);
    Query query(connection,
                "UPDATE tenants SET name = ?, admin_email = ?, needs_expiry = ?, needs_token_id = ? WHERE id = ?");
    rows::bind_all(query, after.name, after.admin_email, after.demands.expiry, after.demands.token_id, id).run();
    return after;
  };
  co_return co_await database_.write(std::move(ctx), std::move(apply));
}

Task<bool> SqliteCatalog::set_rate(Context ctx, TenantId id, std::optional<Rate> rate) {
  auto change = [id, rate](Connection& connection) {
    Query query(connection, "UPDATE tenants SET rate_per_second = ?, rate_burst = ? WHERE id = ?");
    rows::bind_all(query, rate, id).run();
    return connection.changes() > 0;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
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
