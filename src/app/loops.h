#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include <boost/asio/io_context.hpp>

#include "app/parts.h"
#include "lifecycle/runner.h"

namespace calotype::app {

/// Removes what has had its time.
lifecycle::Runner housekeeping(Parts& parts, const Config& config, telemetry::Metrics& metrics);
/// Tells webhooks of events. A loop of its own: receivers are slow.
lifecycle::Runner telling(Parts& parts, telemetry::Metrics& metrics);
/// Drops what is purged. A loop of its own: it must not wait for a long round of another's.
lifecycle::Runner dropping(Parts& parts, telemetry::Metrics& metrics);

/// Makes renditions ahead. A loop of its own: each takes as long as it takes.
lifecycle::Runner warming(Parts& parts, const Config& config, telemetry::Metrics& metrics);

/// Background work in a thread of its own: from its making until it is destroyed.
class Loop {
 public:
  /// `home` runs the work's tasks, this loop's alone. It outlives the parts, whose pools hold on to it for a moment
  /// after each.
  Loop(lifecycle::Runner runner, boost::asio::io_context& home);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Ends it behind the step that is under way; does not wait for that.
  void leave();

 private:
  void run();
  SteadyTime run_due();
  void give_back();
  bool is_leaving();

  lifecycle::Runner runner_;
  boost::asio::io_context& home_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_leaving_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace calotype::app
