#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace calotype::telemetry {

using Labels = std::map<std::string, std::string>;

/// Handles to one series each: look them up once, keep them, use them from any thread. They live as long as Metrics.
class Counter {
 public:
  explicit Counter(void* series) : series_(series) {}
  void add(double amount = 1);

 private:
  void* series_;
};

class Gauge {
 public:
  explicit Gauge(void* series) : series_(series) {}
  void set(double value);
  void add(double amount = 1);

 private:
  void* series_;
};

class Histogram {
 public:
  explicit Histogram(void* series) : series_(series) {}
  void observe(double value);

 private:
  void* series_;
};

/// All series of the process. Names: calotype_<module>_<what>_<unit>, `_total` for counters; labels from closed sets.
/// Thread: any.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  /// `bounds` are the upper edges, rising, without infinity.
  Histogram histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds,
                      const Labels& labels = {});

  /// Everything in Prometheus' text format 0.0.4, with the process' own memory, CPU and descriptors.
  std::string exposition() const;

 private:
  struct Registry;
  std::unique_ptr<Registry> registry_;
};

/// Upper edges in seconds for latencies, 0.5 ms to 30 s.
const std::vector<double>& latency_bounds();

}  // namespace calotype::telemetry
