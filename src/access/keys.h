#pragma once

#include <string>

#include "access/access.h"

namespace calotype::access {

/// A key whose private half is here for the only time.
struct MadeKey {
  AccessKey key;
  std::string private_pem;
};

/// The keys that a tenant signs with. Thread: any.
class Keys {
 public:
  Keys(Catalog& catalog, const Clock& clock, BlockingPool& pool) : catalog_(catalog), clock_(clock), pool_(pool) {}

  /// Makes a pair and stores its public half. Throws unprocessable (the description), missing (the tenant).
  Task<MadeKey> make(Context ctx, TenantId tenant, std::string description);
  /// Stores a public key of the caller's own: PEM, or its bare base64. Throws unprocessable, missing.
  Task<AccessKey> add(Context ctx, TenantId tenant, std::string public_key, std::string description);

 private:
  Catalog& catalog_;
  const Clock& clock_;
  BlockingPool& pool_;
};

}  // namespace calotype::access
