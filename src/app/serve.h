#pragma once

#include <iosfwd>

#include "app/config.h"

namespace calotype::app {

/// Runs a server until SIGTERM or SIGINT. Once it can serve, it says so on one line of `out`:
///   {"event":"ready","fetch":8080,"mgmt":8081,"ops":9090}
/// The first signal drains it: /readyz says 503, then no connection is taken, requests in flight end, renditions reach
/// the disk. The second, or the end of the drain's time, ends it at once. Gives the exit code: 0 when nothing was cut.
/// Throws what kept it from starting.
int serve(const Config& config, std::ostream& out);

}  // namespace calotype::app
