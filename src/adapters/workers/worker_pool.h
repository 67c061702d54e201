#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "adapters/workers/pool_metrics.h"
#include "core/clock.h"
#include "ports/image_engine.h"

namespace calotype::workers {

struct WorkerPoolOptions {
  std::string binary;                                              ///< path of calotype-worker
  std::size_t light_workers = 2;                                   ///< at least 1
  std::size_t heavy_workers = 1;                                   ///< at least 1; for plans whose budget says heavy
  bool heavy_from_start = true;                                    ///< or from the first heavy job
  std::size_t document_workers = 0;                                ///< 0: documents are of no type that is read
  std::size_t background_workers = 0;                              ///< for jobs at leisure; 0: those are heavy ones
  std::size_t queue_bound = 64;                                    ///< jobs that may wait in each lane
  Milliseconds queue_wait{2000};                                   ///< then 503
  Milliseconds job_deadline{10'000};                               ///< then the worker is killed
  Milliseconds start_deadline{20'000};                             ///< from exec to ready
  int recycle_jobs = 10000;                                        ///< a worker is replaced after so many
  Seconds recycle_age{3600};                                       ///< and after so long,
  std::uint64_t recycle_growth_bytes = std::uint64_t{256} << 20U;  ///< and when it keeps so much more than at its start
  std::uint64_t memory_bytes = std::uint64_t{1} << 30U;            ///< the largest budget of a job
  std::uint64_t output_bytes = std::uint64_t{256} << 20U;          ///< the largest rendition
  std::uint64_t original_bytes = std::uint64_t{1} << 30U;          ///< the largest original: it is mapped whole
  Milliseconds first_pause{1000};                                  ///< between starts that fail; doubles up to 30 s
  Seconds refusal_time{600};     ///< how long content is refused that killed two workers
  bool takes_test_jobs = false;  ///< originals that begin "calotype-test:" make workers misbehave
};

/// At least one.
std::size_t workers_of(const WorkerPoolOptions& options, LaneKind kind);
/// Whether its workers start with its jobs: in the background with each that finds none, heavy ones with the first.
bool is_on_demand(const WorkerPoolOptions& options, LaneKind kind);

/// Handles pixels in a pool of sandboxed processes (reliability.md, R1), one job at a time each.
///
/// A worker that dies costs the request that it worked for: unprocessable "decoder-failed". One that takes longer than
/// the job deadline is killed: unprocessable "too-slow", because trying again would take as long; where the request's
/// own deadline came first: timed_out. After two deaths the same content is refused for a while without a try; after
/// two deadlines, the same content with the same plan.
///
/// A job that nobody waits for any more (Context::departure) leaves the queue: unavailable "abandoned". One that a
/// worker has is done.
///
/// Thread: any; a task completes on its caller's executor. A thread of the pool's own starts and buries workers, and
/// sees to the jobs that had to wait. Destruction refuses what waits, kills what runs, and waits until every process is
/// gone.
class WorkerPool final : public ImageEngine {
 public:
  /// Returns at once; workers come up in the background. `metrics` must outlive the pool.
  WorkerPool(WorkerPoolOptions options, telemetry::Metrics& metrics);
  ~WorkerPool() override;

  Task<ImageInfo> probe(Context ctx, SharedSource original) override;
  Task<ImageInfo> look_at(Context ctx, PageJob job) override;
  Admission admit(TenantId tenant, const Plan& plan) override;
  Task<Rendition> render(Context ctx, RenderJob job) override;
  Task<Measured> measure(Context ctx, RenderJob job) override;
  bool is_ready() const override;

  /// One row for each worker that is up: for diagnosis, and for tests that kill one.
  struct WorkerState {
    int process_id = 0;
    LaneKind lane = LaneKind::light;
    bool is_busy = false;
  };
  std::vector<WorkerState> workers() const;

 private:
  class Core;
  std::shared_ptr<Core> core_;
};

}  // namespace calotype::workers
