#pragma once

#include <deque>
#include <mutex>
#include <unordered_map>

#include "core/clock.h"
#include "core/digest.h"

namespace calotype::workers {

/// Remembers what has killed workers: twice is no accident. Bounded and forgetful.
/// Thread: any.
class Refusals {
 public:
  explicit Refusals(Seconds time, std::size_t most = 4096) : time_(time), most_(most) {}

  void note_kill(const Digest& what, SteadyTime now);
  /// Whether it has killed two workers lately.
  bool is_refused(const Digest& what, SteadyTime now) const;
  std::size_t size() const;

 private:
  struct Record {
    int kills = 0;
    SteadyTime last;
  };
  void forget_old(SteadyTime now);

  const Seconds time_;
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::unordered_map<Digest, Record> records_;       ///< guarded by mutex_
  std::deque<std::pair<SteadyTime, Digest>> order_;  ///< guarded by mutex_; every kill, oldest first
};

}  // namespace calotype::workers
