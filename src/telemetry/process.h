#pragma once

namespace calotype::telemetry {

/// What this process uses right now, read from /proc. What cannot be read is 0.
struct ProcessUse {
  double resident_bytes = 0;
  double cpu_seconds = 0;
  double open_fds = 0;
  double start_seconds = 0;  ///< since 1970
};

ProcessUse measure_process();

}  // namespace calotype::telemetry
