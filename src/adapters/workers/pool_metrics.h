#pragma once

#include <array>
#include <string_view>

#include "cell/message.h"
#include "telemetry/metrics.h"

namespace calotype::workers {

enum class Outcome { ok, refused, died, too_slow, timed_out, queue_full, queue_timeout, known_bad };
enum class Ending {
  crashed,
  killed_for_time,
  recycled_jobs,
  recycled_age,
  recycled_memory,
  start_failed,
  idle_death,
  stopped
};

std::string_view name_of(Ending ending);

/// The series of one lane.
struct LaneMetrics {
  LaneMetrics(telemetry::Metrics& metrics, std::string_view lane);
  telemetry::Gauge up;
  telemetry::Gauge busy;
  telemetry::Gauge waiting;
  telemetry::Histogram wait_seconds;
};

/// The series of the whole pool, looked up once.
class PoolMetrics {
 public:
  explicit PoolMetrics(telemetry::Metrics& metrics);

  void count(cell::JobKind kind, Outcome outcome);
  void count(Ending ending);
  /// Of one job that was answered.
  void measure(cell::JobKind kind, double seconds, double cpu_seconds, double peak_bytes);

  LaneMetrics light;
  LaneMetrics heavy;

 private:
  static constexpr std::size_t kKinds = 4;
  static constexpr std::size_t kOutcomes = 8;
  static constexpr std::size_t kEndings = 8;
  std::vector<telemetry::Counter> jobs_;
  std::vector<telemetry::Counter> endings_;
  std::vector<telemetry::Histogram> seconds_;
  telemetry::Counter cpu_seconds_;
  telemetry::Histogram peak_bytes_;
};

}  // namespace calotype::workers
