#pragma once

#include <stop_token>
#include <string>

#include "core/clock.h"

namespace calotype {

/// What one request carries through every call: until when, under which name in the logs, and whether anybody still
/// waits for it. Passed by value.
struct Context {
  SteadyTime deadline = SteadyTime::max();
  std::string request_id;
  /// Asked to stop when whoever waits for the answer has gone; empty where nobody can go. What has begun ends all the
  /// same; what has not need not begin.
  std::stop_token departure{};

  bool is_abandoned() const { return departure.stop_requested(); }

  /// The same request with a nearer deadline.
  Context within(SteadyTime now, Milliseconds limit) const {
    Context nearer = *this;
    if (deadline - now > limit) nearer.deadline = now + limit;
    return nearer;
  }
  /// The same work, which is to be done whoever goes.
  Context without_departure() const {
    Context lasting = *this;
    lasting.departure = {};
    return lasting;
  }
};

/// The code of the error of work that was not begun because nobody waits for it any more. The fault is `unavailable`.
inline constexpr const char* kAbandoned = "abandoned";

}  // namespace calotype
