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
  Keys(KeyStore& store, const Clock& clock, BlockingPool& pool) : store_(store), clock_(clock), pool_(pool) {}

  /// Makes a pair and stores its public half. Throws unprocessable (the description, a policy), missing (the tenant).
  Task<MadeKey> make(Context ctx, TenantId tenant, NewKey fields);
  /// Stores a public key of the caller's own: PEM, or its bare base64. Throws unprocessable, missing.
  Task<AccessKey> add(Context ctx, TenantId tenant, std::string public_key, NewKey fields);

  Task<std::vector<AccessKey>> list(Context ctx, TenantId tenant);
  /// With its policies. Throws missing, also for what is no id.
  Task<HeldKey> require(Context ctx, TenantId tenant, std::string id);
  /// Throws: missing, unprocessable, conflict with code "last-admin-key".
  Task<AccessKey> change(Context ctx, AccessKey key, KeyChange change);
  Task<> remove(Context ctx, AccessKey key);

  /// Having it already is no fault. Throws missing.
  Task<> attach(Context ctx, AccessKey key, StoredPolicy policy);
  /// Throws: missing (it does not have it), conflict with code "last-admin-key".
  Task<> detach(Context ctx, AccessKey key, StoredPolicy policy);

 private:
  Task<std::vector<PolicyId>> policies_of(Context ctx, TenantId tenant, NewKey fields);

  KeyStore& store_;
  const Clock& clock_;
  BlockingPool& pool_;
};

}  // namespace calotype::access
