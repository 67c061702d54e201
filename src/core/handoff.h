#pragma once

#include <exception>
#include <memory>
#include <string>

#include "core/task.h"

namespace calotype {

/// Work that another thread does for one awaiting coroutine: who begins it, who ends it, and how long is waited. Copies
/// are the same hand-off. Thread: begin() and finish() from any, once each; wait() in the coroutine, once.
class Handoff {
 public:
  /// Whether the waiting coroutine may leave at its deadline when the work has begun. It must stay where the work uses
  /// memory of the coroutine's.
  enum class Once { stays, may_leave };

  /// `executor` is the waiting coroutine's.
  explicit Handoff(Executor executor);

  /// False when the coroutine has left: the work is then not done, and finish() not called.
  bool begin();
  /// Ends the work; wakes the coroutine, which throws `thrown` unless it is null.
  void finish(std::exception_ptr thrown);

  /// Until the work has ended. Throws: what finish() was given; timed_out at the deadline, when the work has not begun,
  /// and also when it has and `once` allows it: then it may still happen.
  Task<> wait(SteadyTime deadline, Once once, std::string what);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace calotype
