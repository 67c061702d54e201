#pragma once

#include <mutex>

#include "core/clock.h"

namespace calotype {

/// A clock for tests: it stands still until it is told to go on. Both times go together.
/// Thread: any.
class FakeClock final : public Clock {
 public:
  WallTime now() const override {
    const std::lock_guard lock(mutex_);
    return wall_;
  }
  SteadyTime steady() const override {
    const std::lock_guard lock(mutex_);
    return steady_;
  }

  void advance(Milliseconds by) {
    const std::lock_guard lock(mutex_);
    wall_ += by;
    steady_ += by;
  }
  /// Sets the time of day alone, as a correction of the system's clock does.
  void set(WallTime wall) {
    const std::lock_guard lock(mutex_);
    wall_ = wall;
  }

 private:
  mutable std::mutex mutex_;
  WallTime wall_{Milliseconds(1'764'000'000'000)};
  SteadyTime steady_{std::chrono::hours(1)};
};

}  // namespace calotype
