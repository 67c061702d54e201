#include "adapters/memory/memory_leases.h"

namespace calotype {

Task<std::optional<std::string>> MemoryLeases::take(Context, std::string name, RunnerId runner, WallTime now,
                                                    WallTime until) {
  const std::lock_guard lock(mutex_);
  auto& lease = leases_[name];
  if (lease.runner != runner && lease.until > now) co_return std::nullopt;
  lease.runner = runner;
  lease.until = until;
  co_return lease.cursor;
}

Task<bool> MemoryLeases::note(Context, std::string name, RunnerId runner, std::string cursor) {
  const std::lock_guard lock(mutex_);
  const auto found = leases_.find(name);
  if (found == leases_.end() || found->second.runner != runner) co_return false;
  found->second.cursor = std::move(cursor);
  co_return true;
}

Task<> MemoryLeases::release(Context, std::string name, RunnerId runner) {
  const std::lock_guard lock(mutex_);
  const auto found = leases_.find(name);
  if (found != leases_.end() && found->second.runner == runner) found->second.until = {};
  co_return;
}

Task<> MemoryLeases::release_all(Context) {
  const std::lock_guard lock(mutex_);
  for (auto& [name, lease] : leases_) lease.until = {};
  co_return;
}

}  // namespace calotype
