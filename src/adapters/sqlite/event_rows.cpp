#include "adapters/sqlite/event_rows.h"

#include "adapters/sqlite/rows.h"

namespace calotype::event_rows {

StoredEvent read_event(Query& row) {
  StoredEvent event{.sequence = row.integer()};
  event.id = rows::id<EventId>(row);
  event.tenant = rows::id<TenantId>(row);
  event.type = row.text();
  event.subject = row.text();
  event.data = row.text();
  event.time = rows::time(row);
  return event;
}

std::string types_text(const std::vector<std::string>& types) {
  std::string text;
  for (const auto& type : types) text += (text.empty() ? "|" : "") + type + "|";
  return text;
}

Webhook read_webhook(Query& row) {
  Webhook webhook{.id = rows::id<WebhookId>(row), .tenant = rows::id<TenantId>(row)};
  webhook.url = row.text();
  const auto types = row.text();
  for (std::size_t at = 1; at < types.size();) {
    const auto end = types.find('|', at);
    webhook.types.push_back(types.substr(at, end - at));
    at = end + 1;
  }
  webhook.secret = row.text();
  webhook.is_active = row.boolean();
  webhook.created = rows::time(row);
  return webhook;
}

}  // namespace calotype::event_rows
