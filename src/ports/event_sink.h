#pragma once

#include "core/context.h"
#include "core/task.h"
#include "model/event.h"

namespace calotype {

/// Where events go to. Thread: any.
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// Returns once the receiver has taken it. Throws: denied (an address that must not be connected to), unavailable
  /// (anything else that kept it from being taken), timed_out.
  virtual Task<> send(Context ctx, Delivery delivery) = 0;
};

}  // namespace calotype
