#include "telemetry/line.h"

#include <cmath>
#include <ctime>

#include <fmt/format.h>

#include "core/encoding.h"

namespace calotype::telemetry {

namespace {

std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warning: return "warning";
    case Level::error: return "error";
  }
  return "error";
}

bool needs_quotes(std::string_view text) {
  if (text.empty()) return true;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet <= 0x20 || octet >= 0x7f || c == '"' || c == '=' || c == '\\') return true;
  }
  return false;
}

/// A value as JSON has it; in text, a plain word goes without quotes.
struct ValueWriter {
  std::string& to;
  LogFormat format;

  void operator()(std::string_view text) const {
    if (format == LogFormat::text && !needs_quotes(text)) {
      to += text;
    } else {
      append_json_string(to, text);
    }
  }
  void operator()(std::int64_t number) const { to += fmt::format_int(number).str(); }
  void operator()(double number) const {
    if (std::isfinite(number)) {
      fmt::format_to(std::back_inserter(to), "{}", number);
    } else {
      to += "null";
    }
  }
  void operator()(bool truth) const { to += truth ? "true" : "false"; }
};

}  // namespace

std::string iso_time(WallTime when) {
  const auto milliseconds = when.time_since_epoch().count();
  auto seconds = static_cast<std::time_t>(milliseconds / 1000);
  auto rest = static_cast<int>(milliseconds % 1000);
  if (rest < 0) {
    rest += 1000;
    seconds -= 1;
  }
  // Most lines are of the second of the line before.
  thread_local std::time_t known = -1;
  thread_local std::string text;
  if (seconds != known) {
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                       parts.tm_hour, parts.tm_min, parts.tm_sec);
    known = seconds;
  }
  return text + static_cast<char>('0' + rest / 100) + static_cast<char>('0' + rest / 10 % 10) +
         static_cast<char>('0' + rest % 10) + 'Z';
}

std::string format_line(LogFormat format, WallTime when, Level level, std::string_view event,
                        std::initializer_list<Field> fields) {
  std::string line;
  line.reserve(320);
  const ValueWriter write{line, format};
  if (format == LogFormat::text) {
    fmt::format_to(std::back_inserter(line), "{} {:<7} ", iso_time(when).substr(11, 12), name_of(level));
    write(event);
    for (const auto& field : fields) {
      line += ' ';
      write(field.key);
      line += '=';
      std::visit(write, field.value);
    }
  } else {
    line += R"({"time":")";
    line += iso_time(when);
    line += R"(","level":")";
    line += name_of(level);
    line += R"(","event":)";
    write(event);
    for (const auto& field : fields) {
      line += ',';
      write(field.key);
      line += ':';
      std::visit(write, field.value);
    }
    line += '}';
  }
  line += '\n';
  return line;
}

}  // namespace calotype::telemetry
