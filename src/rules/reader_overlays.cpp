#include <array>

#include "rules/fields.h"

namespace calotype::rules {
namespace {

using rule::Text;

constexpr std::array kFonts{Word{"sans", Text::Font::sans},   Word{"sans bold", Text::Font::sans_bold},
                            Word{"serif", Text::Font::serif}, Word{"serif bold", Text::Font::serif_bold},
                            Word{"mono", Text::Font::mono},   Word{"mono bold", Text::Font::mono_bold}};
constexpr std::array kAligns{Word{"left", Text::Align::left}, Word{"center", Text::Align::center},
                             Word{"right", Text::Align::right}};
constexpr std::array kWraps{Word{"word", Text::Wrap::word}, Word{"char", Text::Wrap::character},
                            Word{"none", Text::Wrap::none}};
constexpr std::array kDirections{Word{"auto", Text::Direction::automatic}, Word{"ltr", Text::Direction::ltr},
                                 Word{"rtl", Text::Direction::rtl}};

rule::Rect read_rect(const Fields& fields) {
  rule::Rect to{.laying = read_laying(fields)};
  fields.read("width", to.width);
  fields.read("height", to.height);
  fields.read("colour", to.colour);
  fields.read("radius", to.radius);
  return to;
}

rule::Gradient read_gradient(const Fields& fields) {
  rule::Gradient to{.laying = read_laying(fields)};
  fields.read("width", to.width);
  fields.read("height", to.height);
  fields.read("from", to.from);
  fields.read("colour", to.colour);
  fields.read("angle", to.angle);
  fields.read("start", to.start);
  fields.read("stop", to.stop);
  return to;
}

rule::Text read_text(const Fields& fields) {
  Text to{.laying = read_laying(fields)};
  fields.read("text", to.text);
  fields.read<Text::Font>("font", to.font, kFonts);
  fields.read("size", to.size);
  fields.read("colour", to.colour);
  fields.read("background", to.background);
  fields.read("padding", to.padding);
  fields.read("width", to.width);
  fields.read<Text::Align>("align", to.align, kAligns);
  fields.read<Text::Wrap>("wrap", to.wrap, kWraps);
  fields.read("lineSpacing", to.line_spacing);
  if (const auto* value = fields.find("outline")) {
    const Fields members(value);
    auto& outline = to.outline.emplace();
    members.read("width", outline.width);
    members.read("colour", outline.colour);
  }
  fields.read("maxLines", to.max_lines);
  fields.read("ellipsis", to.has_ellipsis);
  fields.read<Text::Direction>("direction", to.direction, kDirections);
  return to;
}

rule::Overlay read_overlay(const Value& value, std::vector<rule::Watermark>& marks) {
  const Fields fields(&value);
  const auto& type = *value.find("type")->text();
  if (type == "rect") return read_rect(fields);
  if (type == "gradient") return read_gradient(fields);
  if (type == "text") return read_text(fields);
  marks.push_back(read_watermark(value, "image"));
  return rule::Picture{.mark = marks.size() - 1};
}

}  // namespace

std::vector<rule::Overlay> read_overlays(const Value* list, std::vector<rule::Watermark>& marks) {
  std::vector<rule::Overlay> overlays;
  if (list == nullptr) return overlays;
  for (const auto& value : *list->array()) overlays.push_back(read_overlay(value, marks));
  return overlays;
}

}  // namespace calotype::rules
