#pragma once

#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "model/new_event.h"
#include "ports/event_outbox.h"

namespace calotype {

/// An EventOutbox that lives as long as the process: for tests, and the model that others are compared with.
/// Thread: any.
class MemoryEventOutbox final : public EventOutbox {
 public:
  /// What the other stores in memory call within their changes.
  void append(NewEvent event);

  Task<std::vector<StoredEvent>> list_events(Context ctx, EventAsk ask) override;
  Task<std::vector<StoredEvent>> follow(Context ctx, std::int64_t after, std::size_t most) override;
  Task<std::int64_t> last_sequence(Context ctx) override;
  Task<std::optional<StoredEvent>> find_event(Context ctx, TenantId tenant, EventId id) override;
  Task<> add_webhook(Context ctx, Webhook webhook, std::size_t most) override;
  Task<std::optional<Webhook>> find_webhook(Context ctx, TenantId tenant, WebhookId id) override;
  Task<std::vector<Webhook>> list_webhooks(Context ctx, TenantId tenant) override;
  Task<bool> change_webhook(Context ctx, Webhook webhook) override;
  Task<bool> remove_webhook(Context ctx, TenantId tenant, WebhookId id) override;
  Task<std::vector<Delivery>> due(Context ctx, WallTime now, std::size_t most_of_one, std::size_t most) override;
  Task<> settle(Context ctx, Attempt attempt) override;
  Task<std::vector<DeadLetter>> dead_letters(Context ctx, WebhookId webhook, std::int64_t after,
                                             std::size_t most) override;
  Task<std::size_t> replay_dead(Context ctx, WebhookId webhook, WallTime now, std::size_t most) override;
  Task<std::size_t> replay_range(Context ctx, Webhook webhook, WallTime from, WallTime until, WallTime now,
                                 std::size_t most) override;
  Task<std::size_t> replay_event(Context ctx, StoredEvent event, WallTime now) override;
  Task<std::size_t> forget(Context ctx, WallTime before, std::size_t most) override;

 private:
  struct Kept {
    Webhook webhook;
    WallTime paused_until{};
  };
  struct Waiting {
    bool is_dead = false;
    int attempts = 0;
    WallTime due{};
    std::string error{};
  };
  using Place = std::pair<WebhookId, std::int64_t>;

  static bool wants(const Webhook& webhook, const StoredEvent& event);
  const StoredEvent* event_of(std::int64_t sequence) const;
  Kept* kept(WebhookId id);
  void tell(const StoredEvent& event, WallTime when);

  std::mutex mutex_;
  // Guarded by mutex_.
  std::int64_t last_ = 0;
  std::vector<StoredEvent> events_;
  std::vector<Kept> webhooks_;
  std::map<Place, Waiting> waiting_;
};

}  // namespace calotype
