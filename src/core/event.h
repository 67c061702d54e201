#pragma once

#include <memory>
#include <stop_token>

#include "core/clock.h"
#include "core/task.h"

namespace calotype {

/// Something that happens once, and that any number of coroutines wait for.
/// Thread: any; a coroutine that waits must run on an executor of one thread at a time, as all of ours do.
class Event {
 public:
  Event();
  ~Event();
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  /// Wakes all that wait, each on its own executor. Again: nothing.
  void set();
  bool is_set() const;
  /// True once it is set, false when `deadline` came first, or whoever waits was asked to stop. The event may be gone
  /// by then.
  Task<bool> wait(SteadyTime deadline, std::stop_token stop = {}) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace calotype
