#include <signal.h>

#include <algorithm>
#include <stop_token>

#include <gtest/gtest.h>
#include <boost/asio/detached.hpp>

#include "adapters/workers/pool_fixture.h"

namespace calotype::workers {
namespace {

TEST(PoolLeaving, DropsWhatNobodyWaitsForAndEndsWhatHasBegun) {
  auto options = test_options();
  options.queue_bound = 2;
  Bench bench(options);
  ASSERT_TRUE(eventually([&] { return bench.up() == 2; }));
  std::stop_source clients;
  auto context = patient();
  context.departure = clients.get_token();
  const auto workers = bench.pool->workers();
  const auto light = std::ranges::find(workers, LaneKind::light, &WorkerPool::WorkerState::lane);
  ASSERT_NE(light, workers.end());
  ::kill(light->process_id, SIGSTOP);
  auto running = bench.render(job(), context);
  ASSERT_TRUE(eventually([&] { return bench.busy(LaneKind::light).has_value(); }));
  std::vector<std::future<Rendition>> waiting;
  for (int i = 0; i < 2; ++i) waiting.push_back(bench.render(job(), context));
  ASSERT_TRUE(eventually([&] { return bench.has("calotype_workers_queue_length{lane=\"light\"} 2\n"); }));

  clients.request_stop();

  for (auto& one : waiting) EXPECT_EQ(refusal(std::move(one)).code(), kAbandoned);
  EXPECT_TRUE(bench.has("calotype_workers_queue_length{lane=\"light\"} 0\n"));
  auto stays = bench.render(job());
  EXPECT_EQ(refusal(bench.render(job(), context)).code(), kAbandoned) << "it is not even put into the queue";
  EXPECT_TRUE(bench.has("calotype_workers_jobs_total{kind=\"render\",outcome=\"abandoned\"} 3\n"));
  ::kill(light->process_id, SIGCONT);
  EXPECT_EQ(running.get().size.width, 12) << "it had begun";
  EXPECT_EQ(stays.get().size.width, 12);
  EXPECT_TRUE(bench.has("calotype_workers_jobs_total{kind=\"render\",outcome=\"ok\"} 2\n"));
}

TEST(PoolLeaving, ServesThoseWhoStayWhereOthersGo) {
  Bench bench;
  ASSERT_TRUE(eventually([&] { return bench.up() == 2; }));
  std::vector<std::stop_source> clients(40);
  std::vector<std::future<Rendition>> all;
  for (auto& client : clients) {
    auto context = patient();
    context.departure = client.get_token();
    all.push_back(bench.render(job(), context));
  }

  // While they are taken one by one.
  for (std::size_t i = 0; i < clients.size(); i += 2) clients[i].request_stop();

  for (std::size_t i = 0; i < all.size(); ++i) {
    try {
      EXPECT_EQ(all[i].get().size.width, 12);
    } catch (const Error& error) {
      EXPECT_TRUE(i % 2 == 0 && error.code() == kAbandoned) << i << ": " << error.what();
    }
  }
  EXPECT_TRUE(bench.has("calotype_workers_queue_length{lane=\"light\"} 0\n"));
  EXPECT_TRUE(bench.has("calotype_workers_busy{lane=\"light\"} 0\n"));
}

TEST(PoolLeaving, TakesAWorkerBackFromALoopThatIsGone) {
  Bench bench;
  ASSERT_TRUE(eventually([&] { return bench.up() == 2; }));
  {
    boost::asio::io_context loop;
    boost::asio::co_spawn(loop, bench.pool->render(patient(), bad_job("sleep for who is gone")), boost::asio::detached);
    std::thread thread([&] { loop.run(); });
    EXPECT_TRUE(eventually([&] { return bench.busy(LaneKind::light).has_value(); }));
    loop.stop();
    thread.join();
  }

  EXPECT_EQ(bench.render(job()).get().size.width, 12);
  EXPECT_TRUE(bench.has("calotype_workers_busy{lane=\"light\"} 0\n"));
  EXPECT_TRUE(eventually([&] { return bench.has("calotype_workers_ends_total{reason=\"stopped\"} 1\n"); }));
}

}  // namespace
}  // namespace calotype::workers
