#include "app/signals.h"

#include <csignal>

namespace calotype::app {

namespace {

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

constexpr Milliseconds kGlance{50};

}  // namespace

void hold_signals() {
  const auto set = ending_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGHUP, SIG_IGN);   // NOLINT: macro of the system
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT
}

int wait_for_signal() {
  const auto set = ending_signals();
  int number = 0;
  while (sigwait(&set, &number) != 0) {
  }
  return number;
}

bool wait_for_signal(Milliseconds limit) {
  const auto set = ending_signals();
  const timespec wait{.tv_sec = limit.count() / 1000, .tv_nsec = limit.count() % 1000 * 1'000'000};
  return sigtimedwait(&set, nullptr, &wait) > 0;
}

SecondSignal::SecondSignal(std::function<void()> act)
    : thread_([this, act = std::move(act)] {
        while (!is_over_) {
          if (wait_for_signal(kGlance)) act();
        }
      }) {}

SecondSignal::~SecondSignal() {
  is_over_ = true;
  thread_.join();
}

}  // namespace calotype::app
