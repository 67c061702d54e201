#include "rules/parameters.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "rules/checks.h"
#include "rules/scalar.h"

namespace calotype::rules {
namespace {

constexpr double kFarthest = 1e8;

bool is_plain_text(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

/// What a value of the parameter must be like, before its own min, max and values.
const Type& type_named(std::string_view name) {
  static const auto whole = integer(-kFarthest, kFarthest);
  static const auto any = number(-kFarthest, kFarthest);
  static const auto word = make({.kind = Kind::text, .min = 1, .max = 64, .matches = is_plain_text});
  static const auto text = make({.kind = Kind::text, .max = 500, .matches = is_plain_text});
  static const auto length =
      make({.kind = Kind::length, .min = -16384, .max = 16384, .min_percent = -400, .max_percent = 400});
  if (name == "int") return *whole;
  if (name == "num") return *any;
  if (name == "bool") return *boolean();
  if (name == "enum") return *word;
  if (name == "len") return *length;
  if (name == "colour") return *paint();
  if (name == "location") return *location();
  return *text;
}

std::string_view type_name(const Value& parameter) { return *parameter.find("type")->text(); }

bool is_ordered(std::string_view type) { return type == "int" || type == "num" || type == "len"; }

/// Canonical form of a scalar by the parameter's type; nullopt when it is none.
std::optional<Value> canonical_of(std::string_view type, const Value& value) {
  Report scratch;
  return Walker(scratch).walk(type_named(type), value, "");
}

/// Pixels, percents or the number itself.
double size_of(const Value& value) { return value.number() != nullptr ? *value.number() : length_of(value).value; }
bool is_percent(const Value& value) { return value.text() != nullptr; }
bool has_unit_of(const Value& a, const Value& b) {
  return size_of(a) == 0 || size_of(b) == 0 || is_percent(a) == is_percent(b);
}

Value with_size(const Value& like, double size) {
  if (!is_percent(like)) return size == 0 ? 0.0 : size;
  return canonical_length({.value = size, .unit = rule::Length::Unit::percent});
}

/// The allowed value nearest to this one; nullopt when units differ, or the value is of an unordered kind and not
/// listed.
std::optional<Value> nearest(const Value& parameter, const Value& value) {
  if (const auto* values = parameter.find("values")) {
    const auto& list = *values->array();
    if (std::ranges::find(list, value) != list.end()) return value;
    if (!is_ordered(type_name(parameter))) return std::nullopt;
    std::optional<Value> best;
    for (const auto& item : list) {
      if (!has_unit_of(item, value)) continue;
      if (!best || std::fabs(size_of(item) - size_of(value)) < std::fabs(size_of(*best) - size_of(value))) best = item;
    }
    return best;
  }
  if (!is_ordered(type_name(parameter))) return value;
  const auto* min = parameter.find("min");
  const auto* max = parameter.find("max");
  const auto* step = parameter.find("step");
  for (const auto* end : {min, max}) {
    if (end != nullptr && !has_unit_of(*end, value)) return std::nullopt;
  }
  double size = size_of(value);
  if (max != nullptr) size = std::min(size, size_of(*max));
  if (min != nullptr) size = std::max(size, size_of(*min));
  if (step != nullptr) {
    const double base = min == nullptr ? 0 : size_of(*min);
    const double width = *step->number();
    double count = std::floor((size - base) / width + 0.5);
    if (max != nullptr && base + count * width > size_of(*max) + width * 1e-9) count -= 1;
    size = std::round((base + count * width) * 1e9) / 1e9;
    if (min != nullptr) size = std::max(size, size_of(*min));
  }
  if (type_name(parameter) == "int") size = std::floor(size + 0.5);
  return with_size(value, size);
}

/// A query's text as the JSON that the parameter's type would have.
std::optional<Value> value_of(const Value& parameter, std::string_view text) {
  const auto type = type_name(parameter);
  if (type == "int" || type == "num") {
    const auto number = parse_number(text);
    if (!number || std::fabs(*number) > kFarthest) return std::nullopt;
    return Value(*number == 0 ? 0.0 : *number);
  }
  if (type == "bool") {
    if (text == "true" || text == "1") return Value(true);
    if (text == "false" || text == "0") return Value(false);
    return std::nullopt;
  }
  if (type == "len") {
    const auto number = parse_number(text);
    return canonical_of(type, number ? Value(*number) : Value(text));
  }
  if (type == "colour") {
    const auto plain = canonical_of(type, Value(text));
    return plain ? plain : canonical_of(type, Value("#" + std::string(text)));
  }
  return canonical_of(type, Value(text));
}

[[noreturn]] void refuse(std::string_view name, std::string_view why) {
  const auto message = fmt::format("parameter \"{}\" {}", name, why);
  throw Error(Fault::invalid, "bind rule: " + message, "bad-parameter",
              {{.pointer = "", .detail = message, .hint = ""}});
}

std::string allowed(const Value& parameter) {
  if (const auto* values = parameter.find("values")) return "must be one of " + values->canonical();
  std::string text = fmt::format("must be {}", describe(type_named(type_name(parameter))));
  if (const auto* min = parameter.find("min")) text += ", at least " + min->canonical();
  if (const auto* max = parameter.find("max")) text += ", at most " + max->canonical();
  if (const auto* step = parameter.find("step")) text += ", in steps of " + step->canonical();
  return text;
}

}  // namespace

std::vector<Value> samples_of(const Value& parameter) {
  std::vector<Value> samples;
  const auto type = type_name(parameter);
  if (const auto* values = parameter.find("values")) return *values->array();
  if (type == "bool") return {true, false};
  if (type == "location") {
    for (const auto& choice : location_choices()) samples.emplace_back(choice.name);
    return samples;
  }
  for (const auto key : {"default", "min", "max"}) {
    if (const auto* value = parameter.find(key)) samples.push_back(*value);
  }
  const auto* step = parameter.find("step");
  const auto* min = parameter.find("min");
  const auto* base = min == nullptr ? parameter.find("default") : min;
  if (type == "num" && base != nullptr) {
    const auto next = nearest(parameter, Value(size_of(*base) + (step == nullptr ? 0.5 : *step->number())));
    if (next) samples.push_back(*next);
  }
  if (samples.empty()) {  // required, and without bounds: one value of the kind
    if (type == "int" || type == "num" || type == "len")
      samples.emplace_back(1);
    else
      samples.emplace_back(type == "colour" ? "#000000" : "a text");
  }
  return samples;
}

std::optional<Value> canonical_value(const Value& parameter, const Value& value) {
  return canonical_of(type_name(parameter), value);
}

Value resolve(std::string_view name, const Value& parameter, std::optional<std::string_view> given) {
  const auto* fallback = parameter.find("default");
  if (!given) {
    if (fallback == nullptr) refuse(name, "is required");
    return *fallback;
  }
  const auto value = value_of(parameter, *given);
  if (!value) refuse(name, allowed(parameter));
  const auto snapped = nearest(parameter, *value);
  if (!snapped) refuse(name, allowed(parameter));
  const auto* snap = parameter.find("snap");
  const bool is_strict = snap != nullptr && !*snap->boolean();
  if (is_strict && *snapped != *value) refuse(name, allowed(parameter));
  return *snapped;
}

Bindings resolve_all(const Value& declared, const Parameters& values) {
  Bindings bindings;
  for (const auto& [name, parameter] : *declared.object()) {
    std::optional<std::string_view> given;
    for (const auto& [key, text] : values) {
      if (key != name) continue;
      if (given) refuse(name, "is given more than once");
      given = text;
    }
    bindings.emplace(name, resolve(name, parameter, given));
  }
  return bindings;
}

namespace checks {
namespace {

/// Whether every value that the declaration names is of its type; says which is not.
bool check_values(const Value& body, std::string_view type, const Site& site) {
  bool is_right = true;
  const auto look = [&](const Value& value, const std::string& pointer) {
    if (canonical_of(type, value)) return;
    site.report.error(pointer, code::kWrongType, fmt::format("must be {}", describe(type_named(type))));
    is_right = false;
  };
  for (const std::string_view key : {"default", "min", "max"}) {
    const bool belongs = key == "default" || is_ordered(type);
    if (const auto* value = body.find(key); value != nullptr && belongs) look(*value, child(site.pointer, key));
  }
  if (const auto* values = body.find("values")) {
    for (std::size_t i = 0; i < values->array()->size(); ++i) {
      look((*values->array())[i], child(child(site.pointer, "values"), i));
    }
  }
  return is_right;
}

void check_bounds(const Value& body, std::string_view type, const Site& site) {
  for (const std::string_view key : {"min", "max", "step"}) {
    const bool fits = is_ordered(type) && (key != "step" || type != "len");
    if (body.find(key) == nullptr) continue;
    if (!fits)
      site.report.error(child(site.pointer, key), code::kConflict,
                        fmt::format("a parameter of type {} has no {}", type, key));
    else if (body.find("values") != nullptr) {
      site.report.error(child(site.pointer, key), code::kConflict,
                        fmt::format("\"{}\" and \"values\" exclude each other", key));
    }
  }
  const auto* step = body.find("step");
  if (type == "int" && step != nullptr && *step->number() != std::floor(*step->number())) {
    site.report.error(child(site.pointer, "step"), code::kWrongType, "the step of an int must be a whole number");
  }
}

/// What a browser says is never refused, and makes no more renditions than the author wants.
void check_hint(const Value& body, std::string_view type, const Site& site) {
  if (body.find("hint") == nullptr) return;
  const auto at = child(site.pointer, "hint");
  const auto is_false = [&](std::string_view key) {
    const auto* value = body.find(key);
    return value != nullptr && !*value->boolean();
  };
  if (type != "int" && type != "num") {
    site.report.error(at, code::kConflict, "a hint is a number: the parameter must be of type int or num");
  }
  if (!is_false("signed")) {
    site.report.error(at, code::kConflict, "what a browser says is not signed", R"(add "signed": false)");
  }
  if (is_false("snap")) {
    site.report.error(at, code::kConflict, "what a browser says is rounded: \"snap\" cannot be false here");
  }
  const bool has_grid = body.find("values") != nullptr ||
                        (body.find("min") != nullptr && body.find("max") != nullptr && body.find("step") != nullptr);
  if (!has_grid) {
    site.report.error(at, code::kMissingKey, "a hint is rounded to a grid: give values, or min, max and step");
  }
}

}  // namespace

void parameter(const Value& body, const Site& site) {
  const auto type = type_name(body);
  const auto* required = body.find("required");
  const bool is_required = required != nullptr && *required->boolean();
  if (is_required && body.find("default") != nullptr) {
    site.report.error(child(site.pointer, "default"), code::kConflict, "a required parameter has no default");
  }
  if (!is_required && body.find("default") == nullptr) {
    site.report.error(site.pointer, code::kMissingKey, "a parameter needs a default, or \"required\": true");
  }
  if (type == "enum" && body.find("values") == nullptr) {
    site.report.error(site.pointer, code::kMissingKey, "an enum needs values");
  }
  if (type == "bool" && body.find("values") != nullptr) {
    site.report.error(child(site.pointer, "values"), code::kConflict, "a parameter of type bool has no values");
  }
  const auto errors = site.report.count();
  check_hint(body, type, site);
  check_bounds(body, type, site);
  if (!check_values(body, type, site) || site.report.count() != errors) return;

  Value canonical = body;
  normalise_parameter(canonical);
  const auto* min = canonical.find("min");
  const auto* max = canonical.find("max");
  if (min != nullptr && max != nullptr && (!has_unit_of(*min, *max) || size_of(*min) > size_of(*max))) {
    site.report.error(child(site.pointer, "min"), code::kConflict, "\"min\" must be at most \"max\", in the same unit");
    return;
  }
  const auto* fallback = canonical.find("default");
  if (fallback == nullptr) return;
  const auto snapped = nearest(canonical, *fallback);
  if (!snapped || *snapped != *fallback) {
    site.report.error(child(site.pointer, "default"), code::kConflict,
                      "the default is not a value that the parameter may take");
  }
}

void normalise_parameter(Value& body) {
  const std::string type(type_name(body));
  auto& members = *body.object();
  const auto fix = [&](Value& value) {
    if (auto canonical = canonical_of(type, value)) value = std::move(*canonical);
  };
  for (const std::string_view key : {"default", "min", "max"}) {
    if (const auto at = members.find(key); at != members.end()) fix(at->second);
  }
  if (const auto at = members.find("values"); at != members.end()) {
    for (auto& value : *at->second.array()) fix(value);
  }
}

}  // namespace checks
}  // namespace calotype::rules
