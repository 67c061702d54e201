#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/error.h"
#include "ports/event_outbox.h"

/// What happened, and who wants to be told of it. How they are told: relay.h.
namespace calotype::events {

/// Code of an error: the receiver has answered, and did not take it.
inline constexpr std::string_view kRefused = "refused-by-receiver";

struct Options {
  std::size_t webhooks = 20;  ///< of one tenant
};

/// What a tenant says of a webhook. Its URL was looked at.
struct WebhookAsk {
  std::string url;
  std::vector<std::string> types{};  ///< none: all
  bool is_active = true;
};

/// What to deliver again: dead letters, or all that happened from then until then.
struct ReplayAsk {
  std::optional<WallTime> from{};
  std::optional<WallTime> until{};
};

/// Thread: any.
class Events {
 public:
  Events(EventOutbox& outbox, const Clock& clock, Options options)
      : outbox_(outbox), clock_(clock), options_(options) {}

  Task<std::vector<StoredEvent>> list(Context ctx, EventAsk ask);

  /// With a secret, which is shown here alone. Throws: unprocessable (a type), conflict with code "too-many-webhooks".
  Task<Webhook> add(Context ctx, TenantId tenant, WebhookAsk ask);
  Task<std::vector<Webhook>> webhooks(Context ctx, TenantId tenant);
  /// Throws missing, also for what is no id.
  Task<Webhook> require(Context ctx, TenantId tenant, std::string id);
  /// Throws: missing, unprocessable.
  Task<Webhook> change(Context ctx, TenantId tenant, std::string id, WebhookAsk ask);
  /// And what is on its way to it. Throws missing.
  Task<> remove(Context ctx, TenantId tenant, std::string id);

  /// Throws missing.
  Task<std::vector<DeadLetter>> dead_letters(Context ctx, TenantId tenant, std::string id, std::int64_t after,
                                             std::size_t most);
  /// At most 10 000 at a time; gives how many. Throws missing.
  Task<std::size_t> replay(Context ctx, TenantId tenant, std::string id, ReplayAsk ask);

 private:
  EventOutbox& outbox_;
  const Clock& clock_;
  Options options_;
};

/// "whsec_" and base64 of 32 random octets.
std::string make_secret();

/// Every type that there is, for messages.
const std::vector<std::string>& event_types();

}  // namespace calotype::events
