#pragma once

#include <string>

#include "core/clock.h"

namespace calotype {

/// What one request carries through every call: until when, and under which name in the logs. Passed by value.
struct Context {
  SteadyTime deadline = SteadyTime::max();
  std::string request_id;

  /// The same request with a nearer deadline.
  Context within(SteadyTime now, Milliseconds limit) const {
    Context nearer = *this;
    if (deadline - now > limit) nearer.deadline = now + limit;
    return nearer;
  }
};

}  // namespace calotype
