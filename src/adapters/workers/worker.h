#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "adapters/workers/pool_metrics.h"
#include "adapters/workers/waiting_line.h"
#include "adapters/workers/worker_process.h"
#include "core/clock.h"

namespace calotype::workers {

/// A process that takes jobs. Lent to one job at a time: whoever sees to that job may talk to it until it is given
/// back.
struct Worker {
  Worker(const ProcessOptions& options, Pace its_pace) : process(options), pace(its_pace) {}

  WorkerProcess process;
  const Pace pace;
  const SteadyTime started = std::chrono::steady_clock::now();

  // Written before it takes its first job.
  std::uint64_t floor_bytes = 0;
  std::uint64_t first_resident_bytes = 0;

  // Of whom it is lent to.
  std::uint64_t cpu_micros = 0;
  std::uint64_t peak_bytes = 0;  ///< as it says
  int jobs = 0;

  // Guarded by the lane's mutex.
  bool is_lent = false;
  std::optional<Ending> ending;  ///< it gets no more jobs
};

using SharedWorker = std::shared_ptr<Worker>;

}  // namespace calotype::workers
