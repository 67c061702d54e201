#include "rules/rule_name.h"

#include <algorithm>

namespace calotype::rules {

namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxDigits = 9;

bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<int> read_revision(std::string_view text) {
  const bool is_number = !text.empty() && text.size() <= kMaxDigits && text.front() != '0' &&
                         std::all_of(text.begin(), text.end(), is_digit);
  if (!is_number) return std::nullopt;
  int number = 0;
  for (const char c : text) number = number * 10 + (c - '0');
  return number;
}

}  // namespace

bool is_label(std::string_view text) {
  const auto is_part = [](char c) { return is_small(c) || is_digit(c) || c == '.' || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= kMaxName && is_small(text.front()) &&
         std::all_of(text.begin(), text.end(), is_part);
}

std::optional<RuleName> read_rule_name(std::string_view text) {
  const auto at = text.find('@');
  RuleName name{.rule = std::string(text.substr(0, at)), .revision = {}, .label = {}};
  if (name.rule.empty() || name.rule.size() > kMaxName) return std::nullopt;
  if (at == std::string_view::npos) return name;
  const auto which = text.substr(at + 1);
  name.revision = read_revision(which);
  if (!name.revision && is_label(which)) name.label = which;
  if (name.is_bare()) return std::nullopt;
  return name;
}

}  // namespace calotype::rules
