#include "core/handoff.h"

#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/error.h"

namespace calotype {

struct Handoff::State : std::enable_shared_from_this<Handoff::State> {
  explicit State(Executor e) : executor(std::move(e)) {}

  const Executor executor;
  std::mutex mutex;
  // Guarded by mutex.
  std::function<void()> resume;  ///< set while the coroutine is suspended
  std::optional<boost::asio::steady_timer> timer;
  std::exception_ptr thrown;
  bool is_begun = false;
  bool is_done = false;
  bool has_left = false;

  void post_wake() {
    boost::asio::post(executor, [self = shared_from_this()] { self->wake(); });
  }

  void wake() {
    std::function<void()> resume_now;
    {
      const std::lock_guard lock(mutex);
      resume_now = std::exchange(resume, nullptr);
      timer.reset();
    }
    if (resume_now) resume_now();
  }

  void on_deadline(Once once) {
    {
      const std::lock_guard lock(mutex);
      if (is_done || !resume || (is_begun && once == Once::stays)) return;
      has_left = true;
    }
    wake();
  }

  void suspend(std::function<void()> resumer, SteadyTime deadline, Once once) {
    const std::lock_guard lock(mutex);
    resume = std::move(resumer);
    if (is_done) {
      post_wake();
    } else if (deadline != SteadyTime::max()) {
      timer.emplace(executor, deadline);
      timer->async_wait([self = shared_from_this(), once](boost::system::error_code error) {
        if (!error) self->on_deadline(once);
      });
    }
  }
};

Handoff::Handoff(Executor executor) : state_(std::make_shared<State>(std::move(executor))) {}

bool Handoff::begin() {
  const std::lock_guard lock(state_->mutex);
  if (state_->has_left) return false;
  state_->is_begun = true;
  return true;
}

void Handoff::finish(std::exception_ptr thrown) {
  const std::lock_guard lock(state_->mutex);
  state_->is_done = true;
  state_->thrown = std::move(thrown);
  if (state_->resume) state_->post_wake();
}

Task<> Handoff::wait(SteadyTime deadline, Once once, std::string what) {
  const auto state = state_;
  const auto suspend = [state, deadline, once](auto handler) {
    // Asio's handler can only be moved, and std::function copies.
    const auto kept = std::make_shared<decltype(handler)>(std::move(handler));
    state->suspend([kept] { std::move (*kept)(); }, deadline, once);
  };
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(suspend,
                                                                                     boost::asio::use_awaitable);
  std::exception_ptr thrown;
  bool has_left = false;
  {
    const std::lock_guard lock(state->mutex);
    thrown = std::exchange(state->thrown, nullptr);
    has_left = state->has_left;
  }
  if (has_left) throw Error(Fault::timed_out, what + ": the deadline passed");
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace calotype
