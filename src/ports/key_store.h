#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/context.h"
#include "core/task.h"
#include "model/policy.h"
#include "model/tenant.h"

namespace calotype {

/// A key with all that decides what it may do.
struct HeldKey {
  AccessKey key;
  bool is_operator = false;            ///< its tenant is the installation's own
  TokenDemands demands{};              ///< its tenant's
  std::optional<Rate> rate{};          ///< its tenant's, where it has one of its own
  std::vector<StoredPolicy> policies;  ///< that it has
};

/// The keys that tenants sign with, and the policies that they have. What changes is durable when it returns, is told
/// as an event in its own transaction, and gives false or nullopt where there is nothing to change. A tenant always
/// keeps an active key with its default policy: what would take the last one away throws conflict with code
/// "last-admin-key". Thread: any.
class KeyStore {
 public:
  virtual ~KeyStore() = default;

  /// Of any tenant that is not leaving, for proof.
  virtual Task<std::optional<HeldKey>> find_key(Context ctx, AccessKeyId id) = 0;

  /// With these of its tenant's policies. Throws: missing (the tenant, or a policy), conflict (the id).
  virtual Task<> add_key(Context ctx, AccessKey key, std::vector<PolicyId> policies) = 0;
  /// By creation.
  virtual Task<std::vector<AccessKey>> list_keys(Context ctx, TenantId tenant) = 0;
  /// The key as it is then.
  virtual Task<std::optional<AccessKey>> change_key(Context ctx, TenantId tenant, AccessKeyId id, KeyChange change) = 0;
  virtual Task<bool> remove_key(Context ctx, TenantId tenant, AccessKeyId id, WallTime when) = 0;

  /// Throws conflict (the alias), missing (the tenant).
  virtual Task<> add_policy(Context ctx, StoredPolicy policy) = 0;
  virtual Task<std::optional<StoredPolicy>> find_policy(Context ctx, TenantId tenant, PolicyId id) = 0;
  virtual Task<std::optional<StoredPolicy>> find_policy_named(Context ctx, TenantId tenant, std::string alias) = 0;
  /// By creation.
  virtual Task<std::vector<StoredPolicy>> list_policies(Context ctx, TenantId tenant) = 0;
  /// Takes its alias and body. Throws conflict (the alias).
  virtual Task<bool> change_policy(Context ctx, StoredPolicy changed, WallTime when) = 0;
  /// Throws conflict with code "in-use" while a key has it.
  virtual Task<bool> remove_policy(Context ctx, TenantId tenant, PolicyId id, WallTime when) = 0;

  /// False where there is no such key or policy of the tenant; attaching twice changes nothing.
  virtual Task<bool> attach(Context ctx, TenantId tenant, AccessKeyId key, PolicyId policy, WallTime when) = 0;
  /// False where the key does not have it.
  virtual Task<bool> detach(Context ctx, TenantId tenant, AccessKeyId key, PolicyId policy, WallTime when) = 0;
};

}  // namespace calotype
