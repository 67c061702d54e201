#include "adapters/memory/memory_used_tokens.h"

namespace calotype {

Task<bool> MemoryUsedTokens::use(Context, TenantId tenant, Digest token, WallTime until) {
  const std::lock_guard lock(mutex_);
  co_return until_.emplace(std::pair(tenant, token), until).second;
}

Task<std::size_t> MemoryUsedTokens::forget(Context, WallTime now, std::size_t most) {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (auto each = until_.begin(); each != until_.end() && count < most;) {
    const bool is_over = each->second <= now;
    each = is_over ? until_.erase(each) : std::next(each);
    count += is_over ? 1 : 0;
  }
  co_return count;
}

}  // namespace calotype
