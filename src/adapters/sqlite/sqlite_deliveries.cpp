// What is still to be told, and to whom: the other half of the outbox.
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/event_rows.h"
#include "adapters/sqlite/rows.h"
#include "adapters/sqlite/sqlite_event_outbox.h"

namespace calotype {

namespace {

std::vector<Webhook> webhooks_with_work(Connection& connection, WallTime now) {
  Query row(connection,
            "SELECT id, tenant, url, types, secret, is_active, created_ms FROM webhooks AS w"
            " WHERE is_active = 1 AND paused_until_ms <= ?"
            " AND EXISTS (SELECT 1 FROM deliveries WHERE webhook = w.id AND is_dead = 0)"
            " ORDER BY paused_until_ms");
  rows::bind(row, now);
  std::vector<Webhook> webhooks;
  while (row.step()) webhooks.push_back(event_rows::read_webhook(row));
  return webhooks;
}

/// The oldest delivery of each subject, where it is due.
void add_due(Connection& connection, const Webhook& webhook, WallTime now, std::size_t most,
             std::vector<Delivery>& all) {
  Query row(connection,
            "SELECT seq, id, tenant, type, events.subject, data, created_ms, d.attempts"
            " FROM deliveries AS d JOIN events ON seq = d.event"
            " WHERE d.webhook = ? AND d.is_dead = 0 AND d.due_ms <= ?"
            " AND NOT EXISTS (SELECT 1 FROM deliveries AS e WHERE e.webhook = d.webhook AND e.subject = d.subject"
            "                 AND e.is_dead = 0 AND e.event < d.event)"
            " ORDER BY d.event LIMIT ?");
  rows::bind_all(row, webhook.id, now, std::uint64_t{most});
  while (row.step()) {
    auto event = event_rows::read_event(row);
    const auto attempts = static_cast<int>(row.integer());
    all.push_back({.webhook = webhook, .event = std::move(event), .attempts = attempts});
  }
}

void pause(Connection& connection, const Attempt& attempt) {
  Query query(connection, "UPDATE webhooks SET paused_until_ms = ? WHERE id = ?");
  rows::bind_all(query, attempt.next, attempt.webhook).run();
}

void note_failure(Connection& connection, const Attempt& attempt) {
  Query query(connection,
              "UPDATE deliveries SET attempts = attempts + 1, due_ms = ?, error = ?,"
              " is_dead = (SELECT created_ms FROM events WHERE seq = event) < ? WHERE webhook = ? AND event = ?");
  rows::bind_all(query, attempt.next, attempt.error, attempt.dead_before, attempt.webhook);
  query.bind(attempt.event).run();
}

void forget_delivery(Connection& connection, const Attempt& attempt) {
  Query query(connection, "DELETE FROM deliveries WHERE webhook = ? AND event = ?");
  rows::bind(query, attempt.webhook);
  query.bind(attempt.event).run();
}

}  // namespace

Task<std::vector<Delivery>> SqliteEventOutbox::due(Context ctx, WallTime now, std::size_t most_of_one,
                                                   std::size_t most) {
  auto query = [now, most_of_one, most](Connection& connection) {
    std::vector<Delivery> all;
    for (const auto& webhook : webhooks_with_work(connection, now)) {
      if (all.size() >= most) break;
      add_due(connection, webhook, now, std::min(most_of_one, most - all.size()), all);
    }
    return all;
  };
  co_return co_await database_.read(std::move(ctx), std::move(query));
}

Task<> SqliteEventOutbox::settle(Context ctx, Attempt attempt) {
  auto change = [attempt = std::move(attempt)](Connection& connection) {
    if (attempt.pauses) pause(connection, attempt);
    if (attempt.error.empty()) {
      forget_delivery(connection, attempt);
    } else {
      note_failure(connection, attempt);
    }
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::vector<DeadLetter>> SqliteEventOutbox::dead_letters(Context ctx, WebhookId webhook, std::int64_t after,
                                                              std::size_t most) {
  auto query = [webhook, after, most](Connection& connection) {
    Query row(connection,
              "SELECT seq, id, tenant, type, events.subject, data, created_ms, error, attempts"
              " FROM deliveries AS d JOIN events ON seq = d.event"
              " WHERE d.webhook = ? AND d.event > ? AND d.is_dead = 1 ORDER BY d.event LIMIT ?");
    rows::bind(row, webhook);
    row.bind(after);
    rows::bind(row, std::uint64_t{most});
    std::vector<DeadLetter> letters;
    while (row.step()) {
      DeadLetter letter{.event = event_rows::read_event(row)};
      letter.error = row.text();
      letter.attempts = static_cast<int>(row.integer());
      letters.push_back(std::move(letter));
    }
    return letters;
  };
  co_return co_await database_.read(std::move(ctx), std::move(query));
}

Task<std::size_t> SqliteEventOutbox::replay_dead(Context ctx, WebhookId webhook, WallTime now, std::size_t most) {
  auto change = [webhook, now, most](Connection& connection) {
    Query query(connection,
                "UPDATE deliveries SET is_dead = 0, attempts = 0, due_ms = ?2, error = '' WHERE webhook = ?1"
                " AND event IN (SELECT event FROM deliveries WHERE webhook = ?1 AND is_dead = 1"
                " ORDER BY event LIMIT ?3)");
    rows::bind_all(query, webhook, now, std::uint64_t{most}).run();
    return static_cast<std::size_t>(connection.changes());
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::size_t> SqliteEventOutbox::replay_range(Context ctx, Webhook webhook, WallTime from, WallTime until,
                                                  WallTime now, std::size_t most) {
  auto change = [webhook = std::move(webhook), from, until, now, most](Connection& connection) {
    Query query(connection,
                "INSERT INTO deliveries (webhook, event, subject, is_dead, attempts, due_ms, error)"
                " SELECT ?1, seq, subject, 0, 0, ?2, '' FROM events WHERE tenant = ?3"
                " AND created_ms >= ?4 AND created_ms < ?5"
                " AND (?6 = '' OR instr(?6, '|' || type || '|') > 0) ORDER BY seq LIMIT ?7"
                " ON CONFLICT (webhook, event) DO UPDATE SET is_dead = 0, attempts = 0, due_ms = ?2, error = ''");
    const auto types = event_rows::types_text(webhook.types);
    rows::bind_all(query, webhook.id, now, webhook.tenant, from, until, types, std::uint64_t{most}).run();
    return static_cast<std::size_t>(connection.changes());
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::size_t> SqliteEventOutbox::replay_event(Context ctx, StoredEvent event, WallTime now) {
  auto change = [event = std::move(event), now](Connection& connection) {
    Query query(connection,
                "INSERT INTO deliveries (webhook, event, subject, is_dead, attempts, due_ms, error)"
                " SELECT id, ?1, ?2, 0, 0, ?3, '' FROM webhooks WHERE tenant = ?4 AND is_active = 1"
                " AND (types = '' OR instr(types, '|' || ?5 || '|') > 0)"
                " ON CONFLICT (webhook, event) DO UPDATE SET is_dead = 0, attempts = 0, due_ms = ?3, error = ''");
    query.bind(event.sequence);
    rows::bind_all(query, event.subject, now, event.tenant, event.type).run();
    return static_cast<std::size_t>(connection.changes());
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

}  // namespace calotype
