#include "rules/fields.h"

namespace calotype::rules {
namespace {

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

rule::Overlay read_overlay(const Value& value, std::vector<rule::Watermark>& marks) {
  const Fields fields(&value);
  const auto& type = *value.find("type")->text();
  if (type == "rect") return read_rect(fields);
  if (type == "gradient") return read_gradient(fields);
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
