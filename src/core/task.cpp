#include "core/task.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace calotype {

Task<Executor> current_executor() {
  const Executor executor = co_await boost::asio::this_coro::executor;
  co_return executor;
}

Task<> sleep_until(SteadyTime when) {
  const auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer timer(executor, when);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

}  // namespace calotype
