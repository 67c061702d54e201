// Keys and policies of a MemoryCatalog.
#include <algorithm>
#include <utility>

#include "adapters/memory/memory_catalog.h"
#include "adapters/memory/tables.h"

namespace calotype {

using namespace tables;

bool MemoryCatalog::has_policy(AccessKeyId key, PolicyId policy) const {
  return std::find(attached_.begin(), attached_.end(), std::pair(key, policy)) != attached_.end();
}

void MemoryCatalog::keep_an_admin(const AccessKey& going) const {
  const auto is_admin = [&](const AccessKey& k) {
    return k.tenant == going.tenant && k.is_active && has_policy(k.id, default_policy_of(k.tenant));
  };
  const bool is_left = has(keys_, [&](const AccessKey& k) { return k.id != going.id && is_admin(k); });
  if (is_left || !is_admin(going)) return;
  throw Error(Fault::conflict, "change a key: no active key of the tenant would have its default policy",
              "last-admin-key");
}

Task<std::optional<HeldKey>> MemoryCatalog::find_key(Context, AccessKeyId id) {
  const std::lock_guard lock(mutex_);
  const auto key = first_of(keys_, [&](const AccessKey& k) { return k.id == id; });
  if (!key) co_return std::nullopt;
  const auto tenant = first_of(tenants_, [&](const Tenant& t) { return t.id == key->tenant && !t.is_leaving; });
  if (!tenant) co_return std::nullopt;
  co_return HeldKey{.key = *key,
                    .is_operator = tenant->is_operator,
                    .demands = tenant->demands,
                    .rate = tenant->rate,
                    .policies = by_creation(policies_, [&](const StoredPolicy& p) { return has_policy(id, p.id); })};
}

Task<> MemoryCatalog::add_key(Context, AccessKey key, std::vector<PolicyId> policies) {
  const std::lock_guard lock(mutex_);
  if (!has(tenants_, [&](const Tenant& t) { return t.id == key.tenant; })) refuse_orphan("add key");
  if (is_id_taken(keys_, key)) refuse_taken("add key");
  for (const auto policy : policies) {
    if (!has(policies_, [&](const StoredPolicy& p) { return p.id == policy && p.tenant == key.tenant; }))
      refuse_orphan("add key");
  }
  for (const auto policy : policies) attached_.emplace_back(key.id, policy);
  tell(event_of(key, "created", key.created));
  keys_.push_back(std::move(key));
  co_return;
}

Task<std::vector<AccessKey>> MemoryCatalog::list_keys(Context, TenantId tenant) {
  const std::lock_guard lock(mutex_);
  co_return by_creation(keys_, [&](const AccessKey& k) { return k.tenant == tenant; });
}

Task<std::optional<AccessKey>> MemoryCatalog::change_key(Context, TenantId tenant, AccessKeyId id, KeyChange change) {
  const std::lock_guard lock(mutex_);
  auto* key = find_first(keys_, [&](const AccessKey& k) { return k.id == id && k.tenant == tenant; });
  if (key == nullptr) co_return std::nullopt;
  const bool is_active = change.is_active.value_or(key->is_active);
  if (!is_active) keep_an_admin(*key);
  key->is_active = is_active;
  key->description = change.description.value_or(key->description);
  tell(event_of(*key, "changed", change.when));
  co_return *key;
}

Task<bool> MemoryCatalog::remove_key(Context, TenantId tenant, AccessKeyId id, WallTime when) {
  const std::lock_guard lock(mutex_);
  const auto is_it = [&](const AccessKey& k) { return k.id == id && k.tenant == tenant; };
  const auto key = first_of(keys_, is_it);
  if (!key) co_return false;
  keep_an_admin(*key);
  std::erase_if(attached_, [&](const auto& pair) { return pair.first == id; });
  tell(event_of(*key, "deleted", when));
  co_return erase_first(keys_, is_it);
}

Task<> MemoryCatalog::add_policy(Context, StoredPolicy policy) {
  const std::lock_guard lock(mutex_);
  if (!has(tenants_, [&](const Tenant& t) { return t.id == policy.tenant; })) refuse_orphan("add policy");
  const auto is_same = [&](const StoredPolicy& p) { return p.tenant == policy.tenant && p.alias == policy.alias; };
  if (is_id_taken(policies_, policy) || has(policies_, is_same)) refuse_taken("add policy");
  tell(event_of(policy, "created", policy.created));
  policies_.push_back(std::move(policy));
  co_return;
}

Task<std::optional<StoredPolicy>> MemoryCatalog::find_policy(Context, TenantId tenant, PolicyId id) {
  const std::lock_guard lock(mutex_);
  co_return first_of(policies_, [&](const StoredPolicy& p) { return p.tenant == tenant && p.id == id; });
}

Task<std::optional<StoredPolicy>> MemoryCatalog::find_policy_named(Context, TenantId tenant, std::string alias) {
  const std::lock_guard lock(mutex_);
  co_return first_of(policies_, [&](const StoredPolicy& p) { return p.tenant == tenant && p.alias == alias; });
}

Task<std::vector<StoredPolicy>> MemoryCatalog::list_policies(Context, TenantId tenant) {
  const std::lock_guard lock(mutex_);
  co_return by_creation(policies_, [&](const StoredPolicy& p) { return p.tenant == tenant; });
}

Task<bool> MemoryCatalog::change_policy(Context, StoredPolicy changed, WallTime when) {
  const std::lock_guard lock(mutex_);
  auto* found =
      find_first(policies_, [&](const StoredPolicy& p) { return p.tenant == changed.tenant && p.id == changed.id; });
  if (found == nullptr) co_return false;
  const auto is_other = [&](const StoredPolicy& p) {
    return p.tenant == changed.tenant && p.id != changed.id && p.alias == changed.alias;
  };
  if (has(policies_, is_other)) refuse_taken("change policy");
  found->alias = changed.alias;
  found->body = changed.body;
  tell(event_of(*found, "changed", when));
  co_return true;
}

Task<bool> MemoryCatalog::remove_policy(Context, TenantId tenant, PolicyId id, WallTime when) {
  const std::lock_guard lock(mutex_);
  const auto is_it = [&](const StoredPolicy& p) { return p.tenant == tenant && p.id == id; };
  const auto policy = first_of(policies_, is_it);
  if (!policy) co_return false;
  if (std::any_of(attached_.begin(), attached_.end(), [&](const auto& pair) { return pair.second == id; })) {
    throw Error(Fault::conflict, "remove policy: keys have it", "in-use");
  }
  tell(event_of(*policy, "deleted", when));
  co_return erase_first(policies_, is_it);
}

Task<bool> MemoryCatalog::attach(Context, TenantId tenant, AccessKeyId key, PolicyId policy, WallTime when) {
  const std::lock_guard lock(mutex_);
  const auto given_to = first_of(keys_, [&](const AccessKey& k) { return k.id == key && k.tenant == tenant; });
  const bool is_there = has(policies_, [&](const StoredPolicy& p) { return p.id == policy && p.tenant == tenant; });
  if (!given_to || !is_there) co_return false;
  if (has_policy(key, policy)) co_return true;
  attached_.emplace_back(key, policy);
  tell(event_of(*given_to, "changed", when));
  co_return true;
}

Task<bool> MemoryCatalog::detach(Context, TenantId tenant, AccessKeyId key, PolicyId policy, WallTime when) {
  const std::lock_guard lock(mutex_);
  const auto taken_from = first_of(keys_, [&](const AccessKey& k) { return k.id == key && k.tenant == tenant; });
  if (!taken_from || !has_policy(key, policy)) co_return false;
  if (policy == default_policy_of(tenant)) keep_an_admin(*taken_from);
  std::erase(attached_, std::pair(key, policy));
  tell(event_of(*taken_from, "changed", when));
  co_return true;
}

}  // namespace calotype
