#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/error.h"
#include "ports/catalog.h"

namespace calotype::tenants {

/// The two halves of a key, as PEM.
struct KeyHalves {
  std::string private_pem;
  std::string public_pem;
};
/// Makes a fresh pair; slow, and run on the blocking pool.
using KeyMaker = std::function<KeyHalves()>;

/// A tenant with its first key, whose private half is here for the only time.
struct SignedUp {
  Tenant tenant;
  AccessKey key;
  std::string private_pem;
};

struct NewTenant {
  std::string name;
  std::string admin_email;
  std::optional<std::string> invitation{};  ///< the code that lets it sign up, where one is needed
};

/// Why nothing of a tenant that is being removed changes any more: conflict with code "leaving".
Error already_leaving(TenantId id);

/// Tenants themselves. Thread: any.
class Accounts {
 public:
  Accounts(Catalog& catalog, const Clock& clock, BlockingPool& pool, KeyMaker make_key);

  /// Uses up the invitation, where there is one. Throws: unprocessable with a pointer for each bad field, conflict,
  /// denied with code "bad-invitation".
  Task<SignedUp> sign_up(Context ctx, NewTenant fields);
  /// The first start of an installation: makes the operators' tenant and its key; nullopt when there is one already.
  Task<std::optional<SignedUp>> ensure_operator(Context ctx);

  Task<std::vector<Tenant>> list(Context ctx);
  /// Throws missing.
  Task<Tenant> require(Context ctx, TenantId id);
  /// Throws: unprocessable with pointers, missing, conflict with code "leaving".
  Task<Tenant> change(Context ctx, TenantId id, TenantChange change);
  /// From now on it can do nothing; what it has goes bit by bit, and then itself. Throws: missing, conflict with code
  /// "operators-tenant" for the installation's own.
  Task<> remove(Context ctx, TenantId id);
  /// What all buckets of the tenant may hold together. Throws missing.
  Task<> set_quota(Context ctx, TenantId id, Quota quota);
  /// How often its keys may call; nullopt: as everybody's. Throws: missing, unprocessable.
  Task<> set_rate(Context ctx, TenantId id, std::optional<Rate> rate);

 private:
  Task<SignedUp> add(Context ctx, NewTenant fields, bool is_operator);

  Catalog& catalog_;
  const Clock& clock_;
  BlockingPool& pool_;
  KeyMaker make_key_;
};

}  // namespace calotype::tenants
