#include "adapters/workers/start_gate.h"

#include <algorithm>

namespace calotype::workers {
namespace {

constexpr Milliseconds kLongestPause{30'000};

}  // namespace

Milliseconds StartGate::pause() const {
  Milliseconds pause = first_;
  for (int i = 1; i < failures_ && pause < kLongestPause; ++i) pause *= 2;
  return std::min(pause, std::max(kLongestPause, first_));
}

SteadyTime StartGate::reserve(SteadyTime now) {
  if (failures_ == 0) return now;
  const auto at = std::max(now, next_);
  next_ = at + pause();
  return at;
}

void StartGate::note_failure(SteadyTime now) {
  ++failures_;
  next_ = std::max(next_, now + pause());
}

}  // namespace calotype::workers
