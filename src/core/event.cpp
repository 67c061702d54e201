#include "core/event.h"

#include <algorithm>
#include <mutex>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

namespace calotype {

namespace {

/// A coroutine sleeps in the timer, so that it belongs to its context and goes with it.
struct Waiter {
  Waiter(const Executor& executor, SteadyTime deadline) : timer(executor, deadline) {}
  boost::asio::steady_timer timer;

  static void wake(const std::shared_ptr<Waiter>& waiter) {
    const auto executor = waiter->timer.get_executor();
    boost::asio::post(executor, [waiter] { waiter->timer.cancel(); });
  }
};

}  // namespace

struct Event::State {
  std::mutex mutex;
  bool is_set = false;                           // guarded by mutex
  std::vector<std::shared_ptr<Waiter>> waiters;  // guarded by mutex

  static Task<bool> wait(std::shared_ptr<State> state, SteadyTime deadline, std::stop_token stop);
};

namespace {

/// Takes a waiter off the list at the latest when its coroutine is destroyed.
template <class State>
class Place {
 public:
  Place(State& state, std::shared_ptr<Waiter> waiter) : state_(state), waiter_(std::move(waiter)) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    const std::lock_guard lock(state_.mutex);
    std::erase(state_.waiters, waiter_);
  }

 private:
  State& state_;
  std::shared_ptr<Waiter> waiter_;
};

}  // namespace

Task<bool> Event::State::wait(std::shared_ptr<State> state, SteadyTime deadline, std::stop_token stop) {
  const auto executor = co_await current_executor();
  const auto waiter = std::make_shared<Waiter>(executor, deadline);
  {
    const std::lock_guard lock(state->mutex);
    if (state->is_set) co_return true;
    state->waiters.push_back(waiter);
  }
  const Place place(*state, waiter);
  // Where it was asked already, the timer is cancelled right after it has begun.
  const std::stop_callback leave(std::move(stop), [waiter] { Waiter::wake(waiter); });
  boost::system::error_code cancelled;
  co_await waiter->timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
  const std::lock_guard lock(state->mutex);
  co_return state->is_set;
}

Event::Event() : state_(std::make_shared<State>()) {}
Event::~Event() = default;

void Event::set() {
  const std::lock_guard lock(state_->mutex);
  if (std::exchange(state_->is_set, true)) return;
  for (const auto& waiter : state_->waiters) Waiter::wake(waiter);
}

bool Event::is_set() const {
  const std::lock_guard lock(state_->mutex);
  return state_->is_set;
}

Task<bool> Event::wait(SteadyTime deadline, std::stop_token stop) const {
  return State::wait(state_, deadline, std::move(stop));
}

}  // namespace calotype
