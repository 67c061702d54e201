#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "adapters/workers/pool_metrics.h"
#include "adapters/workers/worker_pool.h"
#include "cell/message.h"
#include "core/fd.h"
#include "model/tenant.h"
#include "resilience/fair_queue.h"

namespace calotype::workers {

/// One job on its way through a lane.
struct Ticket {
  enum class State { queued, running, done };

  Ticket(boost::asio::io_context& io, cell::JobKind k) : kind(k), changed(io) {}

  cell::JobKind kind;
  std::uint64_t id = 0;
  std::string message;
  std::vector<int> descriptors;           ///< of what `cargo` keeps open
  std::shared_ptr<const void> cargo;      ///< lives as long as the ticket, whatever becomes of who waits for it
  std::uint64_t address_space_bytes = 0;  ///< over the worker's floor: budget, original, output, marks
  std::uint64_t output_bytes = 0;
  SteadyTime deadline;  ///< of the request
  TenantId tenant;
  double cost = 1;  ///< processor time, roughly, in microseconds
  std::string request_id;

  State state = State::queued;
  SteadyTime queued;
  Outcome outcome = Outcome::died;
  cell::Answer answer;                ///< of ok and refused
  std::string ending;                 ///< of died: how
  boost::asio::steady_timer changed;  ///< cancelled when the state changes
};

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
/// start, serve, bury, again. Thread: the pool's, but for `states`.
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

  using Queue = resilience::FairQueue<TenantId, std::shared_ptr<Ticket>>;
  bool is_crowding(TenantId tenant) const;
  void wake_one();
  void put_back(const std::shared_ptr<Ticket>& ticket);
  void finish(Ticket& ticket, Outcome outcome);
  std::optional<Ending> reason_to_recycle(const Worker& worker) const;
  void take_answer(Worker& worker, Ticket& ticket, SteadyTime began);
  void publish_states();

  boost::asio::io_context& io_;
  const WorkerPoolOptions& options_;
  const LaneKind kind_;
  StartGate& gate_;
  PoolMetrics& pool_metrics_;
  LaneMetrics& metrics_;
  bool is_closing_ = false;
  Queue queue_;
  std::vector<std::unique_ptr<Place>> places_;

  mutable std::mutex mutex_;
  std::vector<WorkerPool::WorkerState> states_;  ///< guarded by mutex_
};

}  // namespace calotype::workers
