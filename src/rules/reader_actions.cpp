#include <algorithm>
#include <array>

#include "rules/fields.h"

namespace calotype::rules {
namespace {

using namespace rule;  // the model's actions have the language's names

rule::Area area_of(const Fields& fields) {
  rule::Area area;
  fields.read("left", area.left);
  fields.read("top", area.top);
  fields.read("width", area.width);
  fields.read("height", area.height);
  return area;
}

std::vector<rule::Area> areas_of(const Fields& fields) {
  std::vector<rule::Area> areas;
  if (const auto* list = fields.find("areas")) {
    for (const auto& item : *list->array()) areas.push_back(area_of(Fields(&item)));
  }
  return areas;
}

void read(const Fields& fields, BlurAreas& to) {
  to.areas = areas_of(fields);
  fields.read("sigma", to.sigma);
  fields.read("feather", to.feather);
}

void read(const Fields& fields, std::vector<PixelateArea>& to) {
  const auto* list = fields.find("areas");
  if (list == nullptr) return;
  for (const auto& item : *list->array()) {
    const Fields members(&item);
    PixelateArea area{.area = area_of(members)};
    members.read("minNrOfPixels", area.min_nr_of_pixels);
    members.read("minPixelSize", area.min_pixel_size);
    to.push_back(area);
  }
}

void read(const Fields& fields, Redact& to) {
  static constexpr std::array kModes{Word{"blur", Redact::Mode::blur}, Word{"pixelate", Redact::Mode::pixelate},
                                     Word{"fill", Redact::Mode::fill}};
  static constexpr std::array kShapes{Word{"rect", Redact::Shape::rect}, Word{"ellipse", Redact::Shape::ellipse}};
  to.areas = areas_of(fields);
  fields.read<Redact::Mode>("mode", to.mode, kModes);
  fields.read<Redact::Shape>("shape", to.shape, kShapes);
  fields.read("strength", to.strength);
  fields.read("colour", to.colour);
  fields.read("grow", to.grow);
}

void read(const Fields& fields, Trim& to) {
  fields.read("threshold", to.threshold);
  fields.read("colour", to.colour);
  fields.read("alpha", to.alpha);
  fields.read("equalX", to.equal_x);
  fields.read("equalY", to.equal_y);
  fields.read("keep", to.keep);
  fields.read("max", to.max);
}

void read(const Fields& fields, Crop& to) {
  fields.read("left", to.left);
  fields.read("top", to.top);
  fields.read("width", to.width);
  fields.read("height", to.height);
  fields.read("aspect", to.aspect);
  to.gravity = gravities_of(fields.find("gravity"));
  fields.read("zoom", to.zoom);
}

void read(const Fields& fields, Rotate& to) {
  static constexpr std::array kTypes{Word{"pivot", Rotate::Type::pivot}, Word{"straighten", Rotate::Type::straighten}};
  fields.read("angle", to.angle);
  fields.read<Rotate::Type>("type", to.type, kTypes);
  fields.read("background", to.background);
}

void read(const Fields& fields, Flip& to) {
  fields.read("horizontal", to.horizontal);
  fields.read("vertical", to.vertical);
}

void read_location(const Fields& fields, Location& to) {
  const auto* word = fields.find("location");
  if (word != nullptr && word->text() != nullptr) to = location_named(*word->text()).value_or(to);
}

void read(const Fields& fields, Fit& to) {
  static constexpr std::array kTypes{
      Word{"clip", FitType::clip},         Word{"max", FitType::max},          Word{"crop", FitType::crop},
      Word{"min", FitType::min},           Word{"fill", FitType::fill},        Word{"fillmax", FitType::fillmax},
      Word{"clamp", FitType::clamp},       Word{"mirror", FitType::mirror},    Word{"blurfill", FitType::blurfill},
      Word{"scale", FitType::scale},       Word{"outside", FitType::outside},  Word{"auto", FitType::automatic},
      Word{"adaptive", FitType::adaptive}, Word{"smartpad", FitType::smartpad}};
  fields.read<FitType>("type", to.type, kTypes);
  to.gravity = gravities_of(fields.find("gravity"));
  fields.read("background", to.background);
  read_location(fields, to.location);
  fields.read("sigma", to.sigma);
  fields.read("keep", to.keep);
}

void read(const Fields& fields, Resize& to) {
  static constexpr std::array kKernels{Word{"nearest", Kernel::nearest},   Word{"linear", Kernel::linear},
                                       Word{"cubic", Kernel::cubic},       Word{"mitchell", Kernel::mitchell},
                                       Word{"lanczos2", Kernel::lanczos2}, Word{"lanczos3", Kernel::lanczos3}};
  fields.read("width", to.width);
  fields.read("height", to.height);
  fields.read("longest", to.longest);
  fields.read("shortest", to.shortest);
  fields.read("megapixels", to.megapixels);
  fields.read("aspect", to.aspect);
  read(fields.object("fit"), to.fit);
  fields.read("minWidth", to.min_width);
  fields.read("minHeight", to.min_height);
  fields.read("maxWidth", to.max_width);
  fields.read("maxHeight", to.max_height);
  fields.read("enlarge", to.enlarge);
  fields.read<Kernel>("kernel", to.kernel, kKernels);
  fields.read("linear", to.linear);
  fields.read("zoom", to.zoom);
}

void read(const Fields& fields, CropResize& to) {
  fields.read("width", to.width);
  fields.read("height", to.height);
  to.gravity = gravities_of(fields.find("gravity"));
}

void read(const Fields& fields, Extend& to) {
  static constexpr std::array kModes{Word{"background", Extend::Mode::background}, Word{"copy", Extend::Mode::copy},
                                     Word{"repeat", Extend::Mode::repeat}, Word{"mirror", Extend::Mode::mirror},
                                     Word{"blur", Extend::Mode::blur}};
  fields.read("top", to.top);
  fields.read("right", to.right);
  fields.read("bottom", to.bottom);
  fields.read("left", to.left);
  fields.read("width", to.width);
  fields.read("height", to.height);
  fields.read("aspect", to.aspect);
  read_location(fields, to.location);
  fields.read<Extend::Mode>("mode", to.mode, kModes);
  fields.read("background", to.background);
}

void read(const Fields& fields, Adjust& to) {
  fields.read("brightness", to.brightness);
  fields.read("contrast", to.contrast);
  fields.read("saturation", to.saturation);
  fields.read("hue", to.hue);
  fields.read("gamma", to.gamma);
  if (const auto* value = fields.find("normalize")) {
    const Fields members(value);
    auto& normalize = to.normalize.emplace();
    members.read("lower", normalize.lower);
    members.read("upper", normalize.upper);
  }
  fields.read("invert", to.invert);
}

void read(const Fields& fields, Tone& to) {
  if (fields.find("grayscale") != nullptr) to.kind = Tone::Kind::grayscale;
  if (fields.find("sepia") != nullptr) to.kind = Tone::Kind::sepia;
  if (fields.find("threshold") != nullptr) to.kind = Tone::Kind::threshold;
  fields.read("sepia", to.amount);
  fields.read("threshold", to.amount);
  if (fields.find("tint") == nullptr) return;
  to.kind = Tone::Kind::tint;
  const auto tint = fields.object("tint");
  tint.read("colour", to.colour);
  tint.read("amount", to.amount);
}

void read(const Fields& fields, Blur& to) {
  fields.read("sigma", to.sigma);
  if (const auto* value = fields.find("progressive")) {
    const Fields members(value);
    auto& progressive = to.progressive.emplace();
    members.read("angle", progressive.angle);
    members.read("start", progressive.start);
    members.read("stop", progressive.stop);
  }
}

void read(const Fields& fields, Sharpen& to) {
  fields.read("sigma", to.sigma);
  fields.read("flat", to.flat);
  fields.read("jagged", to.jagged);
  fields.read("threshold", to.threshold);
  fields.read("maxBright", to.max_bright);
  fields.read("maxDark", to.max_dark);
  fields.read("auto", to.automatic);
}

void read(const Fields& fields, Mask& to) {
  static constexpr std::array kShapes{Word{"ellipse", Mask::Shape::ellipse}, Word{"circle", Mask::Shape::circle},
                                      Word{"rounded", Mask::Shape::rounded}};
  fields.read<Mask::Shape>("shape", to.shape, kShapes);
  fields.read("background", to.background);
  fields.read("trim", to.trim);
}

void read(const Fields& fields, Round& to) {
  const auto* radius = fields.find("radius");
  if (radius != nullptr && radius->array() != nullptr) {
    std::ranges::transform(*radius->array(), to.radius.begin(), length_of);
  } else {
    to.is_max = true;
  }
  fields.read("background", to.background);
}

void read(const Fields& fields, Border& to) {
  static constexpr std::array kModes{Word{"outside", Border::Mode::outside}, Word{"inside", Border::Mode::inside}};
  if (const auto* width = fields.find("width")) {
    std::ranges::transform(*width->array(), to.width.begin(), [](const Value& side) { return length_of(side).value; });
  }
  fields.read("colour", to.colour);
  fields.read<Border::Mode>("mode", to.mode, kModes);
}

template <class Action>
void read_into(std::string_view name, std::string_view wanted, const Fields& fields, std::optional<Action>& to) {
  if (name == wanted) read(fields, to.emplace());
}

void read_action(std::string_view name, const Fields& fields, Actions& to) {
  read_into(name, "blurAreas", fields, to.blur_areas);
  if (name == "pixelateAreas") read(fields, to.pixelate_areas);
  read_into(name, "redact", fields, to.redact);
  read_into(name, "trim", fields, to.trim);
  read_into(name, "crop", fields, to.crop);
  read_into(name, "rotate", fields, to.rotate);
  read_into(name, "flip", fields, to.flip);
  read_into(name, "resize", fields, to.resize);
  read_into(name, "cropResize", fields, to.crop_resize);
  read_into(name, "extend", fields, to.extend);
  read_into(name, "adjust", fields, to.adjust);
  read_into(name, "tone", fields, to.tone);
  read_into(name, "blur", fields, to.blur);
  if (name == "pixelate") fields.read("size", to.pixelate.emplace(10));
  if (name == "median") fields.read("size", to.median.emplace(3));
  read_into(name, "sharpen", fields, to.sharpen);
  read_into(name, "mask", fields, to.mask);
  read_into(name, "round", fields, to.round);
  read_into(name, "border", fields, to.border);
}

}  // namespace

Actions read_actions(const Value* list) {
  Actions actions;
  if (list == nullptr) return actions;
  for (const auto& entry : *list->array()) {
    for (const auto& [name, body] : *entry.object()) read_action(name, Fields(&body), actions);
  }
  return actions;
}

}  // namespace calotype::rules
