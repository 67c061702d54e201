#include "rules/scalar.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <numeric>

#include <fmt/format.h>

#include "core/id.h"

namespace calotype::rules {
namespace {

constexpr std::size_t kLongestNumber = 24;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Digits with at most one point between them.
std::optional<double> parse_plain(std::string_view text) {
  if (text.empty() || text.size() > kLongestNumber || !is_digit(text.front()) || !is_digit(text.back()))
    return std::nullopt;
  if (!std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.'; })) return std::nullopt;
  if (std::ranges::count(text, '.') > 1) return std::nullopt;
  return parse_number(text);
}

std::optional<std::uint8_t> hex_pair(char high, char low) {
  std::uint8_t value = 0;
  const char pair[] = {high, low};
  const auto end = std::from_chars(pair, pair + 2, value, 16);
  if (end.ec != std::errc() || end.ptr != pair + 2) return std::nullopt;
  return value;
}

std::optional<Colour> parse_hex(std::string_view digits) {
  const bool is_short = digits.size() == 3 || digits.size() == 4;
  if (!is_short && digits.size() != 6 && digits.size() != 8) return std::nullopt;
  const std::size_t channels = is_short ? digits.size() : digits.size() / 2;
  Colour colour;
  std::uint8_t* const parts[] = {&colour.red, &colour.green, &colour.blue, &colour.alpha};
  for (std::size_t i = 0; i < channels; ++i) {
    const auto value = is_short ? hex_pair(digits[i], digits[i]) : hex_pair(digits[i * 2], digits[i * 2 + 1]);
    if (!value) return std::nullopt;
    *parts[i] = *value;
  }
  return colour;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  if (text.empty() || text.size() > kLongestNumber) return std::nullopt;
  const char first = text.front() == '-' && text.size() > 1 ? text[1] : text.front();
  if (!is_digit(first)) return std::nullopt;  // no "inf", no "nan"
  double value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<rule::Length> parse_length(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  const bool is_percent = text.ends_with('%');
  if (!is_percent && !text.ends_with("px")) return std::nullopt;
  text.remove_suffix(is_percent ? 1 : 2);
  if (!is_percent && text.find('.') != std::string_view::npos) return std::nullopt;
  const auto value = parse_plain(text);
  if (!value) return std::nullopt;
  return rule::Length{.value = is_negative ? -*value : *value,
                      .unit = is_percent ? rule::Length::Unit::percent : rule::Length::Unit::pixels};
}

Value canonical_length(const rule::Length& length) {
  if (length.value == 0) return 0;
  if (length.unit == rule::Length::Unit::pixels) return length.value;
  // Never with an exponent, which is not in the grammar; a millionth of a percent is finer than any picture.
  const double rounded = std::round(length.value * 1e6) / 1e6;
  if (rounded == 0) return 0;
  auto text = fmt::format("{:.6f}", rounded);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text + "%";
}

rule::Length length_of(const Value& canonical) {
  if (const auto* pixels = canonical.number()) return {.value = *pixels};
  const auto length = canonical.text() == nullptr ? std::nullopt : parse_length(*canonical.text());
  return length.value_or(rule::Length{});
}

std::optional<Colour> parse_colour(std::string_view text) {
  if (text.starts_with('#')) return parse_hex(text.substr(1));
  return named_colour(text);
}

std::string canonical_colour(const Colour& colour) {
  auto text = fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
  if (colour.alpha != 255) text += fmt::format("{:02x}", colour.alpha);
  return text;
}

Colour colour_of(const Value& canonical) {
  const auto* text = canonical.text();
  return text == nullptr ? Colour{} : parse_colour(*text).value_or(Colour{});
}

Paint paint_of(const Value& canonical) {
  const auto* text = canonical.text();
  if (text != nullptr && *text == "dominant") return {.kind = Paint::Kind::dominant, .colour = {}};
  if (text != nullptr && *text == "edge") return {.kind = Paint::Kind::edge, .colour = {}};
  return {.kind = Paint::Kind::solid, .colour = colour_of(canonical)};
}

std::optional<rule::Aspect> parse_aspect(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto width = parse_plain(text.substr(0, colon));
  const auto height = parse_plain(text.substr(colon + 1));
  constexpr double kLeast = 0.01;
  constexpr double kMost = 16384;
  if (!width || !height || *width < kLeast || *height < kLeast || *width > kMost || *height > kMost)
    return std::nullopt;
  return rule::Aspect{.width = *width, .height = *height};
}

std::string canonical_aspect(const rule::Aspect& aspect) {
  // In ten thousandths: 1.91:1 is 191:100, and one shape has one text.
  const auto width = std::llround(aspect.width * 10000);
  const auto height = std::llround(aspect.height * 10000);
  const auto factor = std::gcd(width, height);
  const auto whole_width = width / factor;
  const auto whole_height = height / factor;
  if (whole_width <= 16384 && whole_height <= 16384) return fmt::format("{}:{}", whole_width, whole_height);
  return fmt::format("{}:{}", number_text(static_cast<double>(width) / 10000),
                     number_text(static_cast<double>(height) / 10000));
}

std::optional<std::string> parse_mark(std::string_view text) {
  if (text.starts_with("asset:")) text.remove_prefix(6);
  if (const auto uuid = Uuid::parse(text)) return uuid->text();
  const auto is_word = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.empty() || text.size() > 64 || !is_word(text.front())) return std::nullopt;
  if (!std::ranges::all_of(text, [&](char c) { return is_word(c) || c == '.' || c == '_' || c == '-'; }))
    return std::nullopt;
  return std::string(text);
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

}  // namespace calotype::rules
