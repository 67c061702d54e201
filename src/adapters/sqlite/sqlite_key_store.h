#pragma once

#include "ports/key_store.h"

namespace calotype {

class Database;

/// The KeyStore in a Database. Thread: any.
class SqliteKeyStore final : public KeyStore {
 public:
  explicit SqliteKeyStore(Database& database) : database_(database) {}

  Task<std::optional<HeldKey>> find_key(Context ctx, AccessKeyId id) override;
  Task<> add_key(Context ctx, AccessKey key, std::vector<PolicyId> policies) override;
  Task<std::vector<AccessKey>> list_keys(Context ctx, TenantId tenant) override;
  Task<std::optional<AccessKey>> change_key(Context ctx, TenantId tenant, AccessKeyId id, KeyChange change) override;
  Task<bool> remove_key(Context ctx, TenantId tenant, AccessKeyId id, WallTime when) override;

  Task<> add_policy(Context ctx, StoredPolicy policy) override;
  Task<std::optional<StoredPolicy>> find_policy(Context ctx, TenantId tenant, PolicyId id) override;
  Task<std::optional<StoredPolicy>> find_policy_named(Context ctx, TenantId tenant, std::string alias) override;
  Task<std::vector<StoredPolicy>> list_policies(Context ctx, TenantId tenant) override;
  Task<bool> change_policy(Context ctx, StoredPolicy changed, WallTime when) override;
  Task<bool> remove_policy(Context ctx, TenantId tenant, PolicyId id, WallTime when) override;

  Task<bool> attach(Context ctx, TenantId tenant, AccessKeyId key, PolicyId policy, WallTime when) override;
  Task<bool> detach(Context ctx, TenantId tenant, AccessKeyId key, PolicyId policy, WallTime when) override;

 private:
  Database& database_;
};

}  // namespace calotype
