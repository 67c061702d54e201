#include <array>

#include "rules/fields.h"

namespace calotype::rules {
namespace {

using rule::Blend;
using Mark = rule::Watermark;
using Pattern = Placing::Pattern;

constexpr std::array kBlends{Word{"normal", Blend::normal},
                             Word{"multiply", Blend::multiply},
                             Word{"screen", Blend::screen},
                             Word{"overlay", Blend::overlay},
                             Word{"darken", Blend::darken},
                             Word{"lighten", Blend::lighten},
                             Word{"color-dodge", Blend::color_dodge},
                             Word{"color-burn", Blend::color_burn},
                             Word{"hard-light", Blend::hard_light},
                             Word{"soft-light", Blend::soft_light},
                             Word{"difference", Blend::difference},
                             Word{"exclusion", Blend::exclusion},
                             Word{"add", Blend::add}};
constexpr std::array kSides{Word{"width", Mark::Of::width}, Word{"height", Mark::Of::height},
                            Word{"longer", Mark::Of::longer}, Word{"shorter", Mark::Of::shorter}};
constexpr std::array kMissing{Word{"fail", Mark::OnMissing::fail}, Word{"skip", Mark::OnMissing::skip}};

void read_place(const Fields& fields, rule::Laying& to) {
  const auto* word = fields.find("location");
  if (word == nullptr) return;
  if (*word == Value("tile"))
    to.pattern = Pattern::tile;
  else if (*word == Value("chess"))
    to.pattern = Pattern::chess;
  else
    to.location = location_named(*word->text()).value_or(to.location);
}

}  // namespace

rule::Laying read_laying(const Fields& fields) {
  rule::Laying to;
  read_place(fields, to);
  const auto margin = fields.object("margin");
  margin.read("x", to.margin_x);
  margin.read("y", to.margin_y);
  fields.read("opacity", to.opacity);
  fields.read("rotate", to.rotate);
  fields.read<Blend>("blend", to.blend, kBlends);
  fields.read("spacing", to.spacing);
  if (const auto* value = fields.find("shadow")) {
    const Fields members(value);
    auto& shadow = to.shadow.emplace();
    members.read("sigma", shadow.sigma);
    members.read("opacity", shadow.opacity);
    members.read("colour", shadow.colour);
  }
  fields.read("ifMinWidth", to.if_min_width);
  fields.read("ifMinHeight", to.if_min_height);
  return to;
}

rule::Watermark read_watermark(const Value& mark, std::string_view name) {
  const Fields fields(&mark);
  Mark to{.laying = read_laying(fields)};
  fields.read(name, to.id);
  fields.read("dimension", to.dimension);
  fields.read<Mark::Of>("of", to.of, kSides);
  fields.read("width", to.width);
  fields.read("height", to.height);
  fields.read<Mark::OnMissing>("onMissing", to.on_missing, kMissing);
  return to;
}

}  // namespace calotype::rules
