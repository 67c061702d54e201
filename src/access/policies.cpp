#include "access/policies.h"

#include "access/policy_text.h"
#include "core/error.h"

namespace calotype::access {

namespace {

Error no_policy() { return Error(Fault::missing, "find the policy: none of this id or alias"); }

void refuse_default(const StoredPolicy& policy) {
  if (policy.id != default_policy_of(policy.tenant)) return;
  throw Error(Fault::conflict,
              "change the policy: the default one of a tenant stays as it is; add another, and give it to the keys",
              "default-policy");
}

}  // namespace

Task<std::optional<StoredPolicy>> find_policy(Context ctx, KeyStore& store, TenantId tenant, std::string id_or_alias) {
  std::optional<StoredPolicy> found;
  if (const auto id = PolicyId::parse(id_or_alias)) {
    found = co_await store.find_policy(ctx, tenant, *id);
  } else {
    found = co_await store.find_policy_named(ctx, tenant, std::move(id_or_alias));
  }
  co_return found;
}

Task<StoredPolicy> Policies::add(Context ctx, TenantId tenant, NewPolicy fields) {
  StoredPolicy policy{.id = PolicyId::random(),
                      .tenant = tenant,
                      .alias = std::move(fields.alias),
                      .body = write_policy(read_policy(fields.text, "/policy")),
                      .created = clock_.now()};
  const auto present = co_await store_.list_policies(ctx, tenant);
  if (present.size() >= kMost) {
    throw Error(Fault::conflict, fmt::format("add a policy: the tenant has {} already", present.size()), "too-many");
  }
  co_await store_.add_policy(ctx, policy);
  co_return policy;
}

Task<std::vector<StoredPolicy>> Policies::list(Context ctx, TenantId tenant) {
  co_return co_await store_.list_policies(ctx, tenant);
}

Task<StoredPolicy> Policies::require(Context ctx, TenantId tenant, std::string id_or_alias) {
  auto found = co_await find_policy(ctx, store_, tenant, std::move(id_or_alias));
  if (!found) throw no_policy();
  co_return std::move(*found);
}

Task<StoredPolicy> Policies::change(Context ctx, StoredPolicy policy, NewPolicy fields) {
  refuse_default(policy);
  policy.body = write_policy(read_policy(fields.text, "/policy"));
  policy.alias = std::move(fields.alias);
  const bool is_changed = co_await store_.change_policy(ctx, policy, clock_.now());
  if (!is_changed) throw no_policy();
  co_return policy;
}

Task<> Policies::remove(Context ctx, StoredPolicy policy) {
  refuse_default(policy);
  const bool is_removed = co_await store_.remove_policy(ctx, policy.tenant, policy.id, clock_.now());
  if (!is_removed) throw no_policy();
}

}  // namespace calotype::access
