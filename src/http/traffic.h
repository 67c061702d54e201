#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "http/message.h"
#include "telemetry/metrics.h"

namespace calotype::http {

/// One request and what became of it.
struct Exchange {
  std::string_view route;
  std::string_view method;
  std::string_view path;  ///< never the query, which may hold a token
  std::string_view peer;
  std::string_view request_id;
  int status = 0;
  std::uint64_t bytes = 0;  ///< of the body
  std::chrono::steady_clock::duration duration{};
  bool is_cut = false;  ///< the client did not get all of it
};

/// Counts and logs the requests of one listener on one thread, so that it needs no lock to find a series.
class Traffic {
 public:
  Traffic(std::string listener, telemetry::Metrics& metrics);

  void record(const Exchange& exchange);
  void count_connection(int change) { connections_.add(change); }
  /// A connection that was not served: "connections", "connections_per_peer", "descriptors".
  void count_refused(const std::string& reason);

 private:
  struct Series {
    std::array<std::optional<telemetry::Counter>, 5> by_class;  // 1xx .. 5xx
    telemetry::Histogram seconds;
  };
  Series& series_of(std::string_view route);

  std::string listener_;
  telemetry::Metrics& metrics_;
  telemetry::Gauge connections_;
  std::unordered_map<std::string, Series> series_;
};

}  // namespace calotype::http
