#pragma once

#include <mutex>

#include "core/clock.h"

namespace calotype::resilience {

/// Keeps callers from something that fails: after so many failures in a row nobody asks it for a while; then one does,
/// and decides for all. Thread: any.
class FailureGate {
 public:
  FailureGate(int most, Milliseconds rest) : most_(most), rest_(rest) {}

  /// Whether to ask it now. Whoever is told so tells how it went.
  bool may_try(SteadyTime now) {
    const std::lock_guard lock(mutex_);
    if (failures_ < most_) return true;
    if (now < until_) return false;
    until_ = now + rest_;  // of those who come meanwhile, nobody asks
    return true;
  }

  /// True when it is asked no more from now on.
  bool note_failure(SteadyTime now) {
    const std::lock_guard lock(mutex_);
    if (failures_ >= most_) return false;
    if (++failures_ < most_) return false;
    until_ = now + rest_;
    return true;
  }

  /// True when it is asked again from now on.
  bool note_success() {
    const std::lock_guard lock(mutex_);
    const bool was_resting = failures_ >= most_;
    failures_ = 0;
    return was_resting;
  }

 private:
  const int most_;
  const Milliseconds rest_;
  std::mutex mutex_;
  // Guarded by mutex_.
  int failures_ = 0;  ///< in a row
  SteadyTime until_{};
};

}  // namespace calotype::resilience
