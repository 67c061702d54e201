#pragma once

#include "core/clock.h"
#include "ports/event_outbox.h"
#include "ports/event_sink.h"
#include "telemetry/metrics.h"

namespace calotype::events {

struct RelayOptions {
  Milliseconds send_limit{10'000};  ///< for one delivery
  Milliseconds slow{2'000};         ///< a receiver that took longer gets no more in the same round
  Milliseconds first_wait{1'000};   ///< after the first failure; twice as long after each more
  Milliseconds most_wait{3'600'000};
  Seconds retry{86'400};         ///< from the event on; what fails later is a dead letter
  std::size_t most_of_one = 16;  ///< deliveries of one webhook in a round
  std::size_t most = 256;        ///< in all
};

/// Takes events from the outbox to their webhooks: at least once, those of one subject in order. Receivers are told
/// side by side: a slow one holds up the others by one delivery at most. One that does not answer is left alone for a
/// while, longer each time. Thread: one.
class Relay {
 public:
  Relay(EventOutbox& outbox, EventSink& sink, const Clock& clock, telemetry::Metrics& metrics, RelayOptions options);

  /// Delivers what is due, until the context's deadline is too near for one more; gives how many deliveries were tried.
  Task<std::size_t> round(Context ctx);

 private:
  Task<> tell(Context ctx, std::vector<Delivery> deliveries);
  Task<Attempt> attempt(Context ctx, Delivery delivery);
  Attempt failed(const Delivery& delivery, std::string error, bool pauses);

  EventOutbox& outbox_;
  EventSink& sink_;
  const Clock& clock_;
  RelayOptions options_;
  telemetry::Counter delivered_;
  telemetry::Counter failures_;
};

}  // namespace calotype::events
