#pragma once

#include "ports/used_tokens.h"

namespace calotype {

class Database;

/// UsedTokens in a Database. Thread: any.
class SqliteUsedTokens final : public UsedTokens {
 public:
  explicit SqliteUsedTokens(Database& database) : database_(database) {}

  Task<bool> use(Context ctx, TenantId tenant, Digest token, WallTime until) override;
  Task<std::size_t> forget(Context ctx, WallTime now, std::size_t most) override;

 private:
  Database& database_;
};

}  // namespace calotype
