#pragma once

#include <deque>
#include <mutex>
#include <unordered_map>

#include "core/clock.h"
#include "model/rendition.h"

namespace calotype::delivery {

/// Which families were dropped lately, so that what was begun before is not kept after. Thread: any.
class DropLog {
 public:
  /// Longer than anything takes from its request, or from when a job is begun that waited, to its file.
  static constexpr Milliseconds kRemembered{300'000};

  void note(Family family, SteadyTime now) {
    const std::lock_guard lock(mutex_);
    while (!order_.empty() && order_.front().when < now - kRemembered) {
      const auto& oldest = order_.front();
      const auto found = dropped_.find(oldest.family);
      if (found != dropped_.end() && found->second == oldest.when) dropped_.erase(found);
      order_.pop_front();
    }
    dropped_[family] = now;
    order_.push_back({.family = family, .when = now});
  }

  bool has_been_dropped(Family family, SteadyTime since) const {
    const std::lock_guard lock(mutex_);
    const auto found = dropped_.find(family);
    return found != dropped_.end() && found->second >= since;
  }

 private:
  struct Entry {
    Family family;
    SteadyTime when;
  };
  mutable std::mutex mutex_;
  std::unordered_map<Family, SteadyTime> dropped_;  // guarded by mutex_
  std::deque<Entry> order_;                         // guarded by mutex_
};

}  // namespace calotype::delivery
