#pragma once

#include <chrono>

namespace calotype {

using Seconds = std::chrono::seconds;
using Milliseconds = std::chrono::milliseconds;
using Microseconds = std::chrono::microseconds;
/// Time of day, for what is stored or shown; whole milliseconds since 1970.
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;
/// Monotonic time, for every deadline, age and timeout.
using SteadyTime = std::chrono::steady_clock::time_point;

/// Where time comes from, so that a test can stop it.
/// Thread: any.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime now() const = 0;
  virtual SteadyTime steady() const = 0;
};

class SystemClock final : public Clock {
 public:
  WallTime now() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
  SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
};

}  // namespace calotype
