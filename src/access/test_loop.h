#pragma once

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "core/task.h"

namespace calotype {

/// Runs the tasks of a test one after another on one loop. Declare it before every BlockingPool: a pool's thread holds
/// on to the loop for a moment after it has handed over a result, so the loop must end after the pool. Thread: one.
class TestLoop {
 public:
  /// Gives the task's result or throws what it threw. A task that hangs fails the test after 30 s.
  template <class T>
  T run(Task<T> task) {
    std::optional<T> result;
    run_to_end(keep(std::move(task), result));
    return std::move(*result);
  }
  void run(Task<> task) { run_to_end(std::move(task)); }

 private:
  template <class T>
  static Task<> keep(Task<T> task, std::optional<T>& into) {
    into = co_await std::move(task);
  }

  void run_to_end(Task<> task) {
    std::exception_ptr failure;
    bool is_done = false;
    boost::asio::co_spawn(loop_, std::move(task), [&](std::exception_ptr thrown) {
      failure = thrown;
      is_done = true;
      loop_.stop();
    });
    loop_.restart();
    loop_.run_for(std::chrono::seconds(30));
    if (!is_done) throw std::runtime_error("run a task: it did not end in time");
    if (failure) std::rethrow_exception(failure);
  }

  boost::asio::io_context loop_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{loop_.get_executor()};
};

}  // namespace calotype
