#include "http/response_head.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/error.h"
#include "http/problem.h"
#include "http/text.h"

namespace calotype::http {

namespace {

constexpr bool is_in_token(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

constexpr std::array<bool, 256> kInToken = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = is_in_token(static_cast<char>(i));
  return table;
}();

bool is_token(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return kInToken[static_cast<unsigned char>(c)]; });
}

bool is_value(std::string_view text) {
  bool has_control = false;  // looked for to the end: without a way out the loop is done sixteen at a time
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    has_control |= (octet < 0x20 && octet != '\t') || octet == 0x7f;
  }
  return !has_control;
}

/// What the server writes by itself.
bool is_ours(std::string_view name) {
  for (const std::string_view own : {"Date", "Connection", "Content-Length", "Transfer-Encoding", "Keep-Alive",
                                     "X-Request-Id", "X-Schibsted.request.toplevel.uuid"}) {
    if (is_same_name(name, own)) return true;
  }
  return false;
}

bool has_no_content(int status) { return status < 200 || status == 204 || status == 304; }

void append_field(std::string& to, std::string_view name, std::string_view value) {
  to += name;
  to += ": ";
  to += value;
  to += "\r\n";
}

void append_fields(std::string& to, const Fields& fields) {
  for (const auto& [name, value] : fields.all()) {
    if (!is_ours(name)) append_field(to, name, value);
  }
}

void append_length(std::string& to, const Response& response, bool answers_head) {
  const auto size = response.body_size();
  const auto own = response.fields.get("Content-Length");
  const bool may_have_own = (answers_head || response.status == 304) && size == 0;
  if (may_have_own && !own.empty()) return append_field(to, "Content-Length", own);
  if (has_no_content(response.status)) return;
  append_field(to, "Content-Length", fmt::format_int(size).str());
}

}  // namespace

std::string http_date(std::time_t second) {
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  // A thread that serves a few things again and again writes the same few dates.
  thread_local std::array<std::pair<std::time_t, std::string>, 64> known;
  auto& [its_second, text] = known[static_cast<std::size_t>(second) % known.size()];
  if (its_second == second && !text.empty()) return text;
  std::tm parts{};
  gmtime_r(&second, &parts);
  its_second = second;
  text = fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[static_cast<std::size_t>(parts.tm_wday)],
                     parts.tm_mday, kMonths[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
  return text;
}

std::string_view DateText::now() {
  const auto second = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  if (second != second_ || text_.empty()) {
    second_ = second;
    text_ = http_date(second);
  }
  return text_;
}

bool has_sound_fields(const Response& response) {
  const auto& fields = response.fields.all();
  return std::all_of(fields.begin(), fields.end(),
                     [](const auto& field) { return is_token(field.first) && is_value(field.second); });
}

std::string write_fields(const Fields& fields) {
  Response response;
  response.fields = fields;
  if (!has_sound_fields(response)) throw Error(Fault::internal, "write fields: one holds a control character");
  std::string text;
  append_fields(text, fields);
  return text;
}

bool sends_body(const Response& response, bool answers_head) {
  return !answers_head && !has_no_content(response.status) && response.body_size() > 0;
}

void append_head(std::string& to, const Response& response, const HeadFacts& facts) {
  to += "HTTP/1.1 ";
  to += fmt::format_int(response.status).str();
  to += ' ';
  to += reason_of(response.status);
  to += "\r\n";
  append_field(to, "Date", facts.date);
  append_fields(to, response.fields);
  if (response.written_fields) to += *response.written_fields;
  append_length(to, response, facts.answers_head);
  append_field(to, "X-Request-Id", facts.request_id);
  append_field(to, "X-Schibsted.request.toplevel.uuid", facts.request_id);
  if (facts.closes) {
    append_field(to, "Connection", "close");
  } else if (facts.keeps_http10) {
    append_field(to, "Connection", "keep-alive");
  }
  to += "\r\n";
}

}  // namespace calotype::http
