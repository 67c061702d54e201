#include <optional>
#include <string_view>

#include "transform/planner.h"

/// The Accept header (RFC 9110, 12.5.1), read in one pass and only as far as formats depend on it.
namespace calotype::transform {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool is_same_word(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
    if (c != lower[i]) return false;
  }
  return true;
}

/// Cuts the part before the next `separator` off the front of `rest`; one inside quotes does not count.
std::string_view next_part(std::string_view& rest, char separator) {
  bool is_quoted = false;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (is_quoted && rest[i] == '\\') {
      ++i;
    } else if (rest[i] == '"') {
      is_quoted = !is_quoted;
    } else if (rest[i] == separator && !is_quoted) {
      const auto part = rest.substr(0, i);
      rest.remove_prefix(i + 1);
      return part;
    }
  }
  const auto part = rest;
  rest = {};
  return part;
}

/// A weight: digits with at most one point; is it more than zero? nullopt: it is no weight.
std::optional<bool> is_wanted(std::string_view weight) {
  bool has_point = false;
  bool has_digit = false;
  bool is_positive = false;
  for (const char c : weight) {
    if (c == '.' && !has_point) {
      has_point = true;
    } else if (c >= '0' && c <= '9') {
      has_digit = true;
      is_positive = is_positive || c != '0';
    } else {
      return std::nullopt;
    }
  }
  if (!has_digit) return std::nullopt;
  return is_positive;
}

/// Of "; a=b; q=0.5": does it consent? nullopt: the weight is malformed, so the range says nothing.
std::optional<bool> consent_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const auto parameter = next_part(parameters, ';');
    const auto equals = parameter.find('=');
    if (equals == std::string_view::npos) continue;
    if (is_same_word(trimmed(parameter.substr(0, equals)), "q"))
      return is_wanted(trimmed(parameter.substr(equals + 1)));
  }
  return true;
}

/// One type that was listed, perhaps more than once: a single q=0 excludes it.
struct Say {
  bool is_listed = false;
  bool is_excluded = false;

  void hear(bool consents) {
    is_listed = is_listed || consents;
    is_excluded = is_excluded || !consents;
  }
  bool consents() const { return is_listed && !is_excluded; }
};

}  // namespace

Accepts Accepts::from_header(std::string_view accept) {
  Say avif;
  Say webp;
  while (!accept.empty()) {
    auto range = next_part(accept, ',');
    const auto type = trimmed(next_part(range, ';'));
    const bool is_avif = is_same_word(type, "image/avif");
    if (!is_avif && !is_same_word(type, "image/webp")) continue;
    if (const auto consents = consent_of(range)) (is_avif ? avif : webp).hear(*consents);
  }
  return {.avif = avif.consents(), .webp = webp.consents()};
}

}  // namespace calotype::transform
