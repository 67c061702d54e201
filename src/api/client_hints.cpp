#include "api/client_hints.h"

#include <array>
#include <charconv>
#include <string_view>

namespace calotype::api {

namespace {

constexpr double kLeastDpr = 0.1;
constexpr double kMostDpr = 10;
constexpr int kMostWidth = 100'000;

/// A whole field as a number within a range.
template <class Number>
std::optional<Number> number_in(const http::Fields& fields, std::string_view name, Number least, Number most) {
  const auto text = fields.get(name);
  Number value{};
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end || !(value >= least && value <= most)) return std::nullopt;
  return value;
}

}  // namespace

ClientHints client_hints(const http::Fields& fields) {
  return {.saves_data = fields.get("Save-Data") == "on",
          .dpr = number_in(fields, "Sec-CH-DPR", kLeastDpr, kMostDpr),
          .width = number_in(fields, "Sec-CH-Width", 1, kMostWidth),
          .viewport_width = number_in(fields, "Sec-CH-Viewport-Width", 1, kMostWidth)};
}

std::string vary(const delivery::Varies& varies) {
  struct Field {
    bool is_named;
    std::string_view name;
  };
  const std::array fields{Field{varies.accept, "Accept"}, Field{varies.save_data, "Save-Data"},
                          Field{varies.dpr, "Sec-CH-DPR"}, Field{varies.width, "Sec-CH-Width"},
                          Field{varies.viewport_width, "Sec-CH-Viewport-Width"}};
  std::string text;
  for (const auto& field : fields) {
    if (!field.is_named) continue;
    if (!text.empty()) text += ", ";
    text += field.name;
  }
  return text;
}

}  // namespace calotype::api
