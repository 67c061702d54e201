#pragma once

#include <string>
#include <string_view>

#include "adapters/sqlite/connection.h"
#include "core/clock.h"
#include "model/tenant.h"

namespace calotype {

/// Writes an event within a change: both are there, or neither. Its webhooks are told of it (trigger events_told).
/// `subject`: what it happened to, "domains/<id>/rules/<id>"; `data`: a JSON object.
void append_event(Connection& connection, TenantId tenant, std::string_view type, const std::string& subject,
                  const std::string& data, WallTime when);

}  // namespace calotype
