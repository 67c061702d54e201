#pragma once

#include <optional>
#include <string>

#include "core/clock.h"
#include "core/context.h"
#include "core/id.h"
#include "core/task.h"

namespace calotype {

using RunnerId = Id<struct RunnerTag>;

/// Who may do a piece of background work: one runner at a time, and how far the last one came. Thread: any.
class Leases {
 public:
  virtual ~Leases() = default;

  /// Takes or keeps the lease until then, and gives where the work stands (empty at first); nullopt while another
  /// runner has it.
  virtual Task<std::optional<std::string>> take(Context ctx, std::string name, RunnerId runner, WallTime now,
                                                WallTime until) = 0;
  /// Notes where the work stands. False when the lease is no longer the runner's: then nothing is noted.
  virtual Task<bool> note(Context ctx, std::string name, RunnerId runner, std::string cursor) = 0;
  /// Gives it back, if it is the runner's.
  virtual Task<> release(Context ctx, std::string name, RunnerId runner) = 0;
  /// Gives back all of them, whosever they are: for the start of a process that is certainly alone.
  virtual Task<> release_all(Context ctx) = 0;
};

}  // namespace calotype
