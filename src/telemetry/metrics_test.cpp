#include "telemetry/metrics.h"

#include <thread>

#include <gtest/gtest.h>

#include "telemetry/process.h"

namespace calotype::telemetry {
namespace {

bool shows(const Metrics& metrics, const std::string& line) {
  return metrics.exposition().find(line + "\n") != std::string::npos;
}

TEST(Metrics, CountsUnderNameAndLabels) {
  Metrics metrics;
  auto counter = metrics.counter("calotype_test_things_total", "Things.", {{"kind", "a\"b"}});
  counter.add();
  counter.add(2);

  EXPECT_TRUE(shows(metrics, R"(calotype_test_things_total{kind="a\"b"} 3)"));
  EXPECT_TRUE(shows(metrics, "# TYPE calotype_test_things_total counter"));
  EXPECT_TRUE(shows(metrics, "# HELP calotype_test_things_total Things."));
}

TEST(Metrics, LookingUpTwiceGivesTheSameSeries) {
  Metrics metrics;
  metrics.counter("calotype_test_things_total", "Things.", {{"kind", "a"}}).add();
  metrics.counter("calotype_test_things_total", "Things.", {{"kind", "a"}}).add();
  metrics.histogram("calotype_test_seconds", "Time.", {1, 2}).observe(1);
  metrics.histogram("calotype_test_seconds", "Time.", {1, 2}).observe(1);

  EXPECT_TRUE(shows(metrics, R"(calotype_test_things_total{kind="a"} 2)"));
  EXPECT_TRUE(shows(metrics, "calotype_test_seconds_count 2"));
}

TEST(Metrics, GaugesGoUpAndDown) {
  Metrics metrics;
  auto gauge = metrics.gauge("calotype_test_depth", "Depth.");
  gauge.set(5);
  gauge.add(-2);

  EXPECT_TRUE(shows(metrics, "calotype_test_depth 3"));
}

TEST(Metrics, HistogramsAreCumulative) {
  Metrics metrics;
  auto histogram = metrics.histogram("calotype_test_seconds", "Time.", {0.1, 1});
  for (const double value : {0.05, 0.5, 5.0}) histogram.observe(value);

  EXPECT_TRUE(shows(metrics, R"(calotype_test_seconds_bucket{le="0.1"} 1)"));
  EXPECT_TRUE(shows(metrics, R"(calotype_test_seconds_bucket{le="1"} 2)"));
  EXPECT_TRUE(shows(metrics, R"(calotype_test_seconds_bucket{le="+Inf"} 3)"));
}

TEST(Metrics, MayBeUsedFromManyThreads) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) metrics.counter("calotype_test_things_total", "Things.").add();
    });
  }
  for (auto& thread : threads) thread.join();

  EXPECT_TRUE(shows(metrics, "calotype_test_things_total 2000"));
}

TEST(Metrics, TellOfTheProcess) {
  const auto use = measure_process();
  const auto now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  const auto text = Metrics().exposition();

  EXPECT_GT(use.resident_bytes, 1 << 20);
  EXPECT_GE(use.open_fds, 3);
  EXPECT_GT(use.start_seconds, now - 3600);
  EXPECT_LT(use.start_seconds, now + 2);
  for (const auto* name : {"process_resident_memory_bytes ", "process_cpu_seconds_total ", "process_open_fds ",
                           "process_start_time_seconds ", "calotype_log_lines_dropped_total "}) {
    EXPECT_NE(text.find(std::string("\n") + name), std::string::npos) << name;
  }
}

TEST(LatencyBounds, Rise) {
  EXPECT_TRUE(std::is_sorted(latency_bounds().begin(), latency_bounds().end()));
  EXPECT_EQ(latency_bounds().front(), 0.0005);
  EXPECT_EQ(latency_bounds().back(), 30);
}

}  // namespace
}  // namespace calotype::telemetry
