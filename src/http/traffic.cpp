#include "http/traffic.h"

#include <algorithm>

#include <fmt/format.h>

#include "telemetry/log.h"

namespace calotype::http {

Traffic::Traffic(std::string listener, telemetry::Metrics& metrics)
    : listener_(std::move(listener)),
      metrics_(metrics),
      connections_(
          metrics.gauge("calotype_http_connections", "Open connections of clients.", {{"listener", listener_}})) {
  series_of("none");  // 5xx must exist at 0 from the start: a rate needs two points
}

Traffic::Series& Traffic::series_of(std::string_view route) {
  std::string key(route.empty() ? "none" : route);
  const auto found = series_.find(key);
  if (found != series_.end()) return found->second;
  Series series{
      {},
      metrics_.histogram("calotype_http_request_seconds", "Time from a request's head to the end of its answer.",
                         telemetry::latency_bounds(), {{"listener", listener_}, {"route", key}})};
  for (std::size_t i = 1; i < series.by_class.size(); ++i) {
    series.by_class[i] =
        metrics_.counter("calotype_http_requests_total", "Answered requests by class of status.",
                         {{"listener", listener_}, {"route", key}, {"code", fmt::format("{}xx", i + 1)}});
  }
  return series_.emplace(std::move(key), series).first->second;
}

void Traffic::record(const Exchange& exchange) {
  auto& series = series_of(exchange.route);
  const auto index = static_cast<std::size_t>(std::clamp(exchange.status / 100, 2, 5) - 1);
  series.by_class[index]->add();
  const std::chrono::duration<double> seconds = exchange.duration;
  series.seconds.observe(seconds.count());
  telemetry::log(telemetry::Level::info, "request",
                 {{"listener", listener_},
                  {"route", exchange.route},
                  {"method", exchange.method},
                  {"path", exchange.path},
                  {"status", exchange.status},
                  {"bytes", exchange.bytes},
                  {"ms", std::chrono::duration_cast<std::chrono::microseconds>(exchange.duration).count() / 1000.0},
                  {"peer", exchange.peer},
                  {"cut", exchange.is_cut},
                  {"request_id", exchange.request_id}});
}

void Traffic::count_refused(const std::string& reason) {
  metrics_
      .counter("calotype_http_refused_connections_total", "Connections that were closed unserved.",
               {{"listener", listener_}, {"reason", reason}})
      .add();
}

}  // namespace calotype::http
