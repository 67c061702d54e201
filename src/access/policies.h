#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "ports/key_store.h"

namespace calotype::access {

/// By id or alias.
Task<std::optional<StoredPolicy>> find_policy(Context ctx, KeyStore& store, TenantId tenant, std::string id_or_alias);

/// What a tenant says of a policy. Its alias was looked at.
struct NewPolicy {
  std::string alias;
  std::string text;  ///< JSON: {"version", "statements"}
};

/// The policies of a tenant. Its default one is always there, and stays as it is. Thread: any.
class Policies {
 public:
  static constexpr std::size_t kMost = 1'000;  ///< of one tenant

  Policies(KeyStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  /// Throws: unprocessable with pointers below /policy, conflict (the alias; code "too-many"), missing (the tenant).
  Task<StoredPolicy> add(Context ctx, TenantId tenant, NewPolicy fields);
  Task<std::vector<StoredPolicy>> list(Context ctx, TenantId tenant);
  /// By id or alias. Throws missing.
  Task<StoredPolicy> require(Context ctx, TenantId tenant, std::string id_or_alias);
  /// Throws as add; conflict with code "default-policy" for the default one.
  Task<StoredPolicy> change(Context ctx, StoredPolicy policy, NewPolicy fields);
  /// Throws: missing, conflict with code "in-use" or "default-policy".
  Task<> remove(Context ctx, StoredPolicy policy);

 private:
  KeyStore& store_;
  const Clock& clock_;
};

}  // namespace calotype::access
