#pragma once

#include <algorithm>
#include <mutex>

#include "core/clock.h"

namespace calotype::resilience {

/// Lets through `per_second` on average and `burst` at once. Begins full.
/// Thread: any.
class TokenBucket {
 public:
  TokenBucket(double per_second, double burst, const Clock& clock)
      : per_second_(per_second), burst_(burst), clock_(clock), held_(burst), filled_(clock.steady()) {}

  bool take(double tokens = 1) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.steady();
    const std::chrono::duration<double> passed = now - filled_;
    held_ = std::min(burst_, held_ + passed.count() * per_second_);
    filled_ = now;
    if (held_ < tokens) return false;
    held_ -= tokens;
    return true;
  }

 private:
  const double per_second_;
  const double burst_;
  const Clock& clock_;
  std::mutex mutex_;
  double held_;        // guarded by mutex_
  SteadyTime filled_;  // guarded by mutex_
};

}  // namespace calotype::resilience
