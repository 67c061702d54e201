#include "events/relay.h"

#include <algorithm>
#include <map>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

#include "core/event.h"
#include "events/events.h"
#include "telemetry/log.h"

namespace calotype::events {

namespace {

constexpr std::size_t kMostError = 500;

/// Counts what runs side by side.
struct Gathering {
  std::size_t left = 0;
  std::exception_ptr failure;
  Event over;
};

std::map<WebhookId, std::vector<Delivery>> by_webhook(std::vector<Delivery> due) {
  std::map<WebhookId, std::vector<Delivery>> groups;
  for (auto& delivery : due) groups[delivery.webhook.id].push_back(std::move(delivery));
  return groups;
}

}  // namespace

Relay::Relay(EventOutbox& outbox, EventSink& sink, const Clock& clock, telemetry::Metrics& metrics,
             RelayOptions options)
    : outbox_(outbox),
      sink_(sink),
      clock_(clock),
      options_(options),
      delivered_(metrics.counter("calotype_events_delivered_total", "events that a webhook has taken")),
      failures_(metrics.counter("calotype_events_failures_total", "attempts to deliver an event that failed")) {}

Task<std::size_t> Relay::round(Context ctx) {
  const auto now = clock_.now();
  auto due = co_await outbox_.due(ctx, now, options_.most_of_one, options_.most);
  const auto count = due.size();
  if (count == 0) co_return 0;
  auto groups = by_webhook(std::move(due));
  const auto executor = co_await boost::asio::this_coro::executor;
  // Shared: a delivery that ends after this round was given up still counts down.
  const auto gathering = std::make_shared<Gathering>();
  gathering->left = groups.size();
  for (auto& [id, deliveries] : groups) {
    boost::asio::co_spawn(executor, tell(ctx, std::move(deliveries)), [gathering](std::exception_ptr thrown) {
      if (thrown) gathering->failure = thrown;
      if (--gathering->left == 0) gathering->over.set();
    });
  }
  // Each ends by itself: every send has its limit.
  const auto forever = SteadyTime::max();
  co_await gathering->over.wait(forever);
  if (gathering->failure) std::rethrow_exception(gathering->failure);
  co_return count;
}

Task<> Relay::tell(Context ctx, std::vector<Delivery> deliveries) {
  for (auto& delivery : deliveries) {
    if (ctx.deadline != SteadyTime::max() && ctx.deadline - clock_.steady() < options_.send_limit) co_return;
    const auto begun = clock_.steady();
    auto result = co_await attempt(ctx, std::move(delivery));
    const bool is_failure = !result.error.empty();
    const bool pauses = result.pauses;
    (is_failure ? failures_ : delivered_).add();
    // However near the round's end is: what was sent is noted.
    const auto settling = Context{.request_id = ctx.request_id}.within(clock_.steady(), options_.send_limit);
    co_await outbox_.settle(settling, std::move(result));
    if (pauses) co_return;                                   // it is not there: no use to try the rest
    if (clock_.steady() - begun > options_.slow) co_return;  // the others' next round waits for this one
  }
}

Task<Attempt> Relay::attempt(Context ctx, Delivery delivery) {
  const auto limited = ctx.within(clock_.steady(), options_.send_limit);
  std::optional<Attempt> failure;
  try {
    co_await sink_.send(limited, delivery);
  } catch (const Error& error) {
    failure = failed(delivery, error.what(), error.code() != kRefused);
  } catch (const std::exception& error) {
    failure = failed(delivery, error.what(), true);
  }
  if (failure) co_return *failure;
  co_return Attempt{.webhook = delivery.webhook.id, .event = delivery.event.sequence, .when = clock_.now()};
}

Attempt Relay::failed(const Delivery& delivery, std::string error, bool pauses) {
  telemetry::log(telemetry::Level::info, "event_not_delivered",
                 {{"webhook", delivery.webhook.id.text()},
                  {"event", delivery.event.id.text()},
                  {"attempts", std::int64_t{delivery.attempts} + 1},
                  {"error", error}});
  const auto doublings = std::min(delivery.attempts, 30);
  const auto wait = std::min<Milliseconds>(options_.first_wait * (std::int64_t{1} << doublings), options_.most_wait);
  const auto now = clock_.now();
  error.resize(std::min(error.size(), kMostError));
  return {.webhook = delivery.webhook.id,
          .event = delivery.event.sequence,
          .error = std::move(error),
          .when = now,
          .next = now + wait,
          .dead_before = now - options_.retry,
          .pauses = pauses};
}

}  // namespace calotype::events
