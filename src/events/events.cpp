#include "events/events.h"

#include <algorithm>

#include "core/encoding.h"

namespace calotype::events {

namespace {

constexpr std::size_t kMostReplayed = 10'000;

Error no_webhook() { return Error(Fault::missing, "find the webhook: none of this id"); }

/// A type once each, in the order in which they were given.
std::vector<std::string> checked_types(const std::vector<std::string>& types) {
  std::vector<std::string> kept;
  std::vector<Problem> problems;
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (std::ranges::find(event_types(), types[i]) == event_types().end()) {
      problems.push_back({.pointer = fmt::format("/events/{}", i),
                          .detail = "is no type of event",
                          .hint = fmt::format("there are {}", fmt::join(event_types(), ", "))});
    } else if (std::ranges::find(kept, types[i]) == kept.end()) {
      kept.push_back(types[i]);
    }
  }
  if (!problems.empty()) {
    throw Error(Fault::unprocessable, "be told of events: a type does not exist", "invalid-body", std::move(problems));
  }
  return kept;
}

}  // namespace

const std::vector<std::string>& event_types() {
  static const std::vector<std::string> types{
      "access-key.changed",   "access-key.created",   "access-key.deleted",   "policy.changed",    "policy.created",
      "policy.deleted",       "purge.done",           "bucket.changed",       "bucket.created",    "bucket.deleted",
      "distribution.changed", "distribution.created", "distribution.deleted", "domain.created",    "domain.deleted",
      "object.created",       "object.deleted",       "object.expired",       "object.purged",     "object.restored",
      "object.uncached",      "object.changed",       "rule.changed",         "rule.created",      "rule.deleted",
      "signing-key.changed",  "signing-key.created",  "signing-key.deleted",  "watermark.changed", "watermark.created",
      "watermark.deleted"};
  return types;
}

std::string make_secret() { return "whsec_" + encode_base64(random_octets(32)); }

Task<std::vector<StoredEvent>> Events::list(Context ctx, EventAsk ask) {
  co_return co_await outbox_.list_events(ctx, std::move(ask));
}

Task<Webhook> Events::add(Context ctx, TenantId tenant, WebhookAsk ask) {
  const Webhook webhook{.id = WebhookId::random(),
                        .tenant = tenant,
                        .url = ask.url,
                        .types = checked_types(ask.types),
                        .secret = make_secret(),
                        .is_active = ask.is_active,
                        .created = clock_.now()};
  co_await outbox_.add_webhook(ctx, webhook, options_.webhooks);
  co_return webhook;
}

Task<std::vector<Webhook>> Events::webhooks(Context ctx, TenantId tenant) {
  co_return co_await outbox_.list_webhooks(ctx, tenant);
}

Task<Webhook> Events::require(Context ctx, TenantId tenant, std::string id) {
  const auto parsed = WebhookId::parse(id);
  if (!parsed) throw no_webhook();
  auto found = co_await outbox_.find_webhook(ctx, tenant, *parsed);
  if (!found) throw no_webhook();
  co_return *found;
}

Task<Webhook> Events::change(Context ctx, TenantId tenant, std::string id, WebhookAsk ask) {
  auto webhook = co_await require(ctx, tenant, std::move(id));
  webhook.url = ask.url;
  webhook.types = checked_types(ask.types);
  webhook.is_active = ask.is_active;
  const bool is_changed = co_await outbox_.change_webhook(ctx, webhook);
  if (!is_changed) throw no_webhook();
  co_return webhook;
}

Task<> Events::remove(Context ctx, TenantId tenant, std::string id) {
  const auto webhook = co_await require(ctx, tenant, std::move(id));
  const bool is_removed = co_await outbox_.remove_webhook(ctx, tenant, webhook.id);
  if (!is_removed) throw no_webhook();
}

Task<std::vector<DeadLetter>> Events::dead_letters(Context ctx, TenantId tenant, std::string id, std::int64_t after,
                                                   std::size_t most) {
  const auto webhook = co_await require(ctx, tenant, std::move(id));
  co_return co_await outbox_.dead_letters(ctx, webhook.id, after, most);
}

Task<std::size_t> Events::replay(Context ctx, TenantId tenant, std::string id, ReplayAsk ask) {
  const auto webhook = co_await require(ctx, tenant, std::move(id));
  const auto now = clock_.now();
  if (!ask.from && !ask.until) co_return co_await outbox_.replay_dead(ctx, webhook.id, now, kMostReplayed);
  const auto from = ask.from.value_or(WallTime{});
  const auto until = ask.until.value_or(now + Seconds(1));
  co_return co_await outbox_.replay_range(ctx, webhook, from, until, now, kMostReplayed);
}

}  // namespace calotype::events
