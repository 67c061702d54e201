#include "adapters/sqlite/append_event.h"

#include "adapters/sqlite/rows.h"
#include "model/event.h"

namespace calotype {

void append_event(Connection& connection, TenantId tenant, std::string_view type, const std::string& subject,
                  const std::string& data, WallTime when) {
  Query query(connection, "INSERT INTO events (id, tenant, type, subject, data, created_ms) VALUES (?, ?, ?, ?, ?, ?)");
  const auto id = EventId::random();
  rows::bind_all(query, id, tenant);
  query.bind(type);
  rows::bind_all(query, subject, data, when).run();
}

}  // namespace calotype
