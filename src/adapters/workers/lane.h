#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "adapters/workers/pool_metrics.h"
#include "adapters/workers/ticket.h"
#include "adapters/workers/waiting_line.h"
#include "adapters/workers/worker_pool.h"
#include "core/scheduling.h"

namespace calotype::workers {

/// Spaces out starts that fail, over all lanes together: one at a time, the pause doubling from the first to 30 s.
class StartGate {
 public:
  explicit StartGate(Milliseconds first_pause) : first_(first_pause) {}
  /// When the caller may start a process.
  SteadyTime reserve(SteadyTime now);
  void note_success() { failures_ = 0; }
  void note_failure(SteadyTime now);

 private:
  Milliseconds pause() const;
  Milliseconds first_;
  int failures_ = 0;
  SteadyTime next_{};
};

/// A queue in which tenants have equal shares, and the workers that take from it. Each worker's place is one coroutine:
/// start, serve, bury, again. Thread: the pool's, but for `states` and `keep_place`.
class Lane {
 public:
  Lane(boost::asio::io_context& io, const WorkerPoolOptions& options, LaneKind kind, StartGate& gate,
       PoolMetrics& metrics);
  ~Lane();

  /// At least one.
  void open(std::size_t workers);
  /// Refuses what waits and kills what runs; every place's coroutine ends soon after.
  void close();
  /// Waits in the queue and then for the answer. The ticket's outcome tells how it ended; throws nothing.
  Task<> run(std::shared_ptr<Ticket> ticket);

  /// A place for a tenant's next job.
  WaitingLine::Kept keep_place(TenantId tenant) { return line_->keep_place(tenant); }
  std::vector<WorkerPool::WorkerState> states() const;

 private:
  struct Place;
  struct Worker;
  Task<> keep(Place& place);
  Task<> live_once(Place& place);
  Task<bool> become_ready(Place& place, std::shared_ptr<Worker> worker);
  Task<Ending> serve(Place& place, std::shared_ptr<Worker> worker);
  Task<bool> perform(Place& place, std::shared_ptr<Worker> worker, std::shared_ptr<Ticket> ticket);
  Task<> bury(Place& place, std::shared_ptr<Worker> worker, Ending ending);

  Scheduling scheduling_of(Pace pace) const;
  void wake_one();
  void put_back(const std::shared_ptr<Ticket>& ticket);
  void finish(Ticket& ticket, Outcome outcome);
  std::optional<Ending> reason_to_recycle(Worker& worker) const;
  void take_answer(Worker& worker, Ticket& ticket, SteadyTime began);
  void publish_states();

  boost::asio::io_context& io_;
  const WorkerPoolOptions& options_;
  const LaneKind kind_;
  StartGate& gate_;
  PoolMetrics& pool_metrics_;
  LaneMetrics& metrics_;
  bool is_closing_ = false;
  const std::shared_ptr<WaitingLine> line_;
  std::vector<std::unique_ptr<Place>> places_;

  mutable std::mutex mutex_;
  std::vector<WorkerPool::WorkerState> states_;  ///< guarded by mutex_
};

}  // namespace calotype::workers
