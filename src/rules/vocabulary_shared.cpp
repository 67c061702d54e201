#include "rules/checks.h"
#include "rules/scalar.h"
#include "rules/vocabulary.h"

/// The types that several keys share.
namespace calotype::rules {
namespace {

constexpr double kMaxPx = 16384;

Value to_gravity(Value word) { return Value::Object{{"type", std::move(word)}}; }
Value to_list(Value one) { return Value::Array{std::move(one)}; }

std::vector<Choice> gravity_choices() {
  auto choices = location_choices();
  choices.push_back(
      {"focal",
       "the point given as `x` and `y`, else the one stored with the object; passed over where there is none"});
  choices.push_back({"attention", "what draws the eye"});
  choices.push_back({"entropy", "where the most detail is"});
  return choices;
}

TypePtr one_gravity() {
  const auto words = choice(gravity_choices());
  return make({.kind = Kind::object,
               .keys = {{"type", words, {.required = true}, "What is kept."},
                        {"x", unit(), {}, "`focal` only: from the left, as a part of the width."},
                        {"y", unit(), {}, "`focal` only: from the top, as a part of the height."},
                        {"zoom", number(1, 10), {.fallback = 1}, "Keeps a part this many times smaller."},
                        {"dx", offset(), {.fallback = 0}, "Moves the kept part to the right."},
                        {"dy", offset(), {.fallback = 0}, "Moves the kept part down."}},
               .forms = {{words, to_gravity}},
               .check = checks::gravity});
}

TypePtr parameter() {
  return make(
      {.kind = Kind::object,
       .name = "parameter",
       .keys = {{"type",
                 choice({{"int", "a whole number"},
                         {"num", "a number"},
                         {"bool", "`true` or `false`"},
                         {"enum", "one of `values`"},
                         {"len", "a length: `480`, `480px` or `50%`"},
                         {"colour", "a colour; `#` may be left out"},
                         {"text", "at most 500 characters"},
                         {"location", "one of the nine locations"}}),
                 {.required = true},
                 "What the value is."},
                {"default",
                 make({.kind = Kind::scalar}),
                 {},
                 "Used when the caller gives none. Either this or `required`."},
                {"required", boolean(), {.fallback = false}, "The caller must give a value."},
                {"min", make({.kind = Kind::scalar}), {}, "Least value, for `int`, `num` and `len`."},
                {"max", make({.kind = Kind::scalar}), {}, "Greatest value, for `int`, `num` and `len`."},
                {"step", number(0.000001, 1'000'000), {}, "Values are rounded to `min` plus a multiple of this."},
                {"values", array_of(make({.kind = Kind::scalar}), 1, 64), {}, "The only values there are."},
                {"snap",
                 boolean(),
                 {.fallback = true},
                 "A value out of range becomes the nearest allowed one; `false`: it is refused."},
                {"signed", boolean(), {.fallback = true}, "`false`: may be appended to a URL that is signed already."},
                {"hint",
                 choice({{"width", "`Sec-CH-Width`: of the picture as it is laid out, in device pixels"},
                         {"dpr", "`Sec-CH-DPR`: device pixels for a CSS pixel"},
                         {"viewport-width", "`Sec-CH-Viewport-Width`, in CSS pixels"}}),
                 {},
                 "The client hint that gives the value where the URL gives none, rounded to the parameter's own grid: "
                 "it needs `values`, or `min`, `max` and `step`; and `\"signed\": false`."}},
       .check = checks::parameter,
       .normalise = checks::normalise_parameter});
}

}  // namespace

TypePtr px() {
  static const TypePtr type = make({.kind = Kind::length, .name = "px", .min = 1, .max = kMaxPx});
  return type;
}
TypePtr px_from_zero() {
  static const TypePtr type = make({.kind = Kind::length, .name = "px0", .min = 0, .max = kMaxPx});
  return type;
}
TypePtr len() {
  static const TypePtr type = make({.kind = Kind::length, .name = "len", .min = 1, .max = kMaxPx, .max_percent = 100});
  return type;
}
TypePtr len_to_400() {
  static const TypePtr type =
      make({.kind = Kind::length, .name = "len400", .min = 1, .max = kMaxPx, .max_percent = 400});
  return type;
}
TypePtr offset() {
  static const TypePtr type = make(
      {.kind = Kind::length, .name = "off", .min = -kMaxPx, .max = kMaxPx, .min_percent = -100, .max_percent = 100});
  return type;
}
TypePtr offset_from_zero() {
  static const TypePtr type = make({.kind = Kind::length, .name = "off0", .min = 0, .max = kMaxPx, .max_percent = 100});
  return type;
}
TypePtr unit() {
  static const TypePtr type = make({.kind = Kind::number, .name = "unit", .min = 0, .max = 1});
  return type;
}
TypePtr colour() {
  static const TypePtr type = make({.kind = Kind::colour, .name = "colour"});
  return type;
}
TypePtr paint() {
  static const TypePtr type = make({.kind = Kind::paint, .name = "paint"});
  return type;
}
TypePtr aspect() {
  static const TypePtr type = make({.kind = Kind::aspect, .name = "aspect"});
  return type;
}

std::vector<Choice> location_choices() {
  return {{"north", "", {"n", "top", "no"}},    {"northeast", "", {"ne", "top-right", "noea"}},
          {"east", "", {"e", "right", "ea"}},   {"southeast", "", {"se", "bottom-right", "soea"}},
          {"south", "", {"s", "bottom", "so"}}, {"southwest", "", {"sw", "bottom-left", "sowe"}},
          {"west", "", {"w", "left", "we"}},    {"northwest", "", {"nw", "top-left", "nowe"}},
          {"center", "", {"centre", "c", "ce"}}};
}

TypePtr location() {
  static const TypePtr type = make({.kind = Kind::choice, .name = "location", .choices = location_choices()});
  return type;
}

TypePtr gravity() {
  static const TypePtr type = [] {
    const auto one = one_gravity();
    return make(
        {.kind = Kind::array, .name = "gravity", .min = 1, .max = 5, .element = one, .forms = {{one, to_list}}});
  }();
  return type;
}

Value default_gravity() { return Value::Array{Value::Object{{"type", "focal"}}, Value::Object{{"type", "center"}}}; }

TypePtr area() {
  static const TypePtr type = make(
      {.kind = Kind::object,
       .name = "area",
       .keys = {
           {"left", offset(), {.required = true, .original = true}, "From the left edge; negative: it begins outside."},
           {"top", offset(), {.required = true, .original = true}, "From the top edge."},
           {"width", len(), {.required = true, .original = true}, ""},
           {"height", len(), {.required = true, .original = true}, ""}}});
  return type;
}

TypePtr parameters() {
  return make({.kind = Kind::map,
               .max = 16,
               .pattern = "^[a-z][a-z0-9_]{0,15}$",
               .element = parameter(),
               .check_name = checks::parameter_name});
}

}  // namespace calotype::rules
