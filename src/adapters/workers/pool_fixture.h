#pragma once

#include <cstring>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "adapters/workers/worker_pool.h"
#include "core/error.h"
#include "telemetry/metrics.h"

/// The pool with the real program. "calotype-test:" originals make a worker misbehave; the pool has no other hook.
namespace calotype::workers {

inline constexpr Seconds kPatience{30};

// ---- sources ----

class TextSource final : public ByteSource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  std::uint64_t size() const override { return text_.size(); }
  Task<std::size_t> read_at(Context, std::uint64_t offset, std::span<std::byte> into) override {
    const auto count = std::min<std::size_t>(into.size(), text_.size() - offset);
    std::memcpy(into.data(), text_.data() + offset, count);
    co_return count;
  }

 private:
  std::string text_;
};

inline std::string sample_path(const std::string& name) { return std::string(CALOTYPE_PROBE_CORPUS) + "/" + name; }

inline std::string sample(const std::string& name) {
  std::ifstream file(sample_path(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline SharedSource text(std::string value) { return std::make_shared<TextSource>(std::move(value)); }

/// baseline.jpg, 24x16, to a PNG of 12x8.
inline RenderJob job(const std::string& original = sample("baseline.jpg")) {
  RenderJob job;
  job.content = Digest::of(original);
  job.original = text(original);
  job.plan.decode.info = {.format = ImageFormat::jpg, .size = {.width = 24, .height = 16}};
  job.plan.steps = {plan::Resize{.size = {.width = 12, .height = 8}}};
  job.plan.output.format = ImageFormat::png;
  job.plan.result = {.width = 12, .height = 8};
  job.plan.budget = {.memory_bytes = std::int64_t{64} << 20U, .pixels = 24 * 16};
  return job;
}

inline RenderJob heavy(RenderJob value) {
  value.plan.budget.is_heavy = true;
  return value;
}

inline RenderJob bad_job(const std::string& kind) { return job("calotype-test:" + kind); }

inline Context patient() { return {.deadline = std::chrono::steady_clock::now() + kPatience, .request_id = "test"}; }

// ---- running ----

/// The caller's side: a loop of its own, as a server's is.
class Caller {
 public:
  Caller() : work_(io_.get_executor()), thread_([this] { io_.run(); }) {}
  ~Caller() {
    work_.reset();
    thread_.join();
  }
  template <class T>
  std::future<T> start(Task<T> task) {
    return boost::asio::co_spawn(io_, std::move(task), boost::asio::use_future);
  }

 private:
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

template <class Condition>
bool eventually(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < until) {
    if (condition()) return true;
    std::this_thread::sleep_for(Milliseconds(1));
  }
  return false;
}

template <class T>
Error refusal(std::future<T> future) {
  try {
    (void)future.get();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "it was not refused";
  return {Fault::internal, "none"};
}

inline WorkerPoolOptions test_options() {
  return {.binary = CALOTYPE_WORKER,
          .light_workers = 1,
          .heavy_workers = 1,
          .queue_wait = kPatience,
          .job_deadline = kPatience,
          .start_deadline = kPatience,
          .memory_bytes = std::uint64_t{256} << 20U,
          .first_pause = Milliseconds(10),
          .takes_test_jobs = true};
}

/// A pool, its metrics and a caller.
struct Bench {
  explicit Bench(WorkerPoolOptions options = test_options())
      : pool(std::make_unique<WorkerPool>(std::move(options), metrics)) {}

  std::size_t up() const { return pool->workers().size(); }
  bool has(const std::string& series) const { return metrics.exposition().find(series) != std::string::npos; }
  /// The process id of the worker of one lane that has a job.
  std::optional<int> busy(LaneKind lane) const {
    for (const auto& worker : pool->workers()) {
      if (worker.is_busy && worker.lane == lane) return worker.process_id;
    }
    return std::nullopt;
  }
  std::future<Rendition> render(RenderJob value, Context ctx = patient()) {
    return caller.start(pool->render(std::move(ctx), std::move(value)));
  }
  std::future<ImageInfo> look_at(PageJob page) { return caller.start(pool->look_at(patient(), std::move(page))); }
  std::future<ImageInfo> probe(SharedSource source) { return caller.start(pool->probe(patient(), std::move(source))); }

  telemetry::Metrics metrics;
  std::unique_ptr<WorkerPool> pool;
  Caller caller;
};

}  // namespace calotype::workers
