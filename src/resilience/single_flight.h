#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "core/context.h"
#include "core/error.h"
#include "core/event.h"
#include "core/task.h"

namespace calotype::resilience {

/// Lets many callers who want the same thing at the same time share one making of it. The making goes on when the
/// caller who began it goes away, so that its result can be kept for the next one. When all have gone who wait for it,
/// it is told so, and may end if it has not really begun: with an Error of the code kAbandoned. Thread: any; callers
/// may sit on different executors. May be destroyed while something is being made.
template <class Key, class Value, class Hash = std::hash<Key>>
class SingleFlight {
 public:
  /// Called on the flight's executor, with what is asked to stop when nobody waits any more. Not a coroutine lambda
  /// with captures: a function that returns a Task.
  using Make = std::function<Task<Value>(std::stop_token departure)>;

  struct Counts {
    std::uint64_t flown = 0;   ///< how often something was made
    std::uint64_t shared = 0;  ///< how often a caller joined another's
    std::uint64_t left = 0;    ///< how often all had gone before it was made
  };

  SingleFlight() : state_(std::make_shared<State>()) {}

  /// What `make` gives for the key, or throws what it throws. Where another caller is making it already, waits for
  /// that; and when that ends by its own deadline or cancellation, or because all others had gone, makes it anew within
  /// its own. Throws timed_out at ctx.deadline; the making goes on, and as long as ctx is not abandoned, it is waited
  /// for. Throws unavailable with the code kAbandoned as soon as ctx is.
  Task<Value> run(Context ctx, Key key, Make make) {
    return run_in(state_, std::move(ctx), std::nullopt, std::move(key), std::move(make));
  }
  /// The same, but what has to be made is made on `executor` and not on the caller's.
  Task<Value> run_on(Executor executor, Context ctx, Key key, Make make) {
    return run_in(state_, std::move(ctx), std::move(executor), std::move(key), std::move(make));
  }

  Counts counts() const {
    const std::lock_guard lock(state_->mutex);
    return state_->counts;
  }
  /// Whether somebody is making it now.
  bool is_flying(const Key& key) const {
    const std::lock_guard lock(state_->mutex);
    return state_->flights.contains(key);
  }
  std::size_t in_flight() const {
    const std::lock_guard lock(state_->mutex);
    return state_->flights.size();
  }

 private:
  struct State;
  struct Flight;

  /// What one who waits does when he goes. He may go while he comes, and when his flight has landed.
  struct Leave {
    std::weak_ptr<State> state;
    std::weak_ptr<Flight> flight;

    void operator()() const noexcept {
      // Not of this, which goes with the flight.
      const auto flights = state.lock();
      const auto left = flight.lock();
      if (!flights || !left) return;
      {
        const std::lock_guard lock(flights->mutex);
        if (--left->waiting > 0 || left->has_landed) return;
        ++flights->counts.left;
      }
      left->departure.request_stop();
    }
  };
  using OnLeaving = std::stop_callback<Leave>;

  struct Flight {
    Event landed;
    std::stop_source departure;  ///< of all who wait

    // Guarded by the state's mutex.
    std::size_t waiting = 0;  ///< those at their deadline as well: they may come again, or want it kept
    bool has_landed = false;
    std::vector<std::unique_ptr<OnLeaving>> on_leaving;

    // Written by the flight before `landed` is set, and only read afterwards.
    std::optional<Value> value;
    std::optional<Error> error;
    std::exception_ptr other;
    bool ended_early = false;
  };
  struct State {
    std::mutex mutex;
    std::unordered_map<Key, std::shared_ptr<Flight>, Hash> flights;  // guarded by mutex
    Counts counts;                                                   // guarded by mutex
  };

  static Task<Value> run_in(std::shared_ptr<State> state, Context ctx, std::optional<Executor> executor, Key key,
                            Make make) {
    for (;;) {
      bool is_mine = false;
      const auto flight = join(*state, key, is_mine);
      if (ctx.departure.stop_possible()) watch(state, flight, ctx.departure);
      if (is_mine) {
        const auto own = co_await current_executor();
        boost::asio::co_spawn(executor.value_or(own), fly(state, flight, key, make), boost::asio::detached);
      }
      const bool has_landed = co_await flight->landed.wait(ctx.deadline, ctx.departure);
      if (has_landed && flight->value) co_return *flight->value;
      if (ctx.is_abandoned()) {
        throw Error(Fault::unavailable, "wait for what is being made: the client has gone", kAbandoned);
      }
      const bool is_late = std::chrono::steady_clock::now() >= ctx.deadline;
      if (has_landed && flight->ended_early && !is_mine && !is_late) continue;
      const bool was_dropped = has_landed && flight->error && flight->error->code() == kAbandoned;
      if (!has_landed || was_dropped) {
        throw Error(Fault::timed_out, "wait for what is being made: the deadline passed");
      }
      if (flight->error) throw Error(*flight->error);
      std::rethrow_exception(flight->other);
    }
  }

  static std::shared_ptr<Flight> join(State& state, const Key& key, bool& is_mine) {
    const std::lock_guard lock(state.mutex);
    auto& flight = state.flights[key];
    is_mine = flight == nullptr;
    if (is_mine) flight = std::make_shared<Flight>();
    ++flight->waiting;
    ++(is_mine ? state.counts.flown : state.counts.shared);
    return flight;
  }

  /// Sees to it that the flight is told when he goes whom join() has counted.
  static void watch(const std::shared_ptr<State>& state, const std::shared_ptr<Flight>& flight, std::stop_token stop) {
    auto on_leaving = std::make_unique<OnLeaving>(std::move(stop), Leave{.state = state, .flight = flight});
    const std::lock_guard lock(state->mutex);
    if (!flight->has_landed) flight->on_leaving.push_back(std::move(on_leaving));
  }

  static Task<> fly(std::shared_ptr<State> state, std::shared_ptr<Flight> flight, Key key, Make make) {
    try {
      auto value = co_await make(flight->departure.get_token());
      flight->value.emplace(std::move(value));
    } catch (const Error& error) {
      flight->error = error;
      flight->ended_early = error.fault() == Fault::timed_out || error.code() == kAbandoned;
    } catch (const boost::system::system_error& error) {
      flight->other = std::current_exception();
      flight->ended_early = error.code() == boost::asio::error::operation_aborted;
    } catch (...) {
      flight->other = std::current_exception();
    }
    std::vector<std::unique_ptr<OnLeaving>> on_leaving;
    {
      const std::lock_guard lock(state->mutex);
      state->flights.erase(key);
      flight->has_landed = true;
      on_leaving = std::move(flight->on_leaving);
    }
    flight->landed.set();
    // Without the lock: one that is just being called is waited for, and it locks.
    on_leaving.clear();
  }

  std::shared_ptr<State> state_;
};

}  // namespace calotype::resilience
