#include "adapters/sqlite/sqlite_signing_key_store.h"

#include "adapters/sqlite/append_event.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/lookup.h"

namespace calotype {

namespace {

SigningKey read_key(Query& row) {
  SigningKey key{.id = rows::id<SigningKeyId>(row), .tenant = rows::id<TenantId>(row)};
  key.secret = rows::digest(row).text();
  key.description = row.text();
  key.created = rows::time(row);
  key.ends = rows::maybe_time(row);
  return key;
}

#define CALOTYPE_SIGNING_KEY "SELECT id, tenant, secret, description, created_ms, ends_ms FROM signing_keys "

std::optional<SigningKey> key_of(Connection& connection, TenantId tenant, SigningKeyId id) {
  return first_row(connection, CALOTYPE_SIGNING_KEY "WHERE id = ? AND tenant = ?", read_key, id, tenant);
}

}  // namespace

Task<std::optional<SigningKey>> SqliteSigningKeyStore::find_signing_key(Context ctx, SigningKeyId id) {
  return find_row(database_, std::move(ctx), CALOTYPE_SIGNING_KEY "WHERE id = ? " CALOTYPE_OF_ONE_THAT_STAYS, read_key,
                  id);
}

Task<> SqliteSigningKeyStore::add_signing_key(Context ctx, SigningKey key) {
  auto change = [key = std::move(key)](Connection& connection) {
    Query query(connection,
                "INSERT INTO signing_keys (id, tenant, secret, description, created_ms, ends_ms)"
                " VALUES (?, ?, ?, ?, ?, ?)");
    rows::bind_all(query, key.id, key.tenant);
    query.bind(std::span(reinterpret_cast<const std::uint8_t*>(key.secret.data()), key.secret.size()));
    rows::bind_all(query, key.description, key.created, key.ends).run();
    append_event(connection, event_of(key, "created", key.created));
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::vector<SigningKey>> SqliteSigningKeyStore::list_signing_keys(Context ctx, TenantId tenant) {
  return list_rows(database_, std::move(ctx), CALOTYPE_SIGNING_KEY "WHERE tenant = ? ORDER BY created_ms, seq",
                   read_key, tenant);
}

Task<std::optional<SigningKey>> SqliteSigningKeyStore::change_signing_key(Context ctx, TenantId tenant, SigningKeyId id,
                                                                          SigningKeyChange change) {
  auto apply = [tenant, id, change = std::move(change)](Connection& connection) -> std::optional<SigningKey> {
    auto key = key_of(connection, tenant, id);
    if (!key) return std::nullopt;
    key->description = change.description.value_or(key->description);
    if (change.ends) key->ends = change.ends;
    Query query(connection, "UPDATE signing_keys SET description = ?, ends_ms = ? WHERE id = ?");
    rows::bind_all(query, key->description, key->ends, id).run();
    append_event(connection, event_of(*key, "changed", change.when));
    return key;
  };
  co_return co_await database_.write(std::move(ctx), std::move(apply));
}

Task<bool> SqliteSigningKeyStore::remove_signing_key(Context ctx, TenantId tenant, SigningKeyId id, WallTime when) {
  auto change = [tenant, id, when](Connection& connection) {
    const auto key = key_of(connection, tenant, id);
    if (!key) return false;
    Query query(connection, "DELETE FROM signing_keys WHERE id = ?");
    rows::bind_all(query, id).run();
    append_event(connection, event_of(*key, "deleted", when));
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

}  // namespace calotype
