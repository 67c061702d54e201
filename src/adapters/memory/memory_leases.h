#pragma once

#include <map>
#include <mutex>

#include "ports/leases.h"

namespace calotype {

/// Leases that live as long as the process. Thread: any.
class MemoryLeases final : public Leases {
 public:
  Task<std::optional<std::string>> take(Context ctx, std::string name, RunnerId runner, WallTime now,
                                        WallTime until) override;
  Task<bool> note(Context ctx, std::string name, RunnerId runner, std::string cursor) override;
  Task<> release(Context ctx, std::string name, RunnerId runner) override;
  Task<> release_all(Context ctx) override;

 private:
  struct Lease {
    RunnerId runner;
    WallTime until;
    std::string cursor;
  };
  std::mutex mutex_;
  std::map<std::string, Lease> leases_;  // guarded by mutex_
};

}  // namespace calotype
