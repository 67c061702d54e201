#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "cell/message.h"
#include "telemetry/metrics.h"

namespace calotype::workers {

enum class Outcome {
  ok,
  refused,
  died,
  too_slow,
  timed_out,
  queue_full,
  over_share,
  queue_timeout,
  known_bad,
  abandoned  ///< nobody waited for it any more before a worker had it
};
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
/// It has done nothing wrong, and another takes its place.
bool is_recycling(Ending ending);

/// Jobs wait in the lane of their kind: what is quick never waits behind what is not.
enum class LaneKind {
  light,
  heavy,
  documents,   ///< Poppler is in these workers alone
  background,  ///< what nobody waits for, and takes long
};

std::string_view name_of(LaneKind lane);

/// The series of one lane.
struct LaneMetrics {
  LaneMetrics(telemetry::Metrics& metrics, LaneKind lane);
  telemetry::Gauge up;
  telemetry::Gauge busy;
  telemetry::Gauge waiting;
  telemetry::Histogram wait_seconds;

 private:
  LaneMetrics(telemetry::Metrics& metrics, const std::string& lane);
};

/// The series of the whole pool, looked up once.
class PoolMetrics {
 public:
  explicit PoolMetrics(telemetry::Metrics& metrics);

  void count(cell::JobKind kind, Outcome outcome);
  void count(Ending ending);
  /// Of one job that was answered.
  void measure(cell::JobKind kind, double seconds, double cpu_seconds, double peak_bytes);

  LaneMetrics& of(LaneKind lane) { return lanes_.at(static_cast<std::size_t>(lane)); }

 private:
  static constexpr std::size_t kOutcomes = 10;
  static constexpr std::size_t kEndings = 8;
  std::array<LaneMetrics, 4> lanes_;
  std::vector<telemetry::Counter> jobs_;
  std::vector<telemetry::Counter> endings_;
  std::vector<telemetry::Histogram> seconds_;
  telemetry::Counter cpu_seconds_;
  telemetry::Histogram peak_bytes_;
};

}  // namespace calotype::workers
