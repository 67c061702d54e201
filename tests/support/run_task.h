#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "core/task.h"

namespace calotype {

/// How long a task of a test may take before the test is failed instead of hanging.
inline constexpr std::chrono::seconds kRunLimit{30};

/// Runs a task to its end on a loop of its own, in this thread, and gives its result or throws what it threw. A task
/// that hangs is destroyed after `limit`, with std::runtime_error.
template <class T>
T run_task(Task<T> task, std::chrono::milliseconds limit = kRunLimit) {
  using Kept = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
  std::exception_ptr failure;
  std::optional<Kept> result;
  bool is_done = false;
  boost::asio::io_context loop;
  const auto finish = [&](std::exception_ptr thrown) {
    failure = thrown;
    is_done = true;
    loop.stop();
  };
  if constexpr (std::is_void_v<T>) {
    boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr thrown) { finish(thrown); });
  } else {
    // Asio hands over a default-made result beside an exception.
    boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr thrown, T value) {
      if (!thrown) result.emplace(std::move(value));
      finish(thrown);
    });
  }
  const auto work = boost::asio::make_work_guard(loop);
  loop.run_for(limit);
  if (!is_done) throw std::runtime_error("run a task: it did not end in time");
  if (failure) std::rethrow_exception(failure);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// Runs tasks at the same time on one loop, and gives what each threw: null where it ended well.
inline std::vector<std::exception_ptr> run_all(std::vector<Task<>> tasks, std::chrono::milliseconds limit = kRunLimit) {
  std::vector<std::exception_ptr> outcomes(tasks.size());
  std::size_t left = tasks.size();
  boost::asio::io_context loop;
  const auto work = boost::asio::make_work_guard(loop);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    boost::asio::co_spawn(loop, std::move(tasks[i]), [&outcomes, &left, &loop, i](std::exception_ptr thrown) {
      outcomes[i] = thrown;
      if (--left == 0) loop.stop();
    });
  }
  if (left > 0) loop.run_for(limit);
  if (left > 0) throw std::runtime_error("run tasks: one did not end in time");
  return outcomes;
}

}  // namespace calotype
