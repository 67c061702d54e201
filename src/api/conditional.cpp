#include "api/conditional.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <limits>

#include "http/response_head.h"
#include "http/text.h"

namespace calotype::api {

namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void skip_spaces(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

/// Exactly `digits` digits; a blank counts as a leading zero where the old form pads with one.
bool take_number(std::string_view& text, std::size_t digits, int& number) {
  if (text.size() < digits) return false;
  number = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const char c = text[i];
    const bool is_padding = c == ' ' && i == 0 && digits == 2;
    if (!is_padding && (c < '0' || c > '9')) return false;
    number = number * 10 + (is_padding ? 0 : c - '0');
  }
  text.remove_prefix(digits);
  return true;
}

bool take_month(std::string_view& text, int& month) {
  const auto found = std::ranges::find(kMonths, text.substr(0, 3));
  if (found == kMonths.end()) return false;
  month = static_cast<int>(found - kMonths.begin()) + 1;
  text.remove_prefix(3);
  return true;
}

struct Moment {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

bool take_time(std::string_view& text, Moment& moment) {
  return take_number(text, 2, moment.hour) && take(text, ":") && take_number(text, 2, moment.minute) &&
         take(text, ":") && take_number(text, 2, moment.second);
}

/// Two digits mean a year at most 50 years ahead.
int century(int year) { return year + (year < 77 ? 2000 : 1900); }

/// "06 Nov 1994 08:49:37 GMT", "06-Nov-94 08:49:37 GMT" or "Nov  6 08:49:37 1994": what follows the day's name.
bool read_moment(std::string_view text, Moment& moment) {
  Moment m;
  auto rest = text;
  if (take_number(rest, 2, m.day) && take(rest, " ") && take_month(rest, m.month) && take(rest, " ") &&
      take_number(rest, 4, m.year) && take(rest, " ") && take_time(rest, m) && rest == " GMT") {
    moment = m;
    return true;
  }
  rest = text;
  if (take_number(rest, 2, m.day) && take(rest, "-") && take_month(rest, m.month) && take(rest, "-") &&
      take_number(rest, 2, m.year) && take(rest, " ") && take_time(rest, m) && rest == " GMT") {
    m.year = century(m.year);
    moment = m;
    return true;
  }
  rest = text;
  if (take_month(rest, m.month) && take(rest, " ") && take_number(rest, 2, m.day) && take(rest, " ") &&
      take_time(rest, m) && take(rest, " ") && take_number(rest, 4, m.year) && rest.empty()) {
    moment = m;
    return true;
  }
  return false;
}

/// At most the greatest number that there is; false when there is no digit or something else.
bool take_count(std::string_view text, std::uint64_t& number) {
  if (text.empty() || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) return false;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc::result_out_of_range) number = std::numeric_limits<std::uint64_t>::max();
  return true;
}

}  // namespace

TagList TagList::parse(std::string_view field) {
  TagList list;
  skip_spaces(field);
  if (field.starts_with('*') && field.find_last_not_of(" \t") == 0) return {.any = true, .tags = {}};
  while (!field.empty()) {
    skip_spaces(field);
    const bool is_weak = take(field, "W/");
    const auto end = field.starts_with('"') ? field.find('"', 1) : std::string_view::npos;
    if (end != std::string_view::npos) {
      list.tags.push_back({.opaque = std::string(field.substr(1, end - 1)), .is_weak = is_weak});
      field.remove_prefix(end + 1);
    }
    const auto comma = field.find(',');
    field.remove_prefix(comma == std::string_view::npos ? field.size() : comma + 1);
  }
  return list;
}

bool TagList::has_strong(std::string_view opaque) const {
  return std::ranges::any_of(tags, [&](const Tag& tag) { return !tag.is_weak && tag.opaque == opaque; });
}

bool TagList::has(std::string_view opaque) const {
  return std::ranges::any_of(tags, [&](const Tag& tag) { return tag.opaque == opaque; });
}

std::optional<WallTime> parse_http_date(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  Moment moment;
  if (!read_moment(text.substr(space + 1), moment)) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(moment.year),
                                         std::chrono::month(static_cast<unsigned>(moment.month)),
                                         std::chrono::day(static_cast<unsigned>(moment.day)));
  if (!date.ok() || moment.hour > 23 || moment.minute > 59 || moment.second > 60) return std::nullopt;
  return WallTime(std::chrono::sys_days(date) + std::chrono::hours(moment.hour) + std::chrono::minutes(moment.minute) +
                  std::chrono::seconds(moment.second));
}

std::string http_date(WallTime when) {
  return http::http_date(std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(when)));
}

RangeVerdict read_range(std::string_view field, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const RangeVerdict whole{.kind = RangeVerdict::Kind::whole, .first = 0, .count = size};
  if (field.size() < kUnit.size() || !http::is_same_name(field.substr(0, kUnit.size()), kUnit)) return whole;
  field.remove_prefix(kUnit.size());
  const auto dash = field.find('-');
  if (dash == std::string_view::npos) return whole;
  const auto from = field.substr(0, dash);
  const auto to = field.substr(dash + 1);

  std::uint64_t first = 0;
  std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  const RangeVerdict unsatisfiable{.kind = RangeVerdict::Kind::unsatisfiable};
  if (from.empty()) {  // the last so many bytes
    std::uint64_t count = 0;
    if (!take_count(to, count)) return whole;
    if (count == 0 || size == 0) return unsatisfiable;
    count = std::min(count, size);
    return {.kind = RangeVerdict::Kind::part, .first = size - count, .count = count};
  }
  if (!take_count(from, first) || (!to.empty() && !take_count(to, last)) || last < first) return whole;
  if (first >= size) return unsatisfiable;
  last = std::min(last, size - 1);
  return {.kind = RangeVerdict::Kind::part, .first = first, .count = last - first + 1};
}

}  // namespace calotype::api
