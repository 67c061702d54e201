#include "rules/checks.h"
#include "rules/rule_name.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>

#include <fmt/format.h>

namespace calotype::rules::checks {
namespace {

bool has(const Value& body, std::string_view key) { return body.find(key) != nullptr; }

/// The keys of `names` that are given.
std::vector<std::string_view> given(const Value& body, std::initializer_list<std::string_view> names) {
  std::vector<std::string_view> found;
  for (const auto name : names) {
    if (has(body, name)) found.push_back(name);
  }
  return found;
}

void conflict(const Site& site, std::string_view key, std::string message) {
  site.report.error(child(site.pointer, key), code::kConflict, std::move(message));
}

void exclude(const Site& site, const Value& body, std::string_view key,
             std::initializer_list<std::string_view> others) {
  if (!has(body, key)) return;
  for (const auto other : given(body, others)) {
    conflict(site, key, fmt::format("\"{}\" and \"{}\" exclude each other", key, other));
  }
}

void in_order(const Site& site, const Value& body, std::string_view low, std::string_view high, bool may_be_equal) {
  const auto* least = body.find(low);
  const auto* most = body.find(high);
  if (least == nullptr || most == nullptr || least->number() == nullptr || most->number() == nullptr) return;
  const bool is_wrong = may_be_equal ? *least->number() > *most->number() : *least->number() >= *most->number();
  if (is_wrong)
    conflict(site, low, fmt::format("\"{}\" must be {} \"{}\"", low, may_be_equal ? "at most" : "less than", high));
}

bool is_universal(const Value& format) {
  const auto* name = format.text();
  return name != nullptr && (*name == "jpg" || *name == "png" || *name == "gif");
}

/// The body of an action of the (canonical or not) list; nullptr when it is not there.
const Value* find_action(const Value& root, std::string_view name) {
  const auto* list = root.find("actions");
  if (list == nullptr || list->array() == nullptr) return nullptr;
  for (const auto& entry : *list->array()) {
    if (const auto* body = entry.find(name)) return body;
  }
  return nullptr;
}

bool is_transparent(const Value* body) {
  if (body == nullptr) return false;
  const auto* background = body->find("background");
  return background == nullptr || *background == Value("#00000000");
}

}  // namespace

void actions_given(const Value& list, const Site& site) {
  std::set<std::string_view> seen;
  const auto& entries = *list.array();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto* entry = entries[i].object();
    if (entry == nullptr) continue;
    const auto at = child(site.pointer, i);
    if (entry->size() != 1) {
      site.report.error(at, entry->empty() ? code::kMissingKey : code::kConflict,
                        fmt::format("an entry of actions names exactly one action, and this names {}", entry->size()));
    }
    for (const auto& [name, body] : *entry) {
      if (seen.insert(name).second) continue;
      site.report.error(child(at, name), code::kConflict,
                        fmt::format("the action \"{}\" is given more than once", excerpt(name)));
    }
  }
}

void resize_given(const Value& body, const Site& site) {
  if (!given(body, {"width", "height", "longest", "shortest", "megapixels", "zoom"}).empty()) return;
  site.report.error(site.pointer, code::kMissingKey,
                    "resize needs at least one of width, height, longest, shortest, megapixels and zoom");
}

void blur_given(const Value& body, const Site& site) { exclude(site, body, "strength", {"sigma"}); }

void no_base(const Value& root, const Site& site) {
  const auto* base = root.find("extends");
  if (base == nullptr || base->text() == nullptr || !read_rule_name(*base->text())) return;
  site.report.error(child(site.pointer, "extends"), code::kUnresolved,
                    "only a rule that is stored in a domain, or checked for one, can build upon another",
                    "name the domain: POST /schema/validate?domain=...; a rule in a token says all by itself");
}

void rule(const Value& root, const Site& site) {
  for (const std::string_view name : {"blurAreas", "pixelateAreas"}) {
    if (has(root, name) && find_action(root, name) != nullptr) {
      conflict(site, name, fmt::format("\"{}\" is given at the top and as an action", name));
    }
  }
  const auto* format = root.find("format");
  const bool is_flat = format != nullptr && *format == Value("jpg");
  if (is_flat && (is_transparent(find_action(root, "mask")) || is_transparent(find_action(root, "round")))) {
    site.report.warning(child(site.pointer, "format"), code::kAlphaLost,
                        "jpg has no transparency: what a mask or round corners leave out gets the rule's background");
  }
  stages(root, site);
  bytes_limit(root, site);
}

