#pragma once

#include <chrono>
#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/clock.h"

namespace calotype {

/// A coroutine's result to come. `co_await` stands alone: as a whole statement, or as the initialiser of a named value.
template <class T = void>
using Task = boost::asio::awaitable<T>;

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
    return boost::asio::co_spawn(pool_, call(std::move(work)), boost::asio::use_awaitable);
  }

 private:
  template <class Work>
  static Task<std::invoke_result_t<Work>> call(Work work) {
    co_return work();
  }

  boost::asio::thread_pool pool_;
};

/// Suspends until the instant has come.
Task<> sleep_until(SteadyTime when);

}  // namespace calotype
