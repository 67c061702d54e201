#include "adapters/sqlite/sqlite_event_outbox.h"

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/event_rows.h"
#include "adapters/sqlite/rows.h"

namespace calotype {

Task<std::vector<StoredEvent>> SqliteEventOutbox::list_events(Context ctx, EventAsk ask) {
  auto query = [ask = std::move(ask)](Connection& connection) {
    // Two statements, so that each goes by its own index.
    Query row(connection, ask.type.empty() ? "SELECT seq, id, tenant, type, subject, data, created_ms FROM events"
                                             " WHERE tenant = ? AND seq > ? ORDER BY seq LIMIT ?"
                                           : "SELECT seq, id, tenant, type, subject, data, created_ms FROM events"
                                             " WHERE tenant = ? AND seq > ? AND type = ?3 ORDER BY seq LIMIT ?");
    rows::bind(row, ask.tenant);
    row.bind(ask.after);
    if (!ask.type.empty()) row.bind(std::string_view(ask.type));
    rows::bind(row, std::uint64_t{ask.most});
    std::vector<StoredEvent> events;
    while (row.step()) events.push_back(event_rows::read_event(row));
    return events;
  };
  co_return co_await database_.read(std::move(ctx), std::move(query));
}

Task<std::vector<StoredEvent>> SqliteEventOutbox::follow(Context ctx, std::int64_t after, std::size_t most) {
  auto query = [after, most](Connection& connection) {
    Query row(connection,
              "SELECT seq, id, tenant, type, subject, data, created_ms FROM events WHERE seq > ? ORDER BY seq LIMIT ?");
    row.bind(after);
    rows::bind(row, std::uint64_t{most});
    std::vector<StoredEvent> events;
    while (row.step()) events.push_back(event_rows::read_event(row));
    return events;
  };
  co_return co_await database_.read(std::move(ctx), std::move(query));
}

Task<std::int64_t> SqliteEventOutbox::last_sequence(Context ctx) {
  auto query = [](Connection& connection) {
    Query row(connection, "SELECT coalesce(max(seq), 0) FROM events");
    row.step();
    return row.integer();
  };
  co_return co_await database_.read(std::move(ctx), std::move(query));
}

Task<std::optional<StoredEvent>> SqliteEventOutbox::find_event(Context ctx, TenantId tenant, EventId id) {
  auto query = [tenant, id](Connection& connection) -> std::optional<StoredEvent> {
    Query row(connection,
              "SELECT seq, id, tenant, type, subject, data, created_ms FROM events WHERE id = ? AND tenant = ?");
    if (!rows::bind_all(row, id, tenant).step()) return std::nullopt;
    return event_rows::read_event(row);
  };
  co_return co_await database_.read(std::move(ctx), std::move(query));
}

Task<> SqliteEventOutbox::add_webhook(Context ctx, Webhook webhook, std::size_t most) {
  auto change = [webhook = std::move(webhook), most](Connection& connection) {
    Query query(connection,
                "INSERT INTO webhooks (id, tenant, url, types, secret, is_active, paused_until_ms, created_ms)"
                " SELECT ?, ?2, ?, ?, ?, ?, 0, ? WHERE (SELECT count(*) FROM webhooks WHERE tenant = ?2) < ?");
    const auto types = event_rows::types_text(webhook.types);
    rows::bind_all(query, webhook.id, webhook.tenant, webhook.url, types, webhook.secret, webhook.is_active,
                   webhook.created, std::uint64_t{most});
    query.run();
    if (connection.changes() > 0) return;
    throw Error(Fault::conflict, "add webhook: the tenant has as many as it may", "too-many-webhooks");
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::optional<Webhook>> SqliteEventOutbox::find_webhook(Context ctx, TenantId tenant, WebhookId id) {
  auto query = [tenant, id](Connection& connection) -> std::optional<Webhook> {
    Query row(connection,
              "SELECT id, tenant, url, types, secret, is_active, created_ms FROM webhooks WHERE id = ? AND tenant = ?");
    if (!rows::bind_all(row, id, tenant).step()) return std::nullopt;
    return event_rows::read_webhook(row);
  };
  co_return co_await database_.read(std::move(ctx), std::move(query));
}

Task<std::vector<Webhook>> SqliteEventOutbox::list_webhooks(Context ctx, TenantId tenant) {
  auto query = [tenant](Connection& connection) {
    Query row(connection,
              "SELECT id, tenant, url, types, secret, is_active, created_ms FROM webhooks WHERE tenant = ?"
              " ORDER BY created_ms, id");
    rows::bind(row, tenant);
    std::vector<Webhook> webhooks;
    while (row.step()) webhooks.push_back(event_rows::read_webhook(row));
    return webhooks;
  };
  co_return co_await database_.read(std::move(ctx), std::move(query));
}

Task<bool> SqliteEventOutbox::change_webhook(Context ctx, Webhook webhook) {
  auto change = [webhook = std::move(webhook)](Connection& connection) {
    Query query(connection,
                "UPDATE webhooks SET url = ?, types = ?, is_active = ?, paused_until_ms = 0"
                " WHERE id = ? AND tenant = ?");
    const auto types = event_rows::types_text(webhook.types);
    rows::bind_all(query, webhook.url, types, webhook.is_active, webhook.id, webhook.tenant).run();
    return connection.changes() > 0;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<bool> SqliteEventOutbox::remove_webhook(Context ctx, TenantId tenant, WebhookId id) {
  auto change = [tenant, id](Connection& connection) {
    Query query(connection, "DELETE FROM webhooks WHERE id = ? AND tenant = ?");
    rows::bind_all(query, id, tenant).run();
    return connection.changes() > 0;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::size_t> SqliteEventOutbox::forget(Context ctx, WallTime before, std::size_t most) {
  auto change = [before, most](Connection& connection) {
    // By number: old events have the lowest ones.
    Query query(connection,
                "DELETE FROM events WHERE seq IN (SELECT seq FROM events ORDER BY seq LIMIT ?) AND created_ms < ?");
    rows::bind_all(query, std::uint64_t{most}, before).run();
    return static_cast<std::size_t>(connection.changes());
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

}  // namespace calotype
