#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/access.h"

namespace calotype::access {

/// A key whose private half is here for the only time.
struct MadeKey {
  AccessKey key;
  std::string private_pem;
};

/// What a tenant says of a new key.
struct NewKey {
  std::string description;
  std::optional<std::vector<std::string>> policies{};  ///< ids or aliases; absent: the default one
};

/// The keys that a tenant signs with, and what each may do. Thread: any.
class Keys {
 public:
  static constexpr std::size_t kMost = 1'000;       ///< of one tenant
  static constexpr std::size_t kMostPolicies = 50;  ///< of one key: they are read for every proof

  Keys(KeyStore& store, const Clock& clock, BlockingPool& pool) : store_(store), clock_(clock), pool_(pool) {}

  /// Makes a pair and stores its public half. Throws unprocessable (the description, a policy), missing (the tenant),
  /// conflict with code "too-many".
  Task<MadeKey> make(Context ctx, TenantId tenant, NewKey fields);
  /// Stores a public key of the caller's own: PEM, or its bare base64. Throws unprocessable, missing.
  Task<AccessKey> add(Context ctx, TenantId tenant, std::string public_key, NewKey fields);

  Task<std::vector<AccessKey>> list(Context ctx, TenantId tenant);
  /// With its policies. Throws missing, also for what is no id.
  Task<HeldKey> require(Context ctx, TenantId tenant, std::string id);
  /// Throws: missing, unprocessable, conflict with code "last-admin-key".
  Task<AccessKey> change(Context ctx, AccessKey key, KeyChange change);
  Task<> remove(Context ctx, AccessKey key);

  /// Having it already is no fault. Throws: missing, conflict with code "too-many".
  Task<> attach(Context ctx, HeldKey held, StoredPolicy policy);
  /// Throws: missing (it does not have it), conflict with code "last-admin-key".
  Task<> detach(Context ctx, AccessKey key, StoredPolicy policy);

 private:
  Task<> refuse_too_many(Context ctx, TenantId tenant);
  Task<std::vector<PolicyId>> policies_of(Context ctx, TenantId tenant, NewKey fields);

  KeyStore& store_;
  const Clock& clock_;
  BlockingPool& pool_;
};

}  // namespace calotype::access
