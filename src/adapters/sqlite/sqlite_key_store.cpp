#include "adapters/sqlite/sqlite_key_store.h"

#include "adapters/sqlite/append_event.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/key_rows.h"
#include "adapters/sqlite/lookup.h"

namespace calotype {

namespace {

StoredPolicy read_policy(Query& row) {
  StoredPolicy policy{.id = rows::id<PolicyId>(row), .tenant = rows::id<TenantId>(row)};
  policy.alias = row.text();
  policy.body = row.text();
  policy.created = rows::time(row);
  return policy;
}

#define CALOTYPE_KEY "SELECT id, tenant, public_key_pem, description, is_active, created_ms FROM access_keys "
#define CALOTYPE_POLICY_FIELDS "SELECT p.id, p.tenant, p.alias, p.body, p.created_ms FROM policies p "
#define CALOTYPE_POLICY_OF_KEY CALOTYPE_POLICY_FIELDS "JOIN key_policies k ON k.policy = p.id WHERE k.key = ? "

std::optional<AccessKey> key_of(Connection& connection, TenantId tenant, AccessKeyId id) {
  return first_row(connection, CALOTYPE_KEY "WHERE id = ? AND tenant = ?", key_rows::read, id, tenant);
}

std::optional<StoredPolicy> policy_of(Connection& connection, TenantId tenant, PolicyId id) {
  return first_row(connection, CALOTYPE_POLICY_FIELDS "WHERE p.id = ? AND p.tenant = ?", read_policy, id, tenant);
}

bool is_admin(Connection& connection, const AccessKey& key) {
  Query query(connection, "SELECT 1 FROM key_policies WHERE key = ? AND policy = ?");
  rows::bind_all(query, key.id, default_policy_of(key.tenant));
  return key.is_active && query.step();
}

/// Undoes the change of a key that was an admin's where it has taken the tenant's last way in.
void keep_an_admin(Connection& connection, TenantId tenant) {
  Query query(connection,
              "SELECT 1 FROM key_policies p JOIN access_keys k ON k.id = p.key"
              " WHERE p.policy = ? AND p.tenant = ? AND k.is_active = 1 LIMIT 1");
  rows::bind_all(query, default_policy_of(tenant), tenant);
  if (query.step()) return;
  throw Error(Fault::conflict, "change a key: no active key of the tenant would have its default policy",
              "last-admin-key");
}

}  // namespace

Task<std::optional<HeldKey>> SqliteKeyStore::find_key(Context ctx, AccessKeyId id) {
  auto read = [id](Connection& connection) -> std::optional<HeldKey> {
    const auto key = first_row(connection, CALOTYPE_KEY "WHERE id = ?", key_rows::read, id);
    if (!key) return std::nullopt;
    HeldKey held{.key = *key};
    Query tenant(connection,
                 "SELECT is_operator, needs_expiry, needs_token_id, rate_per_second, rate_burst FROM tenants"
                 " WHERE id = ? AND status = 'active'");
    rows::bind_all(tenant, key->tenant);
    if (!tenant.step()) return std::nullopt;
    held.is_operator = tenant.boolean();
    held.demands = {.expiry = tenant.boolean(), .token_id = tenant.boolean()};
    held.rate = rows::maybe_rate(tenant);
    Query policies(connection, CALOTYPE_POLICY_OF_KEY "ORDER BY p.created_ms, p.seq");
    rows::bind_all(policies, id);
    while (policies.step()) held.policies.push_back(read_policy(policies));
    return held;
  };
  co_return co_await database_.read(std::move(ctx), std::move(read));
}

Task<> SqliteKeyStore::add_key(Context ctx, AccessKey key, std::vector<PolicyId> policies) {
  auto change = [key = std::move(key), policies = std::move(policies)](Connection& connection) {
    key_rows::insert(connection, key, policies);
    append_event(connection, event_of(key, "created", key.created));
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::vector<AccessKey>> SqliteKeyStore::list_keys(Context ctx, TenantId tenant) {
  return list_rows(database_, std::move(ctx), CALOTYPE_KEY "WHERE tenant = ? ORDER BY created_ms, seq", key_rows::read,
                   tenant);
}

Task<std::optional<AccessKey>> SqliteKeyStore::change_key(Context ctx, TenantId tenant, AccessKeyId id,
                                                          KeyChange change) {
  auto apply = [tenant, id, change = std::move(change)](Connection& connection) -> std::optional<AccessKey> {
    auto key = key_of(connection, tenant, id);
    if (!key) return std::nullopt;
    const bool was_admin = is_admin(connection, *key);
    key->is_active = change.is_active.value_or(key->is_active);
    key->description = change.description.value_or(key->description);
    Query query(connection, "UPDATE access_keys SET is_active = ?, description = ? WHERE id = ?");
    rows::bind_all(query, key->is_active, key->description, id).run();
    if (was_admin) keep_an_admin(connection, tenant);
    append_event(connection, event_of(*key, "changed", change.when));
    return key;
  };
  co_return co_await database_.write(std::move(ctx), std::move(apply));
}

Task<bool> SqliteKeyStore::remove_key(Context ctx, TenantId tenant, AccessKeyId id, WallTime when) {
  auto change = [tenant, id, when](Connection& connection) {
    const auto key = key_of(connection, tenant, id);
    if (!key) return false;
    const bool was_admin = is_admin(connection, *key);
    Query query(connection, "DELETE FROM access_keys WHERE id = ?");
    rows::bind_all(query, id).run();
    if (was_admin) keep_an_admin(connection, tenant);
    append_event(connection, event_of(*key, "deleted", when));
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<> SqliteKeyStore::add_policy(Context ctx, StoredPolicy policy) {
  auto change = [policy = std::move(policy)](Connection& connection) {
    Query query(connection, "INSERT INTO policies (id, tenant, alias, body, created_ms) VALUES (?, ?, ?, ?, ?)");
    rows::bind_all(query, policy.id, policy.tenant, policy.alias, policy.body, policy.created).run();
    append_event(connection, event_of(policy, "created", policy.created));
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::optional<StoredPolicy>> SqliteKeyStore::find_policy(Context ctx, TenantId tenant, PolicyId id) {
  return find_row(database_, std::move(ctx), CALOTYPE_POLICY_FIELDS "WHERE p.id = ? AND p.tenant = ?", read_policy, id,
                  tenant);
}

Task<std::optional<StoredPolicy>> SqliteKeyStore::find_policy_named(Context ctx, TenantId tenant, std::string alias) {
  return find_row(database_, std::move(ctx), CALOTYPE_POLICY_FIELDS "WHERE p.tenant = ? AND p.alias = ?", read_policy,
                  tenant, std::move(alias));
}

Task<std::vector<StoredPolicy>> SqliteKeyStore::list_policies(Context ctx, TenantId tenant) {
  return list_rows(database_, std::move(ctx), CALOTYPE_POLICY_FIELDS "WHERE p.tenant = ? ORDER BY p.created_ms, p.seq",
                   read_policy, tenant);
}

Task<bool> SqliteKeyStore::change_policy(Context ctx, StoredPolicy changed, WallTime when) {
  auto change = [changed = std::move(changed), when](Connection& connection) {
    Query query(connection, "UPDATE policies SET alias = ?, body = ? WHERE id = ? AND tenant = ?");
    rows::bind_all(query, changed.alias, changed.body, changed.id, changed.tenant).run();
    if (connection.changes() == 0) return false;
    append_event(connection, event_of(changed, "changed", when));
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<bool> SqliteKeyStore::remove_policy(Context ctx, TenantId tenant, PolicyId id, WallTime when) {
  auto change = [tenant, id, when](Connection& connection) {
    const auto policy = policy_of(connection, tenant, id);
    if (!policy) return false;
    Query held(connection, "SELECT 1 FROM key_policies WHERE policy = ? AND tenant = ? LIMIT 1");
    rows::bind_all(held, id, tenant);
    if (held.step()) throw Error(Fault::conflict, "remove policy: keys have it", "in-use");
    Query query(connection, "DELETE FROM policies WHERE id = ?");
    rows::bind_all(query, id).run();
    append_event(connection, event_of(*policy, "deleted", when));
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<bool> SqliteKeyStore::attach(Context ctx, TenantId tenant, AccessKeyId key, PolicyId policy, WallTime when) {
  auto change = [tenant, key, policy, when](Connection& connection) {
    const auto given_to = key_of(connection, tenant, key);
    if (!given_to || !policy_of(connection, tenant, policy)) return false;
    Query held(connection, "SELECT 1 FROM key_policies WHERE key = ? AND policy = ?");
    rows::bind_all(held, key, policy);
    if (held.step()) return true;
    key_rows::attach(connection, tenant, key, policy, when);
    append_event(connection, event_of(*given_to, "changed", when));
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<bool> SqliteKeyStore::detach(Context ctx, TenantId tenant, AccessKeyId key, PolicyId policy, WallTime when) {
  auto change = [tenant, key, policy, when](Connection& connection) {
    const auto taken_from = key_of(connection, tenant, key);
    if (!taken_from) return false;
    const bool was_admin = is_admin(connection, *taken_from);
    Query query(connection, "DELETE FROM key_policies WHERE key = ? AND policy = ?");
    rows::bind_all(query, key, policy).run();
    if (connection.changes() == 0) return false;
    if (was_admin) keep_an_admin(connection, tenant);
    append_event(connection, event_of(*taken_from, "changed", when));
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

}  // namespace calotype
