#include "telemetry/log.h"

#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <unistd.h>

#include "telemetry/line.h"

namespace calotype::telemetry {

namespace {

constexpr std::size_t kQueueBytes = 4 << 20;
constexpr std::size_t kWakeBytes = 64 << 10;
constexpr Milliseconds kWriteEvery{50};
constexpr Milliseconds kFlushWait{2'000};

std::atomic<Level> least_level{Level::info};
std::atomic<LogFormat> line_format{LogFormat::json};
std::atomic<std::uint64_t> dropped_lines{0};

void write_all(std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// The only global of the project. Lines gather in a bounded string, which one thread writes out every 50 ms in a
/// single call: a line costs its caller a copy under a mutex, never a system call and rarely a wake-up.
class Sink {
 public:
  Sink() : writer_([this] { write_out(); }) { writer_.detach(); }

  void add(std::string line, bool is_urgent) {
    bool wakes = is_urgent;
    {
      const std::lock_guard lock(mutex_);
      if (queue_.size() + line.size() > kQueueBytes) {
        dropped_lines.fetch_add(1, std::memory_order_relaxed);
        return;
      }
      queue_ += line;
      wakes = wakes || queue_.size() > kWakeBytes;
      is_urgent_ = is_urgent_ || wakes;
    }
    if (wakes) wake_.notify_one();
  }

  void flush() {
    std::unique_lock lock(mutex_);
    is_urgent_ = true;
    wake_.notify_one();
    idle_.wait_for(lock, kFlushWait, [this] { return queue_.empty() && !is_writing_; });
  }

 private:
  void write_out() {
    std::string batch;
    std::uint64_t reported = 0;
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait_for(lock, kWriteEvery, [this] { return is_urgent_; });
      is_urgent_ = false;
      if (queue_.empty()) continue;
      batch.clear();
      batch.swap(queue_);
      is_writing_ = true;
      lock.unlock();
      write_all(batch);
      report_dropped(reported);
      lock.lock();
      is_writing_ = false;
      idle_.notify_all();
    }
  }

  static void report_dropped(std::uint64_t& reported) {
    const auto dropped = dropped_lines.load(std::memory_order_relaxed);
    if (dropped == reported) return;
    write_all(format_line(line_format.load(), SystemClock().now(), Level::warning, "log_lines_dropped",
                          {{"lines", dropped - reported}}));
    reported = dropped;
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::string queue_;  // guarded by mutex_, as is all below
  bool is_urgent_ = false;
  bool is_writing_ = false;
  std::thread writer_;
};

/// Never destroyed: a thread may log while the process ends, and a dead sink must not hold up its end.
Sink& sink() {
  static Sink* const only = new Sink;
  return *only;
}

}  // namespace

void configure_log(Level least, LogFormat format) {
  least_level = least;
  line_format = format;
}

void log(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (level < least_level.load(std::memory_order_relaxed)) return;
  const auto format = line_format.load(std::memory_order_relaxed);
  sink().add(format_line(format, SystemClock().now(), level, event, fields), level >= Level::warning);
}

void flush_log() { sink().flush(); }

std::uint64_t dropped_log_lines() { return dropped_lines.load(); }

}  // namespace calotype::telemetry
