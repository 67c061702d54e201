#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "core/clock.h"

/// Signals are read, not handled: no code of ours runs in a handler.
namespace calotype::app {

/// Lets SIGTERM and SIGINT wait to be read in every thread that is made from now on; SIGHUP and SIGPIPE are ignored.
/// Call before any other thread starts.
void hold_signals();

/// Blocks until SIGTERM or SIGINT comes, and gives its number.
int wait_for_signal();

/// False when none came within the limit.
bool wait_for_signal(Milliseconds limit);

/// While it lives, another SIGTERM or SIGINT calls `act`, on a thread of its own.
class SecondSignal {
 public:
  explicit SecondSignal(std::function<void()> act);
  ~SecondSignal();
  SecondSignal(const SecondSignal&) = delete;
  SecondSignal& operator=(const SecondSignal&) = delete;

 private:
  std::atomic<bool> is_over_ = false;
  std::thread thread_;
};

}  // namespace calotype::app
