#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/clock.h"

namespace calotype {

/// A coroutine's result to come. `co_await` stands alone: as a whole statement, or as the initialiser of a named value.
template <class T = void>
using Task = boost::asio::awaitable<T>;

/// Where a coroutine runs.
using Executor = boost::asio::any_io_executor;

/// The executor of the awaiting coroutine.
Task<Executor> current_executor();

/// Threads for work that blocks: SQL, files, signatures. The awaiting coroutine resumes on its own executor.
/// Thread: any.
class BlockingPool {
 public:
  explicit BlockingPool(std::size_t threads) : pool_(threads) {}
  ~BlockingPool() { pool_.join(); }
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  /// Runs `work` on the pool and gives its result, or throws what it threw.
  template <class Work>
  Task<std::invoke_result_t<Work>> run(Work work) {
    if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
      co_await boost::asio::co_spawn(pool_, call(std::move(work)), boost::asio::use_awaitable);
    } else {
      auto result = co_await boost::asio::co_spawn(pool_, call_for(std::move(work)), boost::asio::use_awaitable);
      co_return std::move(*result);
    }
  }

 private:
  template <class Work>
  static Task<> call(Work work) {
    work();
    co_return;
  }

  /// Asio makes an empty result beside an exception: optional, so that results need no default constructor.
  template <class Work>
  static Task<std::optional<std::invoke_result_t<Work>>> call_for(Work work) {
    co_return work();
  }

  boost::asio::thread_pool pool_;
};

/// Suspends until the instant has come.
Task<> sleep_until(SteadyTime when);

}  // namespace calotype
