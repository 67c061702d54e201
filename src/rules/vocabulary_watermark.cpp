#include "rules/checks.h"
#include "rules/scalar.h"
#include "rules/vocabulary.h"

namespace calotype::rules {
namespace {

Value to_list(Value one) { return Value::Array{std::move(one)}; }
Value to_both(Value one) { return Value::Object{{"x", one}, {"y", one}}; }

TypePtr margin() {
  return make({.kind = Kind::object,
               .keys = {{"x",
                         offset(),
                         {.fallback = 0, .diamond = true, .original = true},
                         "From the left or right edge; `%` of the width."},
                        {"y",
                         offset(),
                         {.fallback = 0, .diamond = true, .original = true},
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

TypePtr build_mark() {
  const auto dimension =
      make({.kind = Kind::length, .name = "", .min = 1, .max = 16384, .min_percent = 1, .max_percent = 100});
  std::vector<Key> keys{
      {"id",
       make({.kind = Kind::mark, .name = "mark"}),
       {.original = true},
       "Which mark: its UUID or alias, also as `asset:alias`. Absent: the domain's default mark."},
      {"location", place(), {.fallback = "southeast", .diamond = true, .original = true}, "Where it is anchored."},
      {"margin",
       margin(),
       {.fallback = Value::Object{}, .diamond = true, .original = true},
       "Distance from the anchored edges: one for both directions, or `{x, y}`."},
      {"dimension",
       dimension,
       {.diamond = true, .original = true},
       "Side of the square that the mark fits into, its ratio kept. Absent: its own size."},
      {"of",
       choice({{"width"}, {"height"}, {"longer"}, {"shorter"}}),
       {.fallback = "width"},
       "Which side of the result a percentage of `dimension` means."},
      {"width", len(), {}, "Instead of `dimension`."},
      {"height", len(), {}, "Instead of `dimension`."},
      {"opacity", number(0, 100), {.fallback = 100, .diamond = true}, "Percent."},
      {"rotate", number(-360, 360), {.fallback = 0}, "Degrees, clockwise."},
      {"blend", blend(), {.fallback = "normal"}, "How it mixes with what is under it."},
      {"spacing", offset_from_zero(), {.fallback = "10%"}, "Between tiles."},
      {"shadow", shadow(), {}, "A soft shadow under it; `{}` is one with the values below."},
      {"ifMinWidth", px_from_zero(), {.fallback = 0}, "Left out where the result is narrower."},
      {"ifMinHeight", px_from_zero(), {.fallback = 0}, "Left out where the result is lower."},
      {"onMissing",
       choice({{"fail", "the request fails"}, {"skip", "the picture comes without it"}}),
       {.fallback = "fail"},
       "What happens when the mark does not exist."},
  };
  return make({.kind = Kind::object, .name = "watermark", .keys = std::move(keys), .check = checks::mark});
}

}  // namespace

TypePtr watermark() {
  const auto mark = build_mark();
  return make({.kind = Kind::array, .min = 1, .max = 8, .element = mark, .forms = {{mark, to_list}}});
}

}  // namespace calotype::rules
