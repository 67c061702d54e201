#include <algorithm>

#include "core/encoding.h"
#include "rules/checks.h"
#include "rules/vocabulary.h"

namespace calotype::rules {
namespace {

/// Characters that say where a line ends, and those that are none: U+0000 to U+001F, U+007F to U+009F, U+2028, U+2029.
bool is_drawable(std::string_view text) {
  if (!is_utf8(text) || is_reference(Value(text))) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octet = static_cast<unsigned char>(text[i]);
    if (octet < 0x20 || octet == 0x7f) return false;
    const auto rest = text.substr(i);
    if (octet == 0xc2 && static_cast<unsigned char>(rest[1]) < 0xa0) return false;
    if (rest.starts_with("\u2028") || rest.starts_with("\u2029")) return false;
  }
  return true;
}

/// The schema says less than is_drawable(): not every validator reads more of a pattern.
TypePtr text() {
  return make({.kind = Kind::text,
               .max = 500,
               .pattern = R"(^(?!\$[a-z][a-z0-9_]{0,15}$)[^\u0000-\u001f\u007f]*$)",
               .matches = is_drawable});
}

TypePtr outline() {
  return object_of({{"width", number(0.5, 50), {.fallback = 1}, "Pixels, around every letter."},
                    {"colour", colour(), {.fallback = "#000000"}, ""}});
}

std::vector<Key> panel_keys() {
  return {
      {"width",
       len(),
       {},
       "`rect`, `gradient`: absent, the result's. `text`: of its box, where it wraps; absent, as wide as the text, and "
       "at most the result without its margins. `image`: instead of `dimension`."},
      {"height", len(), {}, "`rect`, `gradient`: absent, the result's. `image`: instead of `dimension`."},
      {"colour",
       colour(),
       {.fallback = "#000000", .diamond = true},
       "`rect`, `text`: its colour. `gradient`: where it ends."},
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

std::vector<Key> text_keys() {
  return {
      {"text",
       text(),
       {.diamond = true},
       "`text`, required: what is written, as it stands; no mark-up, no line ends. `$` and a name alone is a "
       "parameter."},
      {"font",
       choice({{"sans", "DejaVu Sans"},
               {"sans bold", "", {"bold"}},
               {"serif", "DejaVu Serif"},
               {"serif bold"},
               {"mono", "DejaVu Sans Mono", {"monospace"}},
               {"mono bold", "", {"monospace bold"}}}),
       {.fallback = "sans bold"},
       "`text`: what it lacks comes from the other fonts."},
      {"size",
       make({.kind = Kind::length, .min = 6, .max = 512, .min_percent = 0.1, .max_percent = 100}),
       {.fallback = 24, .diamond = true},
       "`text`: height of a line of it, nearly; `%` of the result's width, at least 1 px and at most 512."},
      {"background", colour(), {}, "`text`: of its box. Absent: none."},
      {"padding", offset_from_zero(), {.fallback = 0}, "`text`: between it and the edge of its box; `%` of the width."},
      {"align", choice({{"left"}, {"center", "", {"centre"}}, {"right"}}), {.fallback = "left"}, "`text`: its lines."},
      {"wrap",
       choice({{"word", "between words, and within one that is longer than a line"},
               {"char", "anywhere"},
               {"none", "not at all: one line"}}),
       {.fallback = "word"},
       "`text`: where a line that is too long breaks."},
      {"lineSpacing", number(-20, 100), {.fallback = 0}, "`text`: more between lines, in percent of `size`."},
      {"outline", outline(), {}, "`text`: a line around every letter; `{}` is one with the values below."},
      {"maxLines", integer(1, 20), {.fallback = 5}, "`text`: what does not fit into so many lines is cut."},
      {"ellipsis", boolean(), {.fallback = true}, "`text`: whether a cut ends in `…`."},
      {"direction",
       choice({{"auto", "as its first letter has it"}, {"ltr", "from left to right"}, {"rtl", "from right to left"}}),
       {.fallback = "auto"},
       "`text`: in which it is read."},
  };
}

void append(std::vector<Key>& to, std::vector<Key> keys) {
  for (auto& key : keys) to.push_back(std::move(key));
}

TypePtr build_overlay() {
  std::vector<Key> keys{{"type",
                         choice({{"rect", "a box in one colour"},
                                 {"gradient", "a box in which one colour becomes another"},
                                 {"text", "words"},
                                 {"image", "a watermark of the domain"}}),
                         {.required = true},
                         "What is drawn. Which other keys it has is said with them; those without a word have all."}};
  append(keys, laying_keys(false));
  append(keys, panel_keys());
  append(keys, text_keys());
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
