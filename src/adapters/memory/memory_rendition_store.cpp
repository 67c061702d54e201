#include "adapters/memory/memory_rendition_store.h"

#include <utility>

namespace calotype {

Task<std::optional<Rendition>> MemoryRenditionStore::get(Context, RenditionKey key) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) co_return std::nullopt;
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  co_return found->second->rendition;
}

Task<> MemoryRenditionStore::put(Context, RenditionKey key, Rendition rendition) {
  const auto cost = cost_of(rendition);
  if (cost > capacity_bytes_ / 8) co_return;
  std::list<Entry> dropped;  // bodies are freed once the lock is released
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = entries_.find(key); found != entries_.end()) {
      size_bytes_ -= cost_of(found->second->rendition);
      dropped.splice(dropped.begin(), by_use_, found->second);
      entries_.erase(found);
    }
    by_use_.push_front({.key = key, .rendition = std::move(rendition)});
    entries_.emplace(key, by_use_.begin());
    size_bytes_ += cost;
    while (size_bytes_ > capacity_bytes_) {
      const auto oldest = std::prev(by_use_.end());
      size_bytes_ -= cost_of(oldest->rendition);
      entries_.erase(oldest->key);
      dropped.splice(dropped.begin(), by_use_, oldest);
    }
  }
}

std::size_t MemoryRenditionStore::size_bytes() const {
  const std::lock_guard lock(mutex_);
  return size_bytes_;
}

std::size_t MemoryRenditionStore::count() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace calotype
