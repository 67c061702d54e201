#pragma once

#include "core/clock.h"

namespace calotype::workers {

/// Spaces out starts that fail, over all lanes together: one at a time, the pause doubling from the first to 30 s.
/// Thread: one.
class StartGate {
 public:
  explicit StartGate(Milliseconds first_pause) : first_(first_pause) {}
  /// When the caller may start a process.
  SteadyTime reserve(SteadyTime now);
  void note_success() { failures_ = 0; }
  void note_failure(SteadyTime now);

 private:
  Milliseconds pause() const;
  Milliseconds first_;
  int failures_ = 0;
  SteadyTime next_{};
};

}  // namespace calotype::workers
