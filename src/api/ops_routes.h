#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/context.h"
#include "core/task.h"
#include "http/router.h"
#include "telemetry/metrics.h"

/// The operations listener: for load balancers, Prometheus and people; never exposed.
namespace calotype::api {

/// One thing that a server needs.
struct HealthCheck {
  std::string name;
  /// Throws when it cannot be used.
  std::function<Task<>(Context)> run;
  /// Without it no request can be served: the server is not ready. Otherwise it is only degraded.
  bool is_vital = true;
};

struct Health {
  std::vector<HealthCheck> checks;
  /// The server is leaving: it still serves, but no balancer should send it more.
  std::function<bool()> is_leaving;
};

/// /healthz and /livez (the process answers), /readyz and /healthcheck (it can serve; JSON with each part), /metrics.
std::vector<http::Route> ops_routes(Health health, telemetry::Metrics& metrics);

}  // namespace calotype::api
