#pragma once

#include <initializer_list>
#include <string>

#include "core/clock.h"
#include "telemetry/log.h"

namespace calotype::telemetry {

/// "2025-11-24T16:00:00.000Z".
std::string iso_time(WallTime when);

/// One line of the log with its line feed. JSON: one object, its keys in the order of the fields. Text: for people on a
/// terminal; whatever could steer the terminal is escaped.
std::string format_line(LogFormat format, WallTime when, Level level, std::string_view event,
                        std::initializer_list<Field> fields);

}  // namespace calotype::telemetry
