#pragma once

#include <cstdint>
#include <random>

#include "core/clock.h"

namespace calotype::resilience {

struct BackoffOptions {
  Milliseconds first{100};
  Milliseconds most{30'000};
  double factor = 2.0;
  double jitter = 0.5;  ///< 0: exact; 1: anything from 0 to the full wait
};

/// How long to wait before the next attempt: longer each time, and not the same for everybody.
/// Thread: one.
class Backoff {
 public:
  Backoff(BackoffOptions options, std::uint64_t seed) : options_(options), random_(seed) {}

  /// The wait after one more failure.
  Milliseconds next();
  /// After a success.
  void reset() { failures_ = 0; }
  int failures() const { return failures_; }

 private:
  BackoffOptions options_;
  std::mt19937_64 random_;
  int failures_ = 0;
};

}  // namespace calotype::resilience
