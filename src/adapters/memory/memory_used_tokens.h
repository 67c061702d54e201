#pragma once

#include <map>
#include <mutex>
#include <utility>

#include "ports/used_tokens.h"

namespace calotype {

/// UsedTokens that live as long as the process: for tests, and the model that others are compared with. Thread: any.
class MemoryUsedTokens final : public UsedTokens {
 public:
  Task<bool> use(Context ctx, TenantId tenant, Digest token, WallTime until) override;
  Task<std::size_t> forget(Context ctx, WallTime now, std::size_t most) override;

 private:
  std::mutex mutex_;
  std::map<std::pair<TenantId, Digest>, WallTime> until_;  // guarded by mutex_
};

}  // namespace calotype
