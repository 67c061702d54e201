#pragma once

#include "ports/leases.h"

namespace calotype {

class Database;

/// The Leases in a Database. Thread: any.
class SqliteLeases final : public Leases {
 public:
  explicit SqliteLeases(Database& database) : database_(database) {}

  Task<std::optional<std::string>> take(Context ctx, std::string name, RunnerId runner, WallTime now,
                                        WallTime until) override;
  Task<bool> note(Context ctx, std::string name, RunnerId runner, std::string cursor) override;
  Task<> release(Context ctx, std::string name, RunnerId runner) override;
  Task<> release_all(Context ctx) override;

 private:
  Database& database_;
};

}  // namespace calotype
