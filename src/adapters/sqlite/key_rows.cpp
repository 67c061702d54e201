#include "adapters/sqlite/key_rows.h"

#include "adapters/sqlite/rows.h"

namespace calotype::key_rows {

AccessKey read(Query& row) {
  AccessKey key{.id = rows::id<AccessKeyId>(row), .tenant = rows::id<TenantId>(row)};
  key.public_key_pem = row.text();
  key.description = row.text();
  key.is_active = row.boolean();
  key.created = rows::time(row);
  return key;
}

void insert(Connection& connection, const AccessKey& key, const std::vector<PolicyId>& policies) {
  Query query(connection,
              "INSERT INTO access_keys (id, tenant, public_key_pem, description, is_active, created_ms)"
              " VALUES (?, ?, ?, ?, ?, ?)");
  rows::bind_all(query, key.id, key.tenant, key.public_key_pem, key.description, key.is_active, key.created).run();
  for (const auto policy : policies) attach(connection, key.tenant, key.id, policy, key.created);
}

void attach(Connection& connection, TenantId tenant, AccessKeyId key, PolicyId policy, WallTime when) {
  Query query(connection, "INSERT INTO key_policies (key, policy, tenant, attached_ms) VALUES (?, ?, ?, ?)");
  rows::bind_all(query, key, policy, tenant, when).run();
}

}  // namespace calotype::key_rows
