#include "rules/scalar.h"
#include "rules/vocabulary.h"

/// What watermarks and overlays have in common: where and how they are laid on.
namespace calotype::rules {
namespace {

Value to_both(Value one) { return Value::Object{{"x", one}, {"y", one}}; }

TypePtr margin(bool is_original) {
  return make({.kind = Kind::object,
               .keys = {{"x",
                         offset(),
                         {.fallback = 0, .diamond = true, .original = is_original},
                         "From the left or right edge; `%` of the width."},
                        {"y",
                         offset(),
                         {.fallback = 0, .diamond = true, .original = is_original},
                         "From the top or bottom edge; `%` of the height."}},
               .forms = {{offset(), to_both, true}}});
}

TypePtr place() {
  auto choices = location_choices();
  choices.push_back({"tile", "everywhere, in rows"});
  choices.push_back({"chess", "everywhere, every second row shifted by half"});
  return choice(std::move(choices));
}

TypePtr blend() {
  return choice({{"normal"},
                 {"multiply"},
                 {"screen"},
                 {"overlay"},
                 {"darken"},
                 {"lighten"},
                 {"color-dodge"},
                 {"color-burn"},
                 {"hard-light"},
                 {"soft-light"},
                 {"difference"},
                 {"exclusion"},
                 {"add"}});
}

TypePtr shadow() {
  return object_of({{"sigma", number(0.3, 50), {.fallback = 3}, "How soft."},
                    {"opacity", number(0, 100), {.fallback = 50}, "Percent."},
                    {"colour", colour(), {.fallback = "#000000"}, ""}});
}

}  // namespace

std::vector<Key> laying_keys(bool is_original) {
  return {
      {"location",
       place(),
       {.fallback = "southeast", .diamond = true, .original = is_original},
       "Where it is anchored."},
      {"margin",
       margin(is_original),
       {.fallback = Value::Object{}, .diamond = true, .original = is_original},
       "Distance from the anchored edges: one for both directions, or `{x, y}`."},
      {"opacity", number(0, 100), {.fallback = 100, .diamond = true}, "Percent."},
      {"rotate", number(-360, 360), {.fallback = 0}, "Degrees, clockwise."},
      {"blend", blend(), {.fallback = "normal"}, "How it mixes with what is under it."},
      {"spacing", offset_from_zero(), {.fallback = "10%"}, "Between tiles."},
      {"shadow", shadow(), {}, "A soft shadow under it; `{}` is one with the values below."},
      {"ifMinWidth", px_from_zero(), {.fallback = 0}, "Left out where the result is narrower."},
      {"ifMinHeight", px_from_zero(), {.fallback = 0}, "Left out where the result is lower."},
  };
}

}  // namespace calotype::rules
