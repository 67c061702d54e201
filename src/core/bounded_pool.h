#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "core/context.h"
#include "core/error.h"
#include "core/handoff.h"
#include "core/task.h"

namespace calotype {

/// Threads for work that blocks, with a bound on how much of it waits and an eye on deadlines. They are not to take the
/// core of who wakes them: that thread may still have an answer to send. Outlives its callers. Thread: any.
class BoundedPool {
 public:
  /// `name` stands in errors: "blob files". `limit` counts work that waits and work that runs.
  BoundedPool(std::string name, std::size_t threads, std::size_t limit)
      : name_(std::move(name)), limit_(limit), pool_(threads) {}
  ~BoundedPool() { pool_.join(); }
  BoundedPool(const BoundedPool&) = delete;
  BoundedPool& operator=(const BoundedPool&) = delete;

  /// Runs `work`, which may use the caller's memory: once begun, its end is awaited. Throws: what `work` throws;
  /// unavailable when the bound is reached; timed_out when it had not begun at the deadline.
  template <class Work>
  Task<std::invoke_result_t<Work>> run(Context ctx, Work work) {
    return run_as(std::move(ctx), std::move(work), Handoff::Once::stays);
  }

  /// Runs `work`, which owns all that it uses: the caller leaves at its deadline even then, with timed_out.
  template <class Work>
  Task<std::invoke_result_t<Work>> run_owning(Context ctx, Work work) {
    return run_as(std::move(ctx), std::move(work), Handoff::Once::may_leave);
  }

  /// How much waits or runs now.
  std::size_t load() const { return load_; }

 private:
  static void give_way();

  template <class Work>
  struct Job {
    using Result = std::invoke_result_t<Work>;
    Work work;
    std::optional<std::conditional_t<std::is_void_v<Result>, std::monostate, Result>> result{};

    std::exception_ptr run() {
      try {
        if constexpr (std::is_void_v<Result>) {
          work();
        } else {
          result.emplace(work());
        }
        return nullptr;
      } catch (...) {
        return std::current_exception();
      }
    }
  };

  template <class Work>
  Task<std::invoke_result_t<Work>> run_as(Context ctx, Work work, Handoff::Once once) {
    if (load_.fetch_add(1) >= limit_) {
      --load_;
      throw Error(Fault::unavailable, name_ + ": too much is waiting");
    }
    const auto executor = co_await current_executor();
    Handoff handoff(executor);
    const auto job = std::make_shared<Job<Work>>(Job<Work>{.work = std::move(work)});
    boost::asio::post(pool_, [this, handoff, job]() mutable {
      give_way();
      if (!handoff.begin()) {
        --load_;
        return;
      }
      auto thrown = job->run();
      --load_;
      handoff.finish(std::move(thrown));
    });
    co_await handoff.wait(ctx.deadline, once, name_);
    if constexpr (!std::is_void_v<std::invoke_result_t<Work>>) co_return std::move(*job->result);
  }

  const std::string name_;
  const std::size_t limit_;
  std::atomic<std::size_t> load_ = 0;
  boost::asio::thread_pool pool_;
};

}  // namespace calotype
