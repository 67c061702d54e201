#include "core/bounded_pool.h"

#include <latch>
#include <thread>

#include <gtest/gtest.h>

#include "support/run_task.h"

namespace calotype {
namespace {

Context until(Milliseconds from_now) { return {.deadline = std::chrono::steady_clock::now() + from_now}; }

Fault fault_of(std::exception_ptr thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    return error.fault();
  }
}

template <class Work>
Task<> run_void(BoundedPool& pool, Context ctx, Work work) {
  co_await pool.run(ctx, work);
}

template <class Work>
Task<> run_owning_void(BoundedPool& pool, Context ctx, Work work) {
  co_await pool.run_owning(ctx, work);
}

TEST(BoundedPool, GivesTheResultOrWhatWasThrown) {
  BoundedPool pool("work", 2, 10);

  EXPECT_EQ(run_task(pool.run({}, [] { return std::string("done"); })), "done");
  EXPECT_THROW(run_task(pool.run({}, [] { throw Error(Fault::full, "no space"); })), Error);
  EXPECT_EQ(pool.load(), 0U);
}

TEST(BoundedPool, RefusesWhatIsOverItsBound) {
  BoundedPool pool("work", 1, 2);
  std::latch gate(1);
  std::vector<Task<>> tasks;
  tasks.push_back(run_void(pool, {}, [&] { gate.wait(); }));
  tasks.push_back(run_void(pool, {}, [] {}));
  tasks.push_back(run_void(pool, {}, [&] {}));
  tasks.push_back([](std::latch& opened) -> Task<> {
    opened.count_down();
    co_return;
  }(gate));

  const auto thrown = run_all(std::move(tasks));

  EXPECT_FALSE(thrown[0]);
  EXPECT_FALSE(thrown[1]);
  ASSERT_TRUE(thrown[2]);
  EXPECT_EQ(fault_of(thrown[2]), Fault::unavailable);
}

TEST(BoundedPool, NeverBeginsWorkWhoseCallerLeftAtItsDeadline) {
  bool has_run = false;
  std::latch gate(1);
  {
    BoundedPool pool("work", 1, 10);
    std::vector<Task<>> tasks;
    tasks.push_back(run_owning_void(pool, until(Milliseconds(5)), [&] { gate.wait(); }));
    tasks.push_back(run_void(pool, until(Milliseconds(5)), [&] { has_run = true; }));

    const auto thrown = run_all(std::move(tasks));
    gate.count_down();

    ASSERT_TRUE(thrown[0]);
    EXPECT_EQ(fault_of(thrown[0]), Fault::timed_out);
    ASSERT_TRUE(thrown[1]);
    EXPECT_EQ(fault_of(thrown[1]), Fault::timed_out);
  }
  EXPECT_FALSE(has_run);
}

TEST(BoundedPool, AwaitsTheEndOfWorkThatUsesTheCallersMemory) {
  BoundedPool pool("work", 1, 10);
  int written = 0;
  // Long enough for the work to begin before it, also on a machine that is busy.
  const auto deadline = std::chrono::steady_clock::now() + Milliseconds(300);

  run_task(pool.run({.deadline = deadline}, [&] {
    while (std::chrono::steady_clock::now() < deadline + Milliseconds(5)) std::this_thread::yield();
    written = 1;
  }));

  EXPECT_EQ(written, 1);
}

}  // namespace
}  // namespace calotype
