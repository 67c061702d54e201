#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "core/context.h"
#include "core/error.h"
#include "core/event.h"
#include "core/task.h"

namespace calotype::resilience {

/// Lets many callers who want the same thing at the same time share one making of it. The making goes on when the
/// caller who began it goes away, so that its result can be kept for the next one. Thread: any; callers may sit on
/// different executors. May be destroyed while something is being made.
template <class Key, class Value, class Hash = std::hash<Key>>
class SingleFlight {
 public:
  /// Called on the flight's executor. Not a coroutine lambda with captures: a function that returns a Task.
  using Make = std::function<Task<Value>()>;

  struct Counts {
    std::uint64_t flown = 0;   ///< how often something was made
    std::uint64_t shared = 0;  ///< how often a caller joined another's
  };

  SingleFlight() : state_(std::make_shared<State>()) {}

  /// What `make` gives for the key, or throws what it throws. Where another caller is making it already, waits for
  /// that; and when that ends by its own deadline or cancellation, makes it anew within its own.
  /// Throws timed_out at ctx.deadline; the making goes on.
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
  /// Written by the flight before `landed` is set, and only read afterwards.
  struct Flight {
    Event landed;
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
      if (is_mine) {
        const auto own = co_await current_executor();
        boost::asio::co_spawn(executor.value_or(own), fly(state, flight, key, make), boost::asio::detached);
      }
      const bool has_landed = co_await flight->landed.wait(ctx.deadline);
      if (!has_landed) throw Error(Fault::timed_out, "wait for what is being made: the deadline passed");
      if (flight->value) co_return *flight->value;
      if (flight->ended_early && !is_mine && std::chrono::steady_clock::now() < ctx.deadline) continue;
      if (flight->error) throw Error(*flight->error);
      std::rethrow_exception(flight->other);
    }
  }

  static std::shared_ptr<Flight> join(State& state, const Key& key, bool& is_mine) {
    const std::lock_guard lock(state.mutex);
    auto& flight = state.flights[key];
    is_mine = flight == nullptr;
    if (is_mine) flight = std::make_shared<Flight>();
    ++(is_mine ? state.counts.flown : state.counts.shared);
    return flight;
  }

  static Task<> fly(std::shared_ptr<State> state, std::shared_ptr<Flight> flight, Key key, Make make) {
    try {
      auto value = co_await make();
      flight->value.emplace(std::move(value));
    } catch (const Error& error) {
      flight->error = error;
      flight->ended_early = error.fault() == Fault::timed_out;
    } catch (const boost::system::system_error& error) {
      flight->other = std::current_exception();
      flight->ended_early = error.code() == boost::asio::error::operation_aborted;
    } catch (...) {
      flight->other = std::current_exception();
    }
    {
      const std::lock_guard lock(state->mutex);
      state->flights.erase(key);
    }
    flight->landed.set();
  }

  std::shared_ptr<State> state_;
};

}  // namespace calotype::resilience
