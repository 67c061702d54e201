#include "core/event.h"

#include <future>
#include <thread>

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace calotype {
namespace {

using boost::asio::io_context;

SteadyTime soon() { return std::chrono::steady_clock::now() + Milliseconds(1); }

TEST(Event, WakesAllThatWait) {
  io_context context;
  Event event;
  std::vector<std::future<bool>> waits;
  for (int i = 0; i < 3; ++i) {
    waits.push_back(boost::asio::co_spawn(context, event.wait(SteadyTime::max()), boost::asio::use_future));
  }
  context.poll();

  event.set();
  context.run();

  for (auto& wait : waits) EXPECT_TRUE(wait.get());
}

TEST(Event, DoesNotSuspendWhenItIsAlreadySet) {
  io_context context;
  Event event;
  event.set();
  event.set();
  auto wait = boost::asio::co_spawn(context, event.wait(SteadyTime::max()), boost::asio::use_future);
  context.run();

  EXPECT_TRUE(wait.get());
  EXPECT_TRUE(event.is_set());
}

TEST(Event, GivesUpAtTheDeadline) {
  io_context context;
  Event event;
  auto wait = boost::asio::co_spawn(context, event.wait(soon()), boost::asio::use_future);
  context.run();

  EXPECT_FALSE(wait.get());
}

TEST(Event, GivesUpWhereWhoWaitsIsAskedToStop) {
  io_context context;
  Event event;
  std::stop_source before;
  std::stop_source later;
  before.request_stop();
  auto asked =
      boost::asio::co_spawn(context, event.wait(SteadyTime::max(), before.get_token()), boost::asio::use_future);
  auto waits =
      boost::asio::co_spawn(context, event.wait(SteadyTime::max(), later.get_token()), boost::asio::use_future);
  context.poll();
  EXPECT_FALSE(asked.get());
  EXPECT_EQ(waits.wait_for(Seconds(0)), std::future_status::timeout);

  later.request_stop();
  context.run();

  EXPECT_FALSE(waits.get());
}

TEST(Event, WakesAcrossThreads) {
  Event event;
  std::vector<std::thread> threads;
  std::atomic<int> woken = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      io_context context;
      auto wait = boost::asio::co_spawn(context, event.wait(SteadyTime::max()), boost::asio::use_future);
      context.run();
      woken += wait.get();
    });
  }
  event.set();
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(woken, 4);
}

TEST(Event, OutlivesTheContextOfAWaiter) {
  Event event;
  {
    io_context context;
    auto wait = boost::asio::co_spawn(context, event.wait(SteadyTime::max()), boost::asio::use_future);
    context.poll();
  }

  EXPECT_NO_THROW(event.set());
}

}  // namespace
}  // namespace calotype
