#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "adapters/workers/alarm.h"
#include "adapters/workers/lane.h"
#include "adapters/workers/start_gate.h"
#include "core/scheduling.h"

namespace calotype::workers {

/// Keeps a lane's workers alive. Each has a place, which is one coroutine: start, wait for its end, bury, again.
/// Thread: the pool's; the lane's is any.
class Keeper {
 public:
  Keeper(boost::asio::io_context& io, const WorkerPoolOptions& options, LaneKind kind, StartGate& gate,
         PoolMetrics& metrics);
  ~Keeper();

  Lane& lane() { return lane_; }
  const Lane& lane() const { return lane_; }

  void open();
  /// Closes the lane; every place's coroutine ends soon after.
  void close();

 private:
  struct Place;
  Task<> keep(Place& place);
  Task<> pause_until(Place& place, SteadyTime when);
  Task<> live_once(Place& place);
  Task<bool> become_ready(SharedWorker worker);
  Task<std::string> bury(Place& place, SharedWorker worker);
  void look();
  bool is_wanted();
  Scheduling scheduling_of(Pace pace) const;

  boost::asio::io_context& io_;
  const WorkerPoolOptions& options_;
  const LaneKind kind_;
  StartGate& gate_;
  PoolMetrics& metrics_;
  bool is_closing_ = false;
  bool has_been_wanted_ = false;
  std::size_t starting_ = 0;
  Lane lane_;
  std::vector<std::unique_ptr<Place>> places_;
};

}  // namespace calotype::workers
