#pragma once

#include "adapters/sqlite/connection.h"
#include "model/new_event.h"

namespace calotype {

/// Writes an event within a change: both are there, or neither. Its webhooks are told of it (trigger events_told).
void append_event(Connection& connection, const NewEvent& event);

}  // namespace calotype
