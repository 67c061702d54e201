#include "adapters/memory/memory_purge_store.h"

#include <ranges>
#include <utility>

#include "adapters/memory/tables.h"

namespace calotype {

using namespace tables;

void MemoryPurgeStore::append(Purge purge) {
  const std::lock_guard lock(mutex_);
  purge.sequence = ++last_;
  purges_.push_back(std::move(purge));
}

Task<> MemoryPurgeStore::add(Context, Purge purge) {
  append(std::move(purge));
  co_return;
}

Task<std::optional<Purge>> MemoryPurgeStore::find(Context, TenantId tenant, PurgeId id) {
  const std::lock_guard lock(mutex_);
  co_return first_of(purges_, [&](const Purge& purge) { return purge.id == id && purge.tenant == tenant; });
}

Task<std::optional<Purge>> MemoryPurgeStore::find_latest(Context, BucketId bucket, std::string name) {
  const std::lock_guard lock(mutex_);
  for (const auto& purge : purges_ | std::views::reverse) {
    if (purge.scope == Purge::Scope::object && purge.bucket == bucket && purge.subject == name) co_return purge;
  }
  co_return std::nullopt;
}

Task<std::vector<Purge>> MemoryPurgeStore::list(Context, TenantId tenant, std::int64_t before, std::size_t most) {
  const std::lock_guard lock(mutex_);
  std::vector<Purge> found;
  for (const auto& purge : purges_ | std::views::reverse) {
    if (purge.tenant == tenant && purge.sequence < before && found.size() < most) found.push_back(purge);
  }
  co_return found;
}

Task<std::vector<Purge>> MemoryPurgeStore::open(Context, std::int64_t after, std::size_t most) {
  const std::lock_guard lock(mutex_);
  std::vector<Purge> found;
  for (const auto& purge : purges_) {
    if (!purge.done && purge.sequence > after && found.size() < most) found.push_back(purge);
  }
  co_return found;
}

Task<> MemoryPurgeStore::note(Context, std::vector<PurgeStep> steps, WallTime when) {
  const std::lock_guard lock(mutex_);
  for (const auto& [purge, keys] : steps) {
    auto* found = find_first(purges_, [&](const Purge& one) { return one.id == purge.id && !one.done; });
    if (found == nullptr) continue;
    found->cursor = purge.cursor;
    found->objects = purge.objects;
    found->renditions = purge.renditions;
    found->done = purge.done;
    if (outbox_ != nullptr) outbox_->append(event_of(purge, keys, when));
  }
  co_return;
}

Task<std::size_t> MemoryPurgeStore::forget(Context, WallTime before, std::size_t most) {
  const std::lock_guard lock(mutex_);
  std::size_t forgotten = 0;
  std::erase_if(purges_, [&](const Purge& purge) {
    const bool goes = purge.done && *purge.done < before && forgotten < most;
    forgotten += goes ? 1 : 0;
    return goes;
  });
  co_return forgotten;
}

}  // namespace calotype
