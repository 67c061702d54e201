#include "resilience/single_flight.h"

#include <future>
#include <thread>

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

namespace calotype::resilience {
namespace {

using boost::asio::io_context;
using Flights = SingleFlight<std::string, int>;

/// What is being made: waits for a signal, and says how often it was begun.
struct Work {
  Event gate;
  std::atomic<int> begun = 0;
  std::atomic<int> ended = 0;
};

/// As a job in a queue: dropped when nobody waits before the gate opens.
Task<int> make_or_drop(std::shared_ptr<Work> work, std::stop_token departure) {
  const int turn = ++work->begun;
  const bool is_open = co_await work->gate.wait(SteadyTime::max(), departure);
  ++work->ended;
  if (!is_open) throw Error(Fault::unavailable, "make: nobody waits", kAbandoned);
  co_return turn;
}

Task<int> make(std::shared_ptr<Work> work, SteadyTime deadline) {
  const int turn = ++work->begun;
  const bool is_open = co_await work->gate.wait(deadline);
  ++work->ended;
  if (!is_open) throw Error(Fault::timed_out, "make: too slow");
  co_return turn;
}

Task<int> break_down(std::shared_ptr<Work> work) {
  ++work->begun;
  co_await work->gate.wait(SteadyTime::max());
  throw Error(Fault::unprocessable, "make: broken", "decoder-failed");
}

Task<int> throw_other(std::shared_ptr<Work> work) {
  co_await work->gate.wait(SteadyTime::max());
  throw std::out_of_range("other");
}

std::future<int> ask(io_context& context, Flights& flights, const std::shared_ptr<Work>& work, std::string key = "k",
                     SteadyTime deadline = SteadyTime::max()) {
  auto task = flights.run(Context{.deadline = deadline}, std::move(key),
                          [work, deadline](std::stop_token) { return make(work, deadline); });
  return boost::asio::co_spawn(context, std::move(task), boost::asio::use_future);
}

SteadyTime soon() { return std::chrono::steady_clock::now() + Milliseconds(2); }

class SingleFlightTest : public ::testing::Test {
 protected:
  io_context context_;
  Flights flights_;
  std::shared_ptr<Work> work_ = std::make_shared<Work>();
};

TEST_F(SingleFlightTest, MakesOnceForAllWhoAskMeanwhile) {
  std::vector<std::future<int>> callers;
  for (int i = 0; i < 10; ++i) callers.push_back(ask(context_, flights_, work_));
  context_.poll();
  EXPECT_EQ(flights_.in_flight(), 1U);

  work_->gate.set();
  context_.run();

  for (auto& caller : callers) EXPECT_EQ(caller.get(), 1);
  EXPECT_EQ(work_->begun, 1);
  EXPECT_EQ(flights_.counts().flown, 1U);
  EXPECT_EQ(flights_.counts().shared, 9U);
  EXPECT_EQ(flights_.in_flight(), 0U);
}

TEST_F(SingleFlightTest, MakesAgainForOneWhoAsksLater) {
  work_->gate.set();
  auto first = ask(context_, flights_, work_);
  context_.run();
  context_.restart();
  auto second = ask(context_, flights_, work_);
  context_.run();

  EXPECT_EQ(first.get(), 1);
  EXPECT_EQ(second.get(), 2);
}

TEST_F(SingleFlightTest, KeepsKeysApart) {
  auto first = ask(context_, flights_, work_, "a");
  auto second = ask(context_, flights_, work_, "b");
  work_->gate.set();
  context_.run();

  EXPECT_EQ(work_->begun, 2);
}

TEST_F(SingleFlightTest, SharesWhatWasThrown) {
  std::vector<std::future<int>> callers;
  for (int i = 0; i < 3; ++i) {
    auto task = flights_.run(Context{}, "k", [work = work_](std::stop_token) { return break_down(work); });
    callers.push_back(boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future));
  }
  context_.poll();
  work_->gate.set();
  context_.run();

  for (auto& caller : callers) {
    try {
      caller.get();
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "decoder-failed");
    }
  }
  EXPECT_EQ(work_->begun, 1);
}

TEST_F(SingleFlightTest, PassesOtherExceptionsToo) {
  auto task = flights_.run(Context{}, "k", [work = work_](std::stop_token) { return throw_other(work); });
  auto caller = boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future);
  work_->gate.set();
  context_.run();

  EXPECT_THROW(caller.get(), std::out_of_range);
}

