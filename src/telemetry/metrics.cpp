#include "telemetry/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "telemetry/log.h"
#include "telemetry/process.h"

namespace calotype::telemetry {

namespace {

prometheus::MetricFamily plain_family(std::string name, std::string help, prometheus::MetricType type, double value) {
  prometheus::ClientMetric metric;
  if (type == prometheus::MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  return {std::move(name), std::move(help), type, {metric}};
}

void append_process(std::vector<prometheus::MetricFamily>& families) {
  using prometheus::MetricType;
  const auto process = measure_process();
  families.push_back(plain_family("process_resident_memory_bytes", "Resident memory size in bytes.", MetricType::Gauge,
                                  process.resident_bytes));
  families.push_back(plain_family("process_cpu_seconds_total", "User and system CPU time spent in seconds.",
                                  MetricType::Counter, process.cpu_seconds));
  families.push_back(
      plain_family("process_open_fds", "Number of open file descriptors.", MetricType::Gauge, process.open_fds));
  families.push_back(plain_family("process_start_time_seconds", "Start time of the process since the Unix epoch.",
                                  MetricType::Gauge, process.start_seconds));
  families.push_back(plain_family("calotype_log_lines_dropped_total", "Log lines dropped because the queue was full.",
                                  MetricType::Counter, static_cast<double>(dropped_log_lines())));
}

}  // namespace

void Counter::add(double amount) { static_cast<prometheus::Counter*>(series_)->Increment(amount); }

void Gauge::set(double value) { static_cast<prometheus::Gauge*>(series_)->Set(value); }
void Gauge::add(double amount) { static_cast<prometheus::Gauge*>(series_)->Increment(amount); }

void Histogram::observe(double value) { static_cast<prometheus::Histogram*>(series_)->Observe(value); }

struct Metrics::Registry {
  prometheus::Registry all{prometheus::Registry::InsertBehavior::Merge};
};

Metrics::Metrics() : registry_(std::make_unique<Registry>()) {}
Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
  auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(registry_->all);
  return Counter(&family.Add(labels));
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(registry_->all);
  return Gauge(&family.Add(labels));
}

Histogram Metrics::histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds,
                             const Labels& labels) {
  auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(registry_->all);
  return Histogram(&family.Add(labels, prometheus::Histogram::BucketBoundaries(bounds)));
}

std::string Metrics::exposition() const {
  auto families = registry_->all.Collect();
  append_process(families);
  return prometheus::TextSerializer().Serialize(families);
}

const std::vector<double>& latency_bounds() {
  static const std::vector<double> bounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                          0.25,   0.5,   1,      2.5,   5,    10,    30};
  return bounds;
}

}  // namespace calotype::telemetry
