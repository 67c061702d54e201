#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "ports/leases.h"
#include "telemetry/metrics.h"

/// Work that nobody asks for: what has had its time goes.
namespace calotype::lifecycle {

/// What one step of a chore came to.
struct Step {
  std::size_t done = 0;     ///< things that were dealt with
  bool has_more = false;    ///< another step is worth while now
  std::string cursor = {};  ///< where the next step goes on; empty: at the beginning
};

/// Work in small steps, each of which may be the last: a step that is done twice does no harm.
struct Chore {
  std::string name;  ///< in metrics, logs and leases
  Seconds every{60};
  std::function<Task<Step>(Context, std::string cursor)> step;
};

/// Carries out chores, each in one process at a time however many there are. Thread: one.
class Runner {
 public:
  Runner(Leases& leases, const Clock& clock, telemetry::Metrics& metrics, std::vector<Chore> chores);

  /// Runs the chores that are due, step by step, and gives when the next one is. A failure is logged and counted, and
  /// the chore is due again after its usual time. `is_leaving` ends it between two steps.
  Task<SteadyTime> run_due(std::function<bool()> is_leaving);
  /// Gives back what it still has: another process need not wait.
  Task<> give_back();

 private:
  struct Kept {
    Chore chore;
    SteadyTime due;
    telemetry::Counter done;
    telemetry::Counter failures;
    WallTime held{};       ///< until then the lease is this runner's
    std::string cursor{};  ///< while it is
  };
  Task<> run(Kept& kept, const std::function<bool()>& is_leaving);
  Task<bool> hold(Context ctx, Kept& kept);
  Context context() const;

  Leases& leases_;
  const Clock& clock_;
  RunnerId id_ = RunnerId::random();
  std::vector<Kept> chores_;
};

}  // namespace calotype::lifecycle
