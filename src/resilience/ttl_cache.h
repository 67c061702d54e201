#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "core/clock.h"

namespace calotype::resilience {

/// Remembers at most `capacity` values, each until its time; the least recently used goes first. Values are shared and
/// never change. An entry that has run out is still there to look at until it is pushed out: the next lookup may reuse
/// parts of it, or serve it when the catalog is down.
/// Thread: any.
template <class Key, class Value>
class TtlCache {
 public:
  struct Entry {
    std::shared_ptr<const Value> value;
    SteadyTime stored;
    SteadyTime until;
  };

  explicit TtlCache(std::size_t capacity) : capacity_(capacity) {}

  /// An empty entry when there is none.
  Entry find(const Key& key) {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(key);
    if (found == places_.end()) return {};
    order_.splice(order_.begin(), order_, found->second);
    auto entry = found->second->second.entry;
    if (found->second->second.born < expired_) entry.until = SteadyTime::min();
    return entry;
  }

  /// Changes with every erase() and expire(): what was read before one must not be put after it.
  std::uint64_t generation() const {
    const std::lock_guard lock(mutex_);
    return generation_;
  }

  /// Does nothing when something was erased since `generation`.
  void put(const Key& key, Entry entry, std::uint64_t generation) {
    const std::lock_guard lock(mutex_);
    if (generation != generation_) return;
    const auto found = places_.find(key);
    if (found != places_.end()) {
      found->second->second = {.entry = std::move(entry), .born = generation_};
      order_.splice(order_.begin(), order_, found->second);
      return;
    }
    order_.emplace_front(key, Kept{.entry = std::move(entry), .born = generation_});
    places_.emplace(key, order_.begin());
    if (order_.size() > capacity_) {
      places_.erase(order_.back().first);
      order_.pop_back();
    }
  }

  void erase(const Key& key) {
    const std::lock_guard lock(mutex_);
    ++generation_;
    const auto found = places_.find(key);
    if (found == places_.end()) return;
    order_.erase(found->second);
    places_.erase(found);
  }

  /// All that is there has run out, and is still there to look at.
  void expire() {
    const std::lock_guard lock(mutex_);
    expired_ = ++generation_;
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return order_.size();
  }

 private:
  struct Kept {
    Entry entry;
    std::uint64_t born = 0;  ///< the generation in which it was put
  };

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::uint64_t generation_ = 0;
  std::uint64_t expired_ = 0;  ///< what was put in an earlier generation has run out
  std::list<std::pair<Key, Kept>> order_;
  std::unordered_map<Key, typename std::list<std::pair<Key, Kept>>::iterator> places_;
};

}  // namespace calotype::resilience
