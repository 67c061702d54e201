#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/context.h"
#include "core/task.h"
#include "model/event.h"

namespace calotype {

struct EventAsk {
  TenantId tenant;
  std::int64_t after = 0;  ///< a sequence
  std::string type{};      ///< empty: all
  std::size_t most = 1000;
};

/// What became of one attempt to deliver.
struct Attempt {
  WebhookId webhook;
  std::int64_t event = 0;  ///< its sequence
  std::string error{};     ///< empty: it was delivered
  WallTime when;
  WallTime next;         ///< failed: not before then again,
  WallTime dead_before;  ///< and never, if the event is older than this
  bool pauses = false;   ///< failed: nothing is sent to the webhook before `next`
};

/// A dead letter: it was tried long enough.
struct DeadLetter {
  StoredEvent event;
  std::string error;
  int attempts = 0;
};

/// What happened, and who is still to be told. An event is appended by the adapter of whatever changed, in the change's
/// transaction, and so is one delivery of it for each active webhook that wants its type. Thread: any.
class EventOutbox {
 public:
  virtual ~EventOutbox() = default;

  /// By sequence.
  virtual Task<std::vector<StoredEvent>> list_events(Context ctx, EventAsk ask) = 0;
  /// Of all tenants, by sequence: at most so many of those after `after`.
  virtual Task<std::vector<StoredEvent>> follow(Context ctx, std::int64_t after, std::size_t most) = 0;
  /// The sequence of the youngest one; 0 where there is none.
  virtual Task<std::int64_t> last_sequence(Context ctx) = 0;
  virtual Task<std::optional<StoredEvent>> find_event(Context ctx, TenantId tenant, EventId id) = 0;

  /// Throws: conflict with code "too-many-webhooks" when the tenant has `most`.
  virtual Task<> add_webhook(Context ctx, Webhook webhook, std::size_t most) = 0;
  virtual Task<std::optional<Webhook>> find_webhook(Context ctx, TenantId tenant, WebhookId id) = 0;
  /// By creation.
  virtual Task<std::vector<Webhook>> list_webhooks(Context ctx, TenantId tenant) = 0;
  /// Sets url, types and whether it is active; what is under way to it goes on at once. False when there is none.
  virtual Task<bool> change_webhook(Context ctx, Webhook webhook) = 0;
  /// And what was under way to it. False when there is none.
  virtual Task<bool> remove_webhook(Context ctx, TenantId tenant, WebhookId id) = 0;

  /// What to deliver now: of each active webhook that does not pause, the oldest of each subject, if it is due; at most
  /// so many of one webhook, and so many in all.
  virtual Task<std::vector<Delivery>> due(Context ctx, WallTime now, std::size_t most_of_one, std::size_t most) = 0;
  virtual Task<> settle(Context ctx, Attempt attempt) = 0;

  /// By sequence.
  virtual Task<std::vector<DeadLetter>> dead_letters(Context ctx, WebhookId webhook, std::int64_t after,
                                                     std::size_t most) = 0;
  /// Delivers to the webhook again: its dead letters, or with dates every event of its types that happened then, at
  /// most so many (the oldest). Gives how many.
  virtual Task<std::size_t> replay_dead(Context ctx, WebhookId webhook, WallTime now, std::size_t most) = 0;
  virtual Task<std::size_t> replay_range(Context ctx, Webhook webhook, WallTime from, WallTime until, WallTime now,
                                         std::size_t most) = 0;
  /// Delivers one event to each active webhook that wants its type; gives how many.
  virtual Task<std::size_t> replay_event(Context ctx, StoredEvent event, WallTime now) = 0;

  /// Forgets events from before then, delivered or not, at most so many; gives how many.
  virtual Task<std::size_t> forget(Context ctx, WallTime before, std::size_t most) = 0;
};

}  // namespace calotype
