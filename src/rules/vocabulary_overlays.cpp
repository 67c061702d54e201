#include "rules/checks.h"
#include "rules/vocabulary.h"

namespace calotype::rules {
namespace {

std::vector<Key> panel_keys() {
  return {
      {"width", len(), {}, "`rect`, `gradient`: absent, the result's. `image`: instead of `dimension`."},
      {"height", len(), {}, "`rect`, `gradient`: absent, the result's. `image`: instead of `dimension`."},
      {"colour", colour(), {.fallback = "#000000", .diamond = true}, "`rect`: its colour. `gradient`: where it ends."},
      {"radius", offset_from_zero(), {.fallback = 0}, "`rect`: of its corners; `%` of its shorter side."},
      {"from", colour(), {.fallback = "#00000000"}, "`gradient`: the colour in which it begins."},
      {"angle", number(-360, 360), {.fallback = 0}, "`gradient`: degrees; 0 is from left to right, 90 downwards."},
      {"start", unit(), {.fallback = 0}, "`gradient`: all `from` up to here."},
      {"stop", unit(), {.fallback = 1}, "`gradient`: all `colour` from here."},
  };
}

std::vector<Key> image_keys() {
  return {
      {"image",
       make({.kind = Kind::mark, .name = "mark"}),
       {},
       "`image`, required: a watermark of the domain, by its UUID or alias, also as `asset:alias`."},
      {"dimension",
       make({.kind = Kind::length, .name = "", .min = 1, .max = 16384, .min_percent = 1, .max_percent = 100}),
       {.diamond = true},
       "`image`: side of the square that it fits into, its ratio kept. Absent: its own size."},
      {"of",
       choice({{"width"}, {"height"}, {"longer"}, {"shorter"}}),
       {.fallback = "width"},
       "`image`: which side of the result a percentage of `dimension` means."},
      {"onMissing",
       choice({{"fail", "the request fails"}, {"skip", "the picture comes without it"}}),
       {.fallback = "fail"},
       "`image`: what happens when it does not exist."},
  };
}

void append(std::vector<Key>& to, std::vector<Key> keys) {
  for (auto& key : keys) to.push_back(std::move(key));
}

TypePtr build_overlay() {
  std::vector<Key> keys{{"type",
                         choice({{"rect", "a box in one colour"},
                                 {"gradient", "a box in which one colour becomes another"},
                                 {"image", "a watermark of the domain"}}),
                         {.required = true},
                         "What is drawn. Which other keys it has is said with them; those without a word have all."}};
  append(keys, laying_keys(false));
  append(keys, panel_keys());
  append(keys, image_keys());
  return make({.kind = Kind::object,
               .name = "overlay",
               .keys = std::move(keys),
               .check = checks::overlay,
               .normalise = checks::drop_whole_sides});
}

}  // namespace

TypePtr overlays() {
  static const TypePtr type = array_of(build_overlay(), 0, 16);
  return type;
}

}  // namespace calotype::rules
