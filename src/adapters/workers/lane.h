#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "adapters/workers/pool_metrics.h"
#include "adapters/workers/ticket.h"
#include "adapters/workers/waiting_line.h"
#include "adapters/workers/worker.h"
#include "adapters/workers/worker_pool.h"

namespace calotype::workers {

/// A queue in which tenants have equal shares, and the workers that take from it. Where a worker is free, whoever
/// brings a job talks to it himself, on his own thread: from one thread to another costs tens of microseconds each way.
/// A job that had to wait is seen to by the pool's thread, which does nothing else: its worker has the next one at
/// once, however busy a server's thread may be. Thread: any.
class Lane {
 public:
  /// `call_keeper` tells that there is something to do about a worker: one is to end, or has been given back after its
  /// end, or a job waits and there is none. Called with the lane locked.
  Lane(boost::asio::io_context& io, const WorkerPoolOptions& options, LaneKind kind, PoolMetrics& metrics,
       std::function<void()> call_keeper);

  /// Waits in the queue and then for the answer. The ticket's outcome tells how it ended. What a worker has is done,
  /// and nobody's leaving stops it. The caller's executor is one of one thread at a time; the lane outlives the task.
  Task<> run(SharedTicket ticket);
  /// A place for a tenant's next job.
  WaitingLine::Kept keep_place(TenantId tenant) { return line_->keep_place(tenant); }
  /// Jobs that have no worker.
  std::size_t waiting() const { return line_->size(); }

  /// It takes jobs from now on.
  void join(const SharedWorker& worker);
  /// It takes none any more.
  void leave(const Worker& worker);
  bool is_lent(const Worker& worker) const;
  /// Why it takes no more jobs; nullopt where it does, or died on its own.
  std::optional<Ending> ending_of(const Worker& worker) const;
  /// Refuses what waits and kills what runs.
  void close();

  std::vector<WorkerPool::WorkerState> states() const;

 private:
  class Loan;
  class Waker;
  /// Workers that were given jobs, and the pool's executor, which does not end meanwhile.
  struct HandedOut {
    std::unique_ptr<Loan> own;
    std::vector<std::unique_ptr<Loan>> others;
    Executor executor;
  };

  enum class Sent { yes, worker_is_gone, failed };

  Task<> serve(std::unique_ptr<Loan> loan);
  Task<> wait(SharedTicket ticket);
  std::unique_ptr<Loan> enter(const SharedTicket& ticket);
  bool is_done(const Ticket& ticket) const;
  std::optional<SteadyTime> waits_until(const SharedTicket& ticket);
  Sent send(Worker& worker, const Ticket& ticket);
  std::optional<Outcome> read_answer(Worker& worker, Ticket& ticket);
  void give_back(Loan& loan, std::optional<Outcome> outcome, std::optional<Ending> ending);
  void give_back_broken(Loan& loan);
  void see_to(HandedOut handed_out);
  std::optional<Ending> reason_to_recycle(const Worker& worker) const;

  // With the lane locked.
  HandedOut hand_out(const Ticket* own);
  std::unique_ptr<Loan> next_for(const SharedWorker& worker);
  bool begin(Worker& worker, const SharedTicket& ticket);
  void put_back(const SharedTicket& ticket);
  void finish(Ticket& ticket, Outcome outcome);
  void retire(Worker& worker, Ending ending);
  void dismiss(const Worker& worker);

  boost::asio::io_context& io_;
  const WorkerPoolOptions& options_;
  const LaneKind kind_;
  PoolMetrics& pool_metrics_;
  LaneMetrics& metrics_;
  const std::size_t most_;  ///< workers
  const bool starts_late_;
  const std::shared_ptr<WaitingLine> line_;
  const std::function<void()> call_keeper_;

  mutable std::mutex mutex_;
  std::vector<SharedWorker> crew_;  ///< those that are up, the swift one first; guarded by mutex_, as is the rest
  bool is_closing_ = false;
  bool has_had_crew_ = false;
};

}  // namespace calotype::workers