void gravity(const Value& body, const Site& site) {
  const auto* type = body.find("type");
  const bool is_focal = *type == Value("focal");
  for (const auto key : given(body, {"x", "y"})) {
    if (!is_focal) conflict(site, key, fmt::format("\"{}\" belongs to the gravity \"focal\"", key));
  }
  if (is_focal && has(body, "x") != has(body, "y")) {
    site.report.error(site.pointer, code::kMissingKey, "a focal point needs both x and y, or neither");
  }
}

void crop(const Value& body, const Site& site) {
  const bool has_corner = has(body, "left") || has(body, "top");
  const bool has_size = has(body, "width") && has(body, "height");
  exclude(site, body, "aspect", {"left", "top", "width", "height"});
  if (has_corner && !(has(body, "left") && has(body, "top") && has_size)) {
    site.report.error(site.pointer, code::kMissingKey, "a rectangle needs left, top, width and height");
  } else if (!has_size && !has(body, "aspect")) {
    site.report.error(site.pointer, code::kMissingKey, "crop needs width and height, or aspect");
  }
  if (has_corner && has(body, "gravity")) {
    const auto is_default = *body.find("gravity") == default_gravity();
    if (!is_default) conflict(site, "gravity", "a rectangle has no gravity: left and top say where it is");
  }
}

void resize(const Value& body, const Site& site) {
  exclude(site, body, "longest", {"width", "height", "shortest", "megapixels", "aspect"});
  exclude(site, body, "shortest", {"width", "height", "megapixels", "aspect"});
  exclude(site, body, "megapixels", {"width", "height", "aspect"});
  const auto sides = given(body, {"width", "height"}).size();
  if (has(body, "aspect") && sides != 1 && given(body, {"longest", "shortest", "megapixels"}).empty()) {
    if (sides == 2)
      conflict(site, "aspect", "aspect gives the missing side, and both are given");
    else
      site.report.error(site.pointer, code::kMissingKey, "aspect needs width or height");
  }
  in_order(site, body, "minWidth", "maxWidth", true);
  in_order(site, body, "minHeight", "maxHeight", true);

  const auto* fit = body.find("fit");
  const auto* type = fit == nullptr ? nullptr : fit->find("type");
  if (type == nullptr || type->text() == nullptr) return;
  static constexpr std::array<std::string_view, 6> kPads{"fill", "fillmax", "clamp", "mirror", "blurfill", "smartpad"};
  const bool pads = std::ranges::find(kPads, *type->text()) != kPads.end();
  if (pads && sides + (has(body, "aspect") ? 1U : 0U) < 2) {
    site.report.error(site.pointer, code::kMissingKey, fmt::format("fit \"{}\" needs width and height", *type->text()));
  }
  const auto* gravities = fit->find("gravity");
  if (*type != Value("smartpad") || gravities == nullptr || gravities->array() == nullptr) return;
  for (const auto& gravity : *gravities->array()) {
    const auto* zoom = gravity.find("zoom");
    if (zoom != nullptr && *zoom != Value(1))
      conflict(site, "fit", "fit \"smartpad\" shows as much as it can: no zoom");
  }
}

void extend(const Value& body, const Site& site) {
  exclude(site, body, "aspect", {"width", "height"});
  for (const auto canvas : given(body, {"width", "height", "aspect"})) {
    for (const auto side : given(body, {"top", "right", "bottom", "left", "all"})) {
      conflict(site, canvas, fmt::format("\"{}\" and \"{}\" exclude each other: sides, or a canvas", canvas, side));
    }
  }
  if (has(body, "width") != has(body, "height")) {
    site.report.error(site.pointer, code::kMissingKey, "a canvas needs width and height, or aspect");
  }
  exclude(site, body, "all", {"top", "right", "bottom", "left"});
  if (given(body, {"top", "right", "bottom", "left", "all", "width", "height", "aspect"}).empty()) {
    site.report.error(site.pointer, code::kMissingKey,
                      "extend needs sides (top, right, bottom, left or all) or a canvas (width and height, or aspect)");
  }
}

void normalize(const Value& body, const Site& site) { in_order(site, body, "lower", "upper", false); }