TEST_F(SingleFlightTest, FollowerGivesUpAtItsOwnDeadlineAlone) {
  auto leader = ask(context_, flights_, work_);
  context_.poll();
  auto follower = ask(context_, flights_, work_, "k", soon());
  while (follower.wait_for(Seconds(0)) != std::future_status::ready) context_.run_one();
  work_->gate.set();
  context_.run();

  EXPECT_THROW(follower.get(), Error);
  EXPECT_EQ(leader.get(), 1);
}

TEST_F(SingleFlightTest, EndsTheWorkWhenItsCallerHasGoneAway) {
  auto task = flights_.run(Context{.deadline = soon()}, "k",
                           [work = work_](std::stop_token) { return make(work, SteadyTime::max()); });
  auto leader = boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future);
  while (leader.wait_for(Seconds(0)) != std::future_status::ready) context_.run_one();
  EXPECT_THROW(leader.get(), Error);
  auto follower = ask(context_, flights_, work_);
  context_.poll();

  work_->gate.set();
  context_.run();

  EXPECT_EQ(follower.get(), 1) << "it got what the other had begun";
  EXPECT_EQ(work_->ended, 1);
}

TEST_F(SingleFlightTest, OneFollowerSucceedsALeaderWhoRanOutOfTime) {
  auto leader = ask(context_, flights_, work_, "k", soon());
  std::vector<std::future<int>> followers;
  for (int i = 0; i < 5; ++i) followers.push_back(ask(context_, flights_, work_));
  while (work_->begun < 2) context_.run_one();
  work_->gate.set();
  context_.run();

  EXPECT_THROW(leader.get(), Error);
  for (auto& follower : followers) EXPECT_EQ(follower.get(), 2);
  EXPECT_EQ(work_->begun, 2) << "one successor, not five";
}

TEST_F(SingleFlightTest, RunsOnTheExecutorThatItIsGiven) {
  io_context other;
  auto task = flights_.run_on(other.get_executor(), Context{}, "k",
                              [work = work_](std::stop_token) { return make(work, SteadyTime::max()); });
  auto caller = boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future);
  work_->gate.set();
  context_.poll();
  EXPECT_EQ(work_->begun, 0);

  other.run();
  context_.restart();
  context_.run();

  EXPECT_EQ(caller.get(), 1);
}

TEST_F(SingleFlightTest, MayBeDestroyedWhileItFlies) {
  auto flights = std::make_unique<Flights>();
  auto caller = ask(context_, *flights, work_);
  context_.poll();
  flights.reset();
  work_->gate.set();
  context_.run();

  EXPECT_EQ(caller.get(), 1);
}

/// Callers who may go, and a making that ends when all have gone.
class SingleFlightLeaving : public SingleFlightTest {
 protected:
  std::future<int> ask_and_stay(std::stop_token departure, SteadyTime deadline = SteadyTime::max()) {
    auto task = flights_.run(Context{.deadline = deadline, .departure = std::move(departure)}, "k",
                             [work = work_](std::stop_token nobody) { return make_or_drop(work, std::move(nobody)); });
    auto caller = boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future);
    poll();
    return caller;
  }
  void poll() {
    context_.restart();
    context_.poll();
  }
  static std::string code_of(std::future<int>& caller) {
    try {
      return std::to_string(caller.get());
    } catch (const Error& error) {
      return error.code();
    }
  }
  static bool is_done(const std::future<int>& caller) {
    return caller.wait_for(Seconds(0)) == std::future_status::ready;
  }

  std::stop_source one_;
  std::stop_source other_;
};

TEST_F(SingleFlightLeaving, DropsWhatNobodyWaitsFor) {
  auto first = ask_and_stay(one_.get_token());
  auto second = ask_and_stay(other_.get_token());

  one_.request_stop();
  poll();
  EXPECT_TRUE(is_done(first)) << "it does not wait for the other";
  EXPECT_EQ(work_->ended, 0) << "one still waits";
  other_.request_stop();
  poll();

  EXPECT_EQ(code_of(first), kAbandoned);
  EXPECT_EQ(code_of(second), kAbandoned);
  EXPECT_EQ(work_->ended, 1);
  EXPECT_EQ(flights_.in_flight(), 0U);
  EXPECT_EQ(flights_.counts().left, 1U);
}

TEST_F(SingleFlightLeaving, GoesOnForOneWhoCannotLeave) {
  auto leader = ask_and_stay(one_.get_token());
  auto chore = ask_and_stay({});

  one_.request_stop();
  poll();
  work_->gate.set();
  poll();

  EXPECT_EQ(code_of(leader), kAbandoned);
  EXPECT_EQ(code_of(chore), "1");
}

