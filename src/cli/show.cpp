#include "cli/show.h"

#include <algorithm>
#include <ctime>
#include <ostream>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "core/error.h"

namespace calotype::cli {

namespace {

namespace json = boost::json;

/// Characters, as a terminal counts most of them.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

/// What a service answers must not move a terminal's cursor.
std::string printable(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; }, ' ');
  return text;
}

std::string text_of(const json::value& value, std::string_view name) {
  if (value.is_null()) return "";
  if (value.is_string()) return printable(std::string(value.as_string()));
  const bool is_time = name == "last_modified" || name == "created" || name == "deleted" || name.ends_with("_at");
  if (is_time && value.is_int64() && value.as_int64() > 100'000'000'000) return time_text(value.as_int64());
  if (!value.is_array()) return json::serialize(value);
  std::string text;
  for (const auto& one : value.as_array()) text += (text.empty() ? "" : ", ") + text_of(one, name);
  return text;
}

const json::value* at(const json::object& object, std::string_view member) {
  const auto dot = member.find('.');
  const auto head = member.substr(0, dot);
  const auto* value = object.if_contains({head.data(), head.size()});
  if (value == nullptr || dot == std::string_view::npos) return value;
  return value->is_object() ? at(value->as_object(), member.substr(dot + 1)) : nullptr;
}

/// The array to make a table of: the value itself, or the first array in it.
const json::array* rows_of(const json::value& value) {
  if (value.is_array()) return &value.as_array();
  if (!value.is_object()) return nullptr;
  for (const auto& [name, one] : value.as_object()) {
    if (one.is_array()) return &one.as_array();
  }
  return nullptr;
}

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

void flatten(const json::object& object, const std::string& before, std::vector<std::vector<std::string>>& rows) {
  for (const auto& [key, value] : object) {
    const auto name = before + std::string(key);
    if (value.is_object()) {
      flatten(value.as_object(), name + ".", rows);
    } else {
      rows.push_back({name, text_of(value, key)});
    }
  }
}

}  // namespace

std::string table_text(const std::vector<std::string>& heads, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  std::vector<bool> is_right(heads.size(), !rows.empty());
  for (const auto& head : heads) widths.push_back(width_of(head));
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(row[i]));
      is_right[i] = is_right[i] && is_number(row[i]);
    }
  }
  std::string text;
  const auto add = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string gap(widths[i] - width_of(row[i]), ' ');
      line += (i > 0 ? "  " : "") + (is_right[i] ? gap + row[i] : row[i] + gap);
    }
    while (line.ends_with(' ')) line.pop_back();
    text += line + "\n";
  };
  if (std::any_of(heads.begin(), heads.end(), [](const auto& head) { return !head.empty(); })) add(heads);
  for (const auto& row : rows) add(row);
  return text;
}

void show_reply(Session& session, const Reply& reply, const std::vector<Column>& columns, const std::string& done) {
  auto& out = session.out();
  if (session.as_json()) {
    out << (reply.body.empty() ? "{}" : reply.body) << "\n";
    return;
  }
  if (reply.body.empty()) {
    if (!done.empty()) out << done << "\n";
    return;
  }
  boost::system::error_code error;
  const auto value = json::parse(reply.body, error);
  if (error) throw Error(Fault::unavailable, "read the service's answer: it is not JSON");
  const auto* found = columns.empty() ? nullptr : rows_of(value);
  std::vector<std::vector<std::string>> rows;
  if (found != nullptr) {
    std::vector<std::string> heads;
    for (const auto& column : columns) heads.emplace_back(column.head);
    for (const auto& one : *found) {
      if (!one.is_object()) continue;
      auto& row = rows.emplace_back();
      for (const auto& column : columns) {
        const auto* cell = at(one.as_object(), column.member);
        row.push_back(cell == nullptr ? "" : text_of(*cell, column.member));
      }
    }
    out << table_text(heads, rows);
    return;
  }
  if (!value.is_object()) {
    out << json::serialize(value) << "\n";
    return;
  }
  flatten(value.as_object(), "", rows);
  out << table_text({"", ""}, rows);
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.{}f} {}", value, value < 99.5 ? 1 : 0, kUnits[unit]);
}

std::string time_text(std::int64_t milliseconds) {
  const auto second = static_cast<std::time_t>(milliseconds / 1000);
  std::tm parts{};
  ::gmtime_r(&second, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  return text;
}

}  // namespace calotype::cli
