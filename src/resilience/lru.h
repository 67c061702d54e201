#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "core/clock.h"

namespace calotype::resilience {

/// Keeps the values that were used last, up to a number of bytes. Each is charged with what the caller says plus a
/// fixed cost of its place here, so that many small ones are bounded as well. A value that alone is larger is not kept.
/// Thread: any. Values are copied out: let them be cheap to copy (Bytes, shared_ptr).
template <class Key, class Value, class Hash = std::hash<Key>>
class Lru {
 public:
  /// About what a place costs beside key and value: two nodes and a bucket.
  static constexpr std::size_t kPlaceBytes = 96;

  Lru(std::size_t capacity_bytes, const Clock& clock) : capacity_(capacity_bytes), clock_(clock) {}

  /// nullopt when it is not there or no longer valid.
  std::optional<Value> get(const Key& key) {
    const std::lock_guard lock(mutex_);
    const auto found = index_.find(key);
    if (found == index_.end()) return std::nullopt;
    const auto entry = found->second;
    if (entry->valid_until <= clock_.steady()) {
      drop(entry);
      return std::nullopt;
    }
    order_.splice(order_.begin(), order_, entry);
    return entry->value;
  }

  /// Replaces one of the same key, also where the new one is too large to keep. True when it is kept.
  bool put(const Key& key, Value value, std::size_t bytes, SteadyTime valid_until = SteadyTime::max()) {
    Order dropped;  // destroyed without the lock
    const std::lock_guard lock(mutex_);
    take_out(key, dropped);
    const std::size_t charge = charge_of(bytes);
    if (charge < bytes || charge > capacity_ || valid_until <= clock_.steady()) return false;
    while (charge > capacity_ - used_) take_out(order_.back().key, dropped);
    order_.push_front(Entry{key, std::move(value), charge, valid_until});
    index_.emplace(key, order_.begin());
    used_ += charge;
    return true;
  }

  bool erase(const Key& key) {
    Order dropped;
    const std::lock_guard lock(mutex_);
    take_out(key, dropped);
    return !dropped.empty();
  }

  void clear() {
    Order dropped;
    const std::lock_guard lock(mutex_);
    index_.clear();
    dropped.swap(order_);
    used_ = 0;
  }

  std::size_t used_bytes() const {
    const std::lock_guard lock(mutex_);
    return used_;
  }
  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return index_.size();
  }
  std::size_t capacity_bytes() const { return capacity_; }
  static constexpr std::size_t charge_of(std::size_t bytes) {
    return bytes + sizeof(Entry) + sizeof(Key) + kPlaceBytes;
  }

 private:
  struct Entry {
    Key key;
    Value value;
    std::size_t charge = 0;
    SteadyTime valid_until;
  };
  using Order = std::list<Entry>;  // the last used first

  void drop(typename Order::iterator entry) {
    used_ -= entry->charge;
    index_.erase(entry->key);
    order_.erase(entry);
  }

  void take_out(const Key& key, Order& into) {
    const auto found = index_.find(key);
    if (found == index_.end()) return;
    const auto entry = found->second;
    used_ -= entry->charge;
    index_.erase(found);
    into.splice(into.end(), order_, entry);
  }

  const std::size_t capacity_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  Order order_;  // guarded by mutex_, as is all below
  std::unordered_map<Key, typename Order::iterator, Hash> index_;
  std::size_t used_ = 0;
};

}  // namespace calotype::resilience
