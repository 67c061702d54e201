#pragma once

#include <string>
#include <vector>

#include "adapters/sqlite/connection.h"
#include "model/event.h"

/// Events and webhooks as rows.
namespace calotype::event_rows {

/// Seven columns: seq, id, tenant, type, subject, data, created_ms.
StoredEvent read_event(Query& row);
/// Seven columns: id, tenant, url, types, secret, is_active, created_ms.
Webhook read_webhook(Query& row);
/// "|a|b|"; empty for none.
std::string types_text(const std::vector<std::string>& types);

}  // namespace calotype::event_rows
