#include "core/task.h"

#include <future>
#include <thread>

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "core/error.h"
#include "core/fake_clock.h"

namespace calotype {
namespace {

template <class T>
T run(Task<T> task) {
  boost::asio::io_context context;
  auto result = boost::asio::co_spawn(context, std::move(task), boost::asio::use_future);
  context.run();
  return result.get();
}

struct NoDefault {
  explicit NoDefault(int v) : value(v) {}
  int value;
};

Task<int> fetch(BlockingPool& pool) {
  const auto result = co_await pool.run([] { return NoDefault(7); });
  co_return result.value;
}

Task<> fail(BlockingPool& pool) {
  co_await pool.run([] { throw Error(Fault::full, "write: no space"); });
}

struct Threads {
  std::thread::id before, within, after;
};

Task<Threads> watch(BlockingPool& pool) {
  Threads threads;
  threads.before = std::this_thread::get_id();
  threads.within = co_await pool.run([] { return std::this_thread::get_id(); });
  threads.after = std::this_thread::get_id();
  co_return threads;
}

TEST(BlockingPool, PassesAResultThatHasNoDefault) {
  BlockingPool pool(1);

  EXPECT_EQ(run(fetch(pool)), 7);
}

TEST(BlockingPool, PassesWhatTheWorkThrew) {
  BlockingPool pool(1);

  EXPECT_THROW(run(fail(pool)), Error);
}

TEST(BlockingPool, ResumesTheCallerOnItsOwnExecutor) {
  BlockingPool pool(2);

  const auto threads = run(watch(pool));

  EXPECT_EQ(threads.before, std::this_thread::get_id());
  EXPECT_NE(threads.within, threads.before);
  EXPECT_EQ(threads.after, threads.before);
}

TEST(BlockingPool, EndsItsWorkBeforeItIsGone) {
  std::atomic<int> done = 0;
  boost::asio::io_context context;
  {
    BlockingPool pool(2);
    for (int i = 0; i < 16; ++i) {
      boost::asio::co_spawn(context, pool.run([&done] { ++done; }), boost::asio::use_future);
    }
    context.poll();
  }

  EXPECT_EQ(done, 16);
  context.restart();
  context.run();
}

Task<SteadyTime> wake_at(SteadyTime when) {
  co_await sleep_until(when);
  co_return std::chrono::steady_clock::now();
}

TEST(SleepUntil, WakesNotBeforeTheInstant) {
  const auto when = std::chrono::steady_clock::now() + Milliseconds(2);

  EXPECT_GE(run(wake_at(when)), when);
}

TEST(SleepUntil, ReturnsAtOnceForThePast) { EXPECT_NO_THROW(run(sleep_until(SteadyTime::min() + Seconds(1)))); }

Task<bool> runs_where_it_says(boost::asio::io_context& context) {
  const auto executor = co_await current_executor();
  co_return executor == Executor(context.get_executor());
}

TEST(CurrentExecutor, IsTheAwaitingCoroutines) {
  boost::asio::io_context context;
  auto result = boost::asio::co_spawn(context, runs_where_it_says(context), boost::asio::use_future);
  context.run();

  EXPECT_TRUE(result.get());
}

TEST(FakeClock, StandsStillUntilItIsTold) {
  FakeClock clock;
  const auto wall = clock.now();
  const auto steady = clock.steady();
  clock.advance(Milliseconds(5));

  EXPECT_EQ(clock.now(), wall + Milliseconds(5));
  EXPECT_EQ(clock.steady(), steady + Milliseconds(5));
  clock.set(wall - Seconds(3600));
  EXPECT_EQ(clock.steady(), steady + Milliseconds(5));
}

}  // namespace
}  // namespace calotype
