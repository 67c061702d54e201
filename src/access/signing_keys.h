#pragma once

#include <string>
#include <vector>

#include "core/clock.h"
#include "core/context.h"
#include "core/task.h"
#include "ports/signing_key_store.h"

namespace calotype::access {

/// The secrets with which a tenant signs URLs. To rotate: make a second one, sign with it, and end or remove the first
/// one when the URLs that it signed have had their time. Thread: any.
class SigningKeys {
 public:
  static constexpr std::size_t kMost = 100;  ///< of one tenant

  SigningKeys(SigningKeyStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  /// Throws: unprocessable (the description, an end that has passed), missing (the tenant), conflict with code
  /// "too-many".
  Task<SigningKey> make(Context ctx, TenantId tenant, std::string description, std::optional<WallTime> ends);
  Task<std::vector<SigningKey>> list(Context ctx, TenantId tenant);
  /// An end that has passed withdraws it. Throws: missing, also for what is no id; unprocessable.
  Task<SigningKey> change(Context ctx, TenantId tenant, std::string id, SigningKeyChange change);
  /// Throws missing.
  Task<> remove(Context ctx, TenantId tenant, std::string id);

 private:
  SigningKeyStore& store_;
  const Clock& clock_;
};

}  // namespace calotype::access