void tone(const Value& body, const Site& site) {
  const auto kinds = given(body, {"grayscale", "sepia", "tint", "threshold"});
  if (kinds.empty()) {
    site.report.error(site.pointer, code::kMissingKey, "tone needs one of grayscale, sepia, tint and threshold");
  }
  for (std::size_t i = 1; i < kinds.size(); ++i) {
    conflict(site, kinds[i], fmt::format("\"{}\" and \"{}\" exclude each other", kinds[0], kinds[i]));
  }
}

void progressive(const Value& body, const Site& site) {
  const auto* start = body.find("start");
  const auto* stop = body.find("stop");
  const double from = start == nullptr ? 0 : *start->number();
  const double to = stop == nullptr ? 1 : *stop->number();
  if (from >= to) site.report.error(site.pointer, code::kConflict, "\"start\" must be less than \"stop\"");
}

void mark(const Value& body, const Site& site) { exclude(site, body, "dimension", {"width", "height"}); }

void distinct(const Value& list, const Site& site) {
  const auto& items = *list.array();
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (std::find(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(i), items[i]) !=
        items.begin() + static_cast<std::ptrdiff_t>(i)) {
      site.report.error(child(site.pointer, i), code::kConflict,
                        fmt::format("{} is listed more than once", items[i].canonical()));
    }
  }
}

void format_list(const Value& list, const Site& site) {
  distinct(list, site);
  const auto& items = *list.array();
  if (!is_universal(items.back())) {
    site.report.error(child(site.pointer, items.size() - 1), code::kConflict,
                      "the last format of a list must be one that every client reads: jpg, png or gif");
  }
  const auto first = std::ranges::find_if(items, is_universal);
  if (first != items.end() && first + 1 != items.end()) {
    site.report.warning(
        child(site.pointer, static_cast<std::size_t>(first - items.begin()) + 1), code::kNoEffect,
        fmt::format("every client reads {}: what is listed after it is never chosen", first->canonical()));
  }
}

void move_areas(Value& root) {
  auto& members = *root.object();
  for (const std::string_view name : {"blurAreas", "pixelateAreas"}) {
    const auto at = members.find(name);
    if (at == members.end()) continue;
    auto& list = members.try_emplace("actions", Value::Array{}).first->second;
    list.array()->push_back(Value::Object{{std::string(name), std::move(at->second)}});
    members.erase(at);
  }
  if (const auto list = members.find("actions"); list != members.end()) sort_actions(list->second);
}

void sort_actions(Value& list) {
  auto& entries = *list.array();
  std::erase_if(entries, [](const Value& entry) { return entry.object()->empty(); });
  const auto place = [](const Value& entry) { return pipeline_place(entry.object()->begin()->first); };
  std::ranges::sort(entries, {}, place);
}

void spread_sides(Value& body) {
  auto& members = *body.object();
  const auto all = members.find("all");
  if (all != members.end()) {
    const auto side = all->second;
    members.erase(all);
    for (const char* name : {"top", "right", "bottom", "left"}) members.insert_or_assign(name, side);
  }
  const auto is_nothing = [&](std::string_view name) { return !has(body, name) || *body.find(name) == Value(0); };
  if (given(body, {"width", "aspect"}).empty() && is_nothing("top") && is_nothing("right") && is_nothing("bottom") &&
      is_nothing("left")) {
    members.clear();
  }
}

void drop_zoom(Value& body) {
  const auto* zoom = body.find("zoom");
  const bool has_size = !given(body, {"width", "height", "longest", "shortest", "megapixels"}).empty();
  if (has_size && zoom != nullptr && *zoom == Value(1)) body.object()->erase("zoom");
}

void strength_to_sigma(Value& body) {
  auto& members = *body.object();
  const auto strength = members.find("strength");
  if (strength == members.end()) return;
  members.insert_or_assign("sigma", Value(*strength->second.number() * 0.5));
  members.erase("strength");
}

void cut_format_list(Value& list) {
  auto& items = *list.array();
  const auto first = std::ranges::find_if(items, is_universal);
  if (first != items.end()) items.erase(first + 1, items.end());
  if (items.size() == 1) {
    auto only = items.front();
    list = std::move(only);
  }
}

void shorten_format(Value& body) {
  const auto& members = *body.object();
  const auto* prefer = body.find("prefer");
  const auto* lossless = body.find("lossless");
  const bool is_plain = (prefer == nullptr || *prefer == Value(Value::Array{"avif", "webp"})) &&
                        (lossless == nullptr || *lossless == Value("auto")) && !members.contains("fallback");
  if (is_plain) body = Value("auto");
}

}  // namespace calotype::rules::checks
