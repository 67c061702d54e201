#include "adapters/workers/pool_metrics.h"

#include <string>

namespace calotype::workers {
namespace {

constexpr std::array<std::string_view, 5> kKindNames{"probe", "render", "measure", "page", "attempt"};
constexpr std::array<std::string_view, 10> kOutcomeNames{"ok",        "refused",    "died",       "too_slow",
                                                         "timed_out", "queue_full", "over_share", "queue_timeout",
                                                         "known_bad", "abandoned"};
constexpr std::array<std::string_view, 8> kEndingNames{"crashed",      "killed_for_time", "recycled_jobs",
                                                       "recycled_age", "recycled_memory", "start_failed",
                                                       "idle_death",   "stopped"};

const std::vector<double>& memory_bounds() {
  static const std::vector<double> bounds{64e6, 96e6, 128e6, 192e6, 256e6, 384e6, 512e6, 768e6, 1024e6, 2048e6};
  return bounds;
}

}  // namespace

std::string_view name_of(Ending ending) { return kEndingNames.at(static_cast<std::size_t>(ending)); }

bool is_recycling(Ending ending) {
  return ending == Ending::recycled_jobs || ending == Ending::recycled_age || ending == Ending::recycled_memory;
}

std::string_view name_of(LaneKind lane) {
  constexpr std::array<std::string_view, 4> kNames{"light", "heavy", "documents", "background"};
  return kNames.at(static_cast<std::size_t>(lane));
}

LaneMetrics::LaneMetrics(telemetry::Metrics& metrics, LaneKind kind)
    : LaneMetrics(metrics, std::string(name_of(kind))) {}

LaneMetrics::LaneMetrics(telemetry::Metrics& metrics, const std::string& lane)
    : up(metrics.gauge("calotype_workers_up", "worker processes that take jobs", {{"lane", lane}})),
      busy(metrics.gauge("calotype_workers_busy", "worker processes with a job", {{"lane", lane}})),
      waiting(metrics.gauge("calotype_workers_queue_length", "jobs that wait for a worker", {{"lane", lane}})),
      wait_seconds(metrics.histogram("calotype_workers_queue_wait_seconds", "time that jobs waited for a worker",
                                     telemetry::latency_bounds(), {{"lane", lane}})) {}

PoolMetrics::PoolMetrics(telemetry::Metrics& metrics)
    : lanes_{LaneMetrics(metrics, LaneKind::light), LaneMetrics(metrics, LaneKind::heavy),
             LaneMetrics(metrics, LaneKind::documents), LaneMetrics(metrics, LaneKind::background)},
      cpu_seconds_(metrics.counter("calotype_workers_cpu_seconds_total", "processor time of jobs that were answered")),
      peak_bytes_(metrics.histogram("calotype_workers_peak_memory_bytes",
                                    "resident memory at its highest in the life of the worker, after each job",
                                    memory_bounds())) {
  for (const auto kind : kKindNames) {
    for (const auto outcome : kOutcomeNames) {
      jobs_.push_back(metrics.counter("calotype_workers_jobs_total", "jobs by what they were and how they ended",
                                      {{"kind", std::string(kind)}, {"outcome", std::string(outcome)}}));
    }
    seconds_.push_back(metrics.histogram("calotype_workers_job_seconds", "time from sending a job to its answer",
                                         telemetry::latency_bounds(), {{"kind", std::string(kind)}}));
  }
  for (const auto reason : kEndingNames) {
    endings_.push_back(metrics.counter("calotype_workers_ends_total", "worker processes that ended, or did not start",
                                       {{"reason", std::string(reason)}}));
  }
}

void PoolMetrics::count(cell::JobKind kind, Outcome outcome) {
  jobs_.at(static_cast<std::size_t>(kind) * kOutcomes + static_cast<std::size_t>(outcome)).add();
}

void PoolMetrics::count(Ending ending) { endings_.at(static_cast<std::size_t>(ending)).add(); }

void PoolMetrics::measure(cell::JobKind kind, double seconds, double cpu_seconds, double peak_bytes) {
  seconds_.at(static_cast<std::size_t>(kind)).observe(seconds);
  cpu_seconds_.add(cpu_seconds);
  peak_bytes_.observe(peak_bytes);
}

}  // namespace calotype::workers
