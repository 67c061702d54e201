// Lanes whose workers start with their jobs.

#include <thread>

#include <gmock/gmock.h>

#include "adapters/workers/pool_fixture.h"

namespace calotype::workers {
namespace {

using testing::HasSubstr;

TEST(PoolBackground, HasWorkersAndTimeOfItsOwn) {
  auto options = test_options();
  options.background_workers = 1;
  options.job_deadline = options.queue_wait = Milliseconds(300);
  Bench bench(options);
  ASSERT_TRUE(eventually([&] { return bench.up() == 2; }));
  std::this_thread::sleep_for(Milliseconds(100));
  EXPECT_EQ(bench.up(), 2U) << "none is started before it is needed";
  auto slow = heavy(bad_job("loop"));
  slow.at_leisure = Milliseconds(1'500);
  auto background = bench.render(slow);
  ASSERT_TRUE(eventually([&] { return bench.up() == 3 && bench.busy(LaneKind::background); }));
  EXPECT_EQ(bench.render(heavy(job())).get().format, ImageFormat::png) << "beside it";
  EXPECT_THAT(refusal(std::move(background)).what(), HasSubstr("not done after 1500 ms"));
}

TEST(PoolBackground, StartsAWorkerForEachJobThatFindsNone) {
  auto options = test_options();
  options.background_workers = 3;
  Bench bench(options);
  ASSERT_TRUE(eventually([&] { return bench.up() == 2; }));
  auto slow = bad_job("sleep, long");
  slow.at_leisure = kPatience;
  auto running = bench.render(slow);
  ASSERT_TRUE(eventually([&] { return bench.busy(LaneKind::background); }));
  std::this_thread::sleep_for(Milliseconds(100));
  EXPECT_EQ(bench.up(), 3U) << "one job, one worker";
  auto quick = job();
  quick.at_leisure = kPatience;

  EXPECT_EQ(bench.render(quick).get().size.width, 12) << "it does not wait for the other";

  EXPECT_EQ(bench.up(), 4U);
  bench.pool.reset();
  EXPECT_EQ(refusal(std::move(running)).fault(), Fault::unavailable);
}

TEST(PoolHeavy, HasNoWorkerBeforeItsFirstJobAndKeepsItThen) {
  auto options = test_options();
  options.heavy_from_start = false;
  Bench bench(options);
  ASSERT_TRUE(eventually([&] { return bench.up() == 1; }));
  EXPECT_EQ(bench.render(job()).get().size.width, 12);
  std::this_thread::sleep_for(Milliseconds(100));
  EXPECT_EQ(bench.up(), 1U);

  EXPECT_EQ(bench.render(heavy(job())).get().size.width, 12);
  EXPECT_EQ(refusal(bench.render(heavy(bad_job("abort, heavily")))).code(), "decoder-failed");

  EXPECT_TRUE(eventually([&] { return bench.up() == 2; })) << "another is there before the next job";
}

TEST(PoolHeavy, RefusesItsFirstJobWhereNoWorkerStarts) {
  auto options = test_options();
  options.heavy_from_start = false;
  options.binary = "/nonexistent/calotype-worker";
  options.queue_wait = Milliseconds(20);
  options.start_deadline = Milliseconds(200);
  const auto began = std::chrono::steady_clock::now();
  Bench bench(options);

  EXPECT_EQ(refusal(bench.render(heavy(job()))).fault(), Fault::unavailable);

  EXPECT_GE(std::chrono::steady_clock::now() - began, Milliseconds(200)) << "it might have started";
}

}  // namespace
}  // namespace calotype::workers
