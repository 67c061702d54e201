#include "adapters/memory/memory_event_outbox.h"

#include <algorithm>
#include <set>

#include "core/error.h"

namespace calotype {

bool MemoryEventOutbox::wants(const Webhook& webhook, const StoredEvent& event) {
  return webhook.tenant == event.tenant &&
         (webhook.types.empty() || std::ranges::find(webhook.types, event.type) != webhook.types.end());
}

const StoredEvent* MemoryEventOutbox::event_of(std::int64_t sequence) const {
  const auto found = std::ranges::find(events_, sequence, &StoredEvent::sequence);
  return found == events_.end() ? nullptr : &*found;
}

MemoryEventOutbox::Kept* MemoryEventOutbox::kept(WebhookId id) {
  const auto found = std::ranges::find(webhooks_, id, [](const Kept& one) { return one.webhook.id; });
  return found == webhooks_.end() ? nullptr : &*found;
}

void MemoryEventOutbox::tell(const StoredEvent& event, WallTime when) {
  for (const auto& [webhook, paused] : webhooks_) {
    if (webhook.is_active && wants(webhook, event)) waiting_[{webhook.id, event.sequence}] = {.due = when};
  }
}

void MemoryEventOutbox::append(NewEvent event) {
  const std::lock_guard lock(mutex_);
  events_.push_back({.sequence = ++last_,
                     .id = EventId::random(),
                     .tenant = event.tenant,
                     .type = std::move(event.type),
                     .subject = std::move(event.subject),
                     .data = std::move(event.data),
                     .time = event.when});
  tell(events_.back(), event.when);
}

Task<std::vector<StoredEvent>> MemoryEventOutbox::list_events(Context, EventAsk ask) {
  const std::lock_guard lock(mutex_);
  std::vector<StoredEvent> found;
  for (const auto& event : events_) {
    if (found.size() == ask.most) break;
    const bool is_asked = ask.type.empty() || event.type == ask.type;
    if (event.tenant == ask.tenant && event.sequence > ask.after && is_asked) found.push_back(event);
  }
  co_return found;
}

Task<std::vector<StoredEvent>> MemoryEventOutbox::follow(Context, std::int64_t after, std::size_t most) {
  const std::lock_guard lock(mutex_);
  std::vector<StoredEvent> found;
  for (const auto& event : events_) {
    if (found.size() == most) break;
    if (event.sequence > after) found.push_back(event);
  }
  co_return found;
}

Task<std::int64_t> MemoryEventOutbox::last_sequence(Context) {
  const std::lock_guard lock(mutex_);
  co_return events_.empty() ? 0 : events_.back().sequence;
}

Task<std::optional<StoredEvent>> MemoryEventOutbox::find_event(Context, TenantId tenant, EventId id) {
  const std::lock_guard lock(mutex_);
  for (const auto& event : events_) {
    if (event.id == id && event.tenant == tenant) co_return event;
  }
  co_return std::nullopt;
}

Task<> MemoryEventOutbox::add_webhook(Context, Webhook webhook, std::size_t most) {
  const std::lock_guard lock(mutex_);
  const auto of_tenant =
      std::ranges::count(webhooks_, webhook.tenant, [](const Kept& one) { return one.webhook.tenant; });
  if (static_cast<std::size_t>(of_tenant) >= most) {
    throw Error(Fault::conflict, "add webhook: the tenant has as many as it may", "too-many-webhooks");
  }
  webhooks_.push_back({.webhook = std::move(webhook)});
  co_return;
}

Task<std::optional<Webhook>> MemoryEventOutbox::find_webhook(Context, TenantId tenant, WebhookId id) {
  const std::lock_guard lock(mutex_);
  const auto* found = kept(id);
  if (found == nullptr || found->webhook.tenant != tenant) co_return std::nullopt;
  co_return found->webhook;
}

Task<std::vector<Webhook>> MemoryEventOutbox::list_webhooks(Context, TenantId tenant) {
  const std::lock_guard lock(mutex_);
  std::vector<Webhook> found;
  for (const auto& one : webhooks_) {
    if (one.webhook.tenant == tenant) found.push_back(one.webhook);
  }
  co_return found;
}

Task<bool> MemoryEventOutbox::change_webhook(Context, Webhook webhook) {
  const std::lock_guard lock(mutex_);
  auto* found = kept(webhook.id);
  if (found == nullptr || found->webhook.tenant != webhook.tenant) co_return false;
  found->webhook.url = std::move(webhook.url);
  found->webhook.types = std::move(webhook.types);
  found->webhook.is_active = webhook.is_active;
  found->paused_until = {};
  co_return true;
}

Task<bool> MemoryEventOutbox::remove_webhook(Context, TenantId tenant, WebhookId id) {
  const std::lock_guard lock(mutex_);
  const auto* found = kept(id);
  if (found == nullptr || found->webhook.tenant != tenant) co_return false;
  std::erase_if(waiting_, [&](const auto& one) { return one.first.first == id; });
  std::erase_if(webhooks_, [&](const Kept& one) { return one.webhook.id == id; });
  co_return true;
}

Task<std::vector<Delivery>> MemoryEventOutbox::due(Context, WallTime now, std::size_t most_of_one, std::size_t most) {
  const std::lock_guard lock(mutex_);
  std::vector<Delivery> found;
  for (const auto& one : webhooks_) {
    if (!one.webhook.is_active || one.paused_until > now) continue;
    std::set<std::string> subjects;
    std::size_t count = 0;
    for (const auto& [place, waiting] : waiting_) {
      if (place.first != one.webhook.id || waiting.is_dead) continue;
      const auto* event = event_of(place.second);
      if (!subjects.insert(event->subject).second || waiting.due > now) continue;
      if (count == most_of_one || found.size() == most) break;
      ++count;
      found.push_back({.webhook = one.webhook, .event = *event, .attempts = waiting.attempts});
    }
  }
  co_return found;
}

Task<> MemoryEventOutbox::settle(Context, Attempt attempt) {
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find({attempt.webhook, attempt.event});
  auto* webhook = kept(attempt.webhook);
  if (webhook != nullptr && attempt.pauses) webhook->paused_until = attempt.next;
  if (found == waiting_.end()) co_return;
  if (attempt.error.empty()) {
    waiting_.erase(found);
    co_return;
  }
  auto& waiting = found->second;
  ++waiting.attempts;
  waiting.due = attempt.next;
  waiting.error = attempt.error;
  waiting.is_dead = event_of(attempt.event)->time < attempt.dead_before;
}

Task<std::vector<DeadLetter>> MemoryEventOutbox::dead_letters(Context, WebhookId webhook, std::int64_t after,
                                                              std::size_t most) {
  const std::lock_guard lock(mutex_);
  std::vector<DeadLetter> found;
  for (const auto& [place, waiting] : waiting_) {
    if (place.first != webhook || place.second <= after || !waiting.is_dead || found.size() == most) continue;
    found.push_back({.event = *event_of(place.second), .error = waiting.error, .attempts = waiting.attempts});
  }
  co_return found;
}

Task<std::size_t> MemoryEventOutbox::replay_dead(Context, WebhookId webhook, WallTime now, std::size_t most) {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (auto& [place, waiting] : waiting_) {
    if (place.first != webhook || !waiting.is_dead || count == most) continue;
    waiting = {.due = now};
    ++count;
  }
  co_return count;
}

Task<std::size_t> MemoryEventOutbox::replay_range(Context, Webhook webhook, WallTime from, WallTime until, WallTime now,
                                                  std::size_t most) {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (const auto& event : events_) {
    if (count == most) break;
    if (!wants(webhook, event) || event.time < from || event.time >= until) continue;
    waiting_[{webhook.id, event.sequence}] = {.due = now};
    ++count;
  }
  co_return count;
}

Task<std::size_t> MemoryEventOutbox::replay_event(Context, StoredEvent event, WallTime now) {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (const auto& one : webhooks_) count += one.webhook.is_active && wants(one.webhook, event) ? 1 : 0;
  tell(event, now);
  co_return count;
}

Task<std::size_t> MemoryEventOutbox::forget(Context, WallTime before, std::size_t most) {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  while (count < most && !events_.empty() && events_.front().time < before) {
    const auto sequence = events_.front().sequence;
    std::erase_if(waiting_, [&](const auto& one) { return one.first.second == sequence; });
    events_.erase(events_.begin());
    ++count;
  }
  co_return count;
}

}  // namespace calotype
