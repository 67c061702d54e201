#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "rules/checks.h"

/// Which keys an overlay has depends on what it is.
namespace calotype::rules::checks {
namespace {

constexpr std::array<std::string_view, 10> kOfAll{"type",  "location", "margin", "opacity",    "rotate",
                                                  "blend", "spacing",  "shadow", "ifMinWidth", "ifMinHeight"};
constexpr std::array<std::string_view, 4> kOfRect{"width", "height", "colour", "radius"};
constexpr std::array<std::string_view, 7> kOfGradient{"width", "height", "colour", "from", "angle", "start", "stop"};
constexpr std::array<std::string_view, 14> kOfText{"text",    "font",     "size",     "colour",   "background",
                                                   "padding", "width",    "align",    "wrap",     "lineSpacing",
                                                   "outline", "maxLines", "ellipsis", "direction"};
constexpr std::array<std::string_view, 6> kOfImage{"image", "dimension", "of", "width", "height", "onMissing"};

std::span<const std::string_view> keys_of(std::string_view type) {
  if (type == "rect") return kOfRect;
  if (type == "gradient") return kOfGradient;
  if (type == "text") return kOfText;
  return kOfImage;
}

bool is_whole(const Value* side) { return side != nullptr && *side == Value("100%"); }

}  // namespace

void overlay(const Value& body, const Site& site) {
  const auto& type = *body.find("type")->text();
  const auto own = keys_of(type);
  for (const auto& [name, value] : *body.object()) {
    if (std::ranges::find(kOfAll, name) != kOfAll.end() || std::ranges::find(own, name) != own.end()) continue;
    site.report.error(child(site.pointer, name), code::kConflict, fmt::format("a {} has no \"{}\"", type, name));
  }
  for (const std::string_view needed : {"text", "image"}) {
    if (type != needed || body.find(needed) != nullptr) continue;
    site.report.error(site.pointer, code::kMissingKey, fmt::format("\"{}\" is missing", needed));
  }
  if (type == "image") mark(body, site);
  if (type == "gradient") progressive(body, site);
}

void drop_whole_sides(Value& body) {
  const auto* type = body.find("type");
  if (*type != Value("rect") && *type != Value("gradient")) return;
  for (const std::string_view side : {"width", "height"}) {
    if (is_whole(body.find(side))) body.object()->erase(body.object()->find(side));
  }
}

}  // namespace calotype::rules::checks
