#pragma once

#include <optional>
#include <vector>

#include "core/context.h"
#include "core/task.h"
#include "model/signing_key.h"

namespace calotype {

/// The secrets of signed URLs. What changes is durable when it returns, and is told as an event in its own transaction.
/// Thread: any.
class SigningKeyStore {
 public:
  virtual ~SigningKeyStore() = default;

  /// Of any tenant that is not leaving, for proof.
  virtual Task<std::optional<SigningKey>> find_signing_key(Context ctx, SigningKeyId id) = 0;
  /// Throws: missing (the tenant), conflict (the id).
  virtual Task<> add_signing_key(Context ctx, SigningKey key) = 0;
  /// By creation.
  virtual Task<std::vector<SigningKey>> list_signing_keys(Context ctx, TenantId tenant) = 0;
  /// The key as it is then; nullopt where there is none.
  virtual Task<std::optional<SigningKey>> change_signing_key(Context ctx, TenantId tenant, SigningKeyId id,
                                                             SigningKeyChange change) = 0;
  virtual Task<bool> remove_signing_key(Context ctx, TenantId tenant, SigningKeyId id, WallTime when) = 0;
};

}  // namespace calotype