TEST_F(SingleFlightLeaving, MakesItAnewForOneWhoComesWhileItIsDropped) {
  auto gone = ask_and_stay(one_.get_token());
  one_.request_stop();
  // Nothing has run since: it is about to be dropped, and is still there to be joined.
  ASSERT_TRUE(flights_.is_flying("k"));
  auto task = flights_.run(Context{.departure = other_.get_token()}, "k",
                           [work = work_](std::stop_token nobody) { return make_or_drop(work, std::move(nobody)); });
  auto newcomer = boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future);
  poll();
  EXPECT_EQ(work_->begun, 2);

  work_->gate.set();
  poll();

  EXPECT_EQ(code_of(newcomer), "2");
  EXPECT_EQ(code_of(gone), kAbandoned);
}

TEST_F(SingleFlightLeaving, GivesWhatHasBegunToOneWhoComesAfterAllHaveGone) {
  auto task = flights_.run(Context{.departure = one_.get_token()}, "k",
                           [work = work_](std::stop_token) { return make(work, SteadyTime::max()); });
  auto gone = boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future);
  poll();
  one_.request_stop();
  poll();
  auto newcomer = ask_and_stay(other_.get_token());

  work_->gate.set();
  poll();

  EXPECT_EQ(code_of(gone), kAbandoned);
  EXPECT_EQ(code_of(newcomer), "1") << "it was not made twice";
}

TEST_F(SingleFlightLeaving, IsWaitedForByOneWhoseDeadlineHasPassedUntilHeGoes) {
  auto impatient = ask_and_stay(one_.get_token(), soon());
  while (!is_done(impatient)) {
    context_.restart();
    context_.run_one();
  }
  poll();
  EXPECT_THROW(impatient.get(), Error);
  EXPECT_EQ(work_->ended, 0) << "he may have been shown something else meanwhile";

  one_.request_stop();
  poll();

  EXPECT_EQ(work_->ended, 1);
}

TEST_F(SingleFlightLeaving, TakesOneWhoHasGoneBeforeHeCame) {
  one_.request_stop();

  auto gone = ask_and_stay(one_.get_token());
  poll();

  EXPECT_EQ(code_of(gone), kAbandoned);
  EXPECT_EQ(flights_.in_flight(), 0U);
}

Task<int> hand_over(std::stop_token departure) {
  const auto executor = co_await current_executor();
  co_await boost::asio::post(executor, boost::asio::use_awaitable);
  if (departure.stop_requested()) throw Error(Fault::unavailable, "make: nobody waits", kAbandoned);
  co_return 1;
}

TEST(SingleFlight, LosesNobodyWhoStaysWhereOthersGoOnManyThreads) {
  Flights flights;
  std::atomic<int> given = 0;
  std::atomic<int> abandoned = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int round = 0; round < 300; ++round) {
        io_context context;
        std::stop_source departure;
        auto task = flights.run(Context{.departure = departure.get_token()}, "k", hand_over);
        auto caller = boost::asio::co_spawn(context, std::move(task), boost::asio::use_future);
        const bool leaves = t % 2 == 0;
        if (leaves) context.poll_one();
        if (leaves) departure.request_stop();
        context.run();
        try {
          given += caller.get();
        } catch (const Error& error) {
          EXPECT_TRUE(leaves && error.code() == kAbandoned) << error.what();
          ++abandoned;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(given + abandoned, 1200);
  EXPECT_GE(given, 600) << "all who stayed";
  EXPECT_EQ(flights.in_flight(), 0U);
}

Task<int> count_up(std::atomic<int>& running, std::atomic<int>& most) {
  const int now = ++running;
  for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
  }
  const auto executor = co_await current_executor();
  co_await boost::asio::post(executor, boost::asio::use_awaitable);
  --running;
  co_return 1;
}

TEST(SingleFlight, NeverMakesAKeyTwiceAtOnceOnManyThreads) {
  Flights flights;
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::atomic<int> answers = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      io_context context;
      std::vector<std::future<int>> callers;
      for (int i = 0; i < 500; ++i) {
        auto task = flights.run(Context{}, "k", [&](std::stop_token) { return count_up(running, most); });
        callers.push_back(boost::asio::co_spawn(context, std::move(task), boost::asio::use_future));
        if (i % 5 != 0) continue;
        context.restart();
        context.poll();
      }
      context.restart();
      context.run();
      for (auto& caller : callers) answers += caller.get();
    });
  }
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(answers, 2000);
  EXPECT_EQ(most, 1);
  EXPECT_EQ(flights.counts().flown + flights.counts().shared, 2000U);
}

}  // namespace
}  // namespace calotype::resilience
