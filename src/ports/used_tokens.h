#pragma once

#include "core/clock.h"
#include "core/context.h"
#include "core/digest.h"
#include "core/task.h"
#include "model/tenant.h"

namespace calotype {

/// Which tokens with a `jti` were used up, over all processes and restarts. Thread: any.
class UsedTokens {
 public:
  virtual ~UsedTokens() = default;

  /// Durable when it returns. False where the tenant has used it before. `until`: it would be no good any more then.
  virtual Task<bool> use(Context ctx, TenantId tenant, Digest token, WallTime until) = 0;
  /// Forgets at most so many of those whose time has come; gives how many.
  virtual Task<std::size_t> forget(Context ctx, WallTime now, std::size_t most) = 0;
};

}  // namespace calotype
