#include "adapters/sqlite/append_event.h"

#include "adapters/sqlite/rows.h"
#include "model/event.h"

namespace calotype {

void append_event(Connection& connection, const NewEvent& event) {
  Query query(connection, "INSERT INTO events (id, tenant, type, subject, data, created_ms) VALUES (?, ?, ?, ?, ?, ?)");
  const auto id = EventId::random();
  rows::bind_all(query, id, event.tenant, event.type, event.subject, event.data, event.when).run();
}

}  // namespace calotype
