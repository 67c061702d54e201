#pragma once

#include "ports/signing_key_store.h"

namespace calotype {

class Database;

/// The SigningKeyStore in a Database. Thread: any.
class SqliteSigningKeyStore final : public SigningKeyStore {
 public:
  explicit SqliteSigningKeyStore(Database& database) : database_(database) {}

  Task<std::optional<SigningKey>> find_signing_key(Context ctx, SigningKeyId id) override;
  Task<> add_signing_key(Context ctx, SigningKey key) override;
  Task<std::vector<SigningKey>> list_signing_keys(Context ctx, TenantId tenant) override;
  Task<std::optional<SigningKey>> change_signing_key(Context ctx, TenantId tenant, SigningKeyId id,
                                                     SigningKeyChange change) override;
  Task<bool> remove_signing_key(Context ctx, TenantId tenant, SigningKeyId id, WallTime when) override;

 private:
  Database& database_;
};

}  // namespace calotype
