#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace calotype::telemetry {

enum class Level { debug, info, warning, error };

struct Field {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, double, bool> value;

  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, bool v) : key(k), value(v) {}
  Field(std::string_view k, double v) : key(k), value(v) {}
  template <class Integer>
    requires std::is_integral_v<Integer>
  Field(std::string_view k, Integer v) : key(k), value(static_cast<std::int64_t>(v)) {}
};

enum class LogFormat { json, text };

/// Sets the least level that is written, and how. Lines go to standard error. Call before other threads start.
void configure_log(Level least, LogFormat format);

/// One event on one line: time, level, event, fields. Names of events are nouns and verbs in snake case: "request",
/// "worker_died". Never waits for the sink: lines are dropped and counted when the queue is full.
/// Thread: any.
void log(Level level, std::string_view event, std::initializer_list<Field> fields = {});

/// Waits until what is queued is written, at most 2 s; at the end of main.
void flush_log();

/// How many lines were dropped since the start.
std::uint64_t dropped_log_lines();

}  // namespace calotype::telemetry
