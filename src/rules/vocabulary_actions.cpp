#include "rules/checks.h"
#include "rules/scalar.h"
#include "rules/vocabulary.h"

/// The actions, in the order of the fixed pipeline.
namespace calotype::rules {
namespace {

Value to_areas(Value list) { return Value::Object{{"areas", std::move(list)}}; }
Value to_sigma(Value number) { return Value::Object{{"sigma", std::move(number)}}; }
Value to_type(Value word) { return Value::Object{{"type", std::move(word)}}; }
Value to_normalize(Value on) { return *on.boolean() ? Value(Value::Object{}) : Value(); }
Value to_four(Value one) { return Value::Array{one, one, one, one}; }

Value to_flip(Value word) {
  const auto& text = *word.text();
  return Value::Object{{"horizontal", text != "v"}, {"vertical", text != "h"}};
}

Value to_preset(Value word) {
  if (*word.text() == "light") return Value::Object{{"jagged", 1.5}};
  if (*word.text() == "medium") return Value::Object{{"sigma", 0.8}};
  return Value::Object{{"sigma", 1.2}, {"jagged", 5}};
}

TypePtr redact() {
  return object_of({{"areas", array_of(area(), 1, 100), {.required = true}, "What is hidden; clipped to the picture."},
                    {"mode",
                     choice({{"blur"}, {"pixelate"}, {"fill", "one colour"}}),
                     {.fallback = "pixelate"},
                     "How it is hidden."},
                    {"shape", choice({{"rect"}, {"ellipse"}}), {.fallback = "rect"}, ""},
                    {"strength", integer(1, 100), {.fallback = 60}, "Of `blur` and `pixelate`."},
                    {"colour", colour(), {.fallback = "#000000"}, "Of `fill`."},
                    {"grow", number(0, 2), {.fallback = 0.15}, "Makes each area larger by this part of its sides."}});
}

TypePtr trim() {
  const auto automatic =
      make({.kind = Kind::either, .forms = {{choice({{"auto"}}), [](Value) { return Value(); }}, {colour()}}});
  return object_of(
      {{"threshold",
        number(0, 255),
        {.fallback = 10, .diamond = true},
        "How far a pixel may be from the border's colour."},
       {"colour", automatic, {}, "The border's colour; `auto`, the default, is that of the top left pixel."},
       {"alpha", boolean(), {.fallback = true}, "Transparent borders go too."},
       {"equalX", boolean(), {.fallback = false}, "Left and right lose the same."},
       {"equalY", boolean(), {.fallback = false}, "Top and bottom lose the same."},
       {"keep", offset_from_zero(), {.fallback = 0}, "A margin that is left."},
       {"max", number(1, 100), {.fallback = 90}, "Percent of the picture; where more would go, nothing goes."}});
}

TypePtr crop() {
  return make({.kind = Kind::object,
               .keys = {{"left",
                         offset(),
                         {.diamond = true, .original = true},
                         "With `top`, `width` and `height`: this rectangle."},
                        {"top", offset(), {.diamond = true, .original = true}, ""},
                        {"width",
                         len(),
                         {.diamond = true, .original = true},
                         "With `height` alone: this size, placed by `gravity`."},
                        {"height", len(), {.diamond = true, .original = true}, ""},
                        {"aspect", aspect(), {.diamond = true}, "The largest part of this shape, placed by `gravity`."},
                        {"gravity", gravity(), {.fallback = default_gravity()}, "Which part is kept."},
                        {"zoom", number(1, 10), {.fallback = 1}, "Keeps a part this many times smaller."}},
               .check = checks::crop});
}

TypePtr rotate() {
  return object_of(
      {{"angle",
        number(-360, 360),
        {.fallback = 0, .diamond = true, .original = true},
        "Degrees, clockwise; multiples of 90 are exact."},
       {"background", paint(), {}, "What fills the corners. Absent: the rule's `background`."},
       {"type",
        choice({{"pivot", "the canvas grows"}, {"straighten", "the largest upright part without corners is kept"}}),
        {.fallback = "pivot"},
        "For angles that are not a multiple of 90."}});
}

TypePtr flip() {
  return make(
      {.kind = Kind::object,
       .keys =
           {{"horizontal", boolean(), {.fallback = false, .diamond = true, .original = true}, "Left becomes right."},
            {"vertical", boolean(), {.fallback = false, .diamond = true, .original = true}, "Top becomes bottom."}},
       .forms = {{choice({{"h"}, {"v"}, {"hv", "", {"vh"}}}), to_flip}}});
}

TypePtr fit_words() {
  return choice(
      {{"clip", "inside the box, ratio kept, nothing cut", {"fit", "inside", "fit-in", "maxSize", "limit"}},
       {"max", "as `clip`, and never larger than the original, even with `enlarge`", {"scale-down"}},
       {"crop", "exactly the box, filled; `gravity` says what stays", {"cover", "lfill"}},
       {"min", "as `crop`, and never enlarged: the box shrinks and keeps its ratio", {"fill-down"}},
       {"fill", "as `clip`, then padded with `background` to exactly the box", {"pad", "contain", "canvas", "lpad"}},
       {"fillmax", "as `fill` without enlarging the picture"},
       {"clamp", "as `clip`, then its edge pixels are drawn out to the box", {"copy"}},
       {"mirror", "as `clip`, then its edges are mirrored to the box"},
       {"blurfill", "as `clip`, over a blurred copy of itself that fills the box"},
       {"scale", "exactly the box, ratio given up", {"force", "stretch", "squeeze"}},
       {"outside", "covers the box, nothing cut", {"mfit", "full-fit-in"}},
       {"auto", "`crop` where picture and box are both upright or both wide, else `clip`"},
       {"adaptive", "as `clip`, in the box or in the box laid on its side, whichever fits better", {"adaptive-fit-in"}},
       {"smartpad",
        "`crop` where that leaves at least `keep` of what draws the eye, and needs no enlarging; else `fill`",
        {"fill_pad", "auto_pad"}}});
}

TypePtr fit() {
  const auto words = fit_words();
  return make(
      {.kind = Kind::object,
       .keys = {{"type", words, {.fallback = "clip", .original = true}, "How the picture meets the box."},
                {"gravity",
                 gravity(),
                 {.fallback = default_gravity()},
                 "`crop`, `min`, `auto`, `smartpad`: which part is kept."},
                {"background",
                 paint(),
                 {},
                 "`fill`, `fillmax`, `smartpad`: what the padding is made of. Absent: the rule's `background`."},
                {"location",
                 location(),
                 {.fallback = "center"},
                 "`fill`, `fillmax`, `clamp`, `mirror`, `blurfill`, `smartpad`: where in the box the picture is."},
                {"sigma", number(8, 100), {.fallback = 40}, "`blurfill`: how soft."},
                {"keep",
                 number(0, 1),
                 {.fallback = 0.9},
                 "`smartpad`: the share of the picture's detail that must be left when it is cut."}},
       .forms = {{words, to_type}}});
}

TypePtr resize() {
  std::vector<Key> keys{
      {"width", len_to_400(), {.diamond = true, .original = true}, "One side alone keeps the ratio."},
      {"height", len_to_400(), {.diamond = true, .original = true}, ""},
      {"longest", px(), {.diamond = true}, "The longer side, whichever it is."},
      {"shortest", px(), {.diamond = true}, "The shorter side."},
      {"megapixels", number(0.01, 100), {.diamond = true}, "About so many million pixels."},
      {"aspect", aspect(), {.diamond = true}, "Gives the side that is missing."},
      {"fit", fit(), {.fallback = Value::Object{}, .original = true}, "A word, or an object."},
      {"minWidth", px(), {.diamond = true}, "The box is at least so wide."},
      {"minHeight", px(), {.diamond = true}, ""},
      {"maxWidth", px(), {.diamond = true}, "The box is at most so wide."},
      {"maxHeight", px(), {.diamond = true}, ""},
      {"enlarge", boolean(), {.diamond = true}, "In place of the rule's `enlarge`."},
      {"kernel",
       choice({{"nearest"}, {"linear"}, {"cubic"}, {"mitchell"}, {"lanczos2"}, {"lanczos3"}}),
       {.fallback = "lanczos3"},
       "How pixels are made from pixels."},
      {"linear", boolean(), {.fallback = false}, "In linear light: slower, and truer where fine light and dark meet."},
      {"zoom", number(0.1, 10), {.diamond = true}, "Multiplies the size; alone: of the picture. Absent: 1."},
  };
  return make({.kind = Kind::object,
               .keys = std::move(keys),
               .precheck = checks::resize_given,
               .check = checks::resize,
               .normalise = checks::drop_zoom});
}

TypePtr crop_resize() {
  return object_of({{"width", len_to_400(), {.required = true, .original = true}, ""},
                    {"height", len_to_400(), {.required = true, .original = true}, ""},
                    {"gravity", gravity(), {.fallback = default_gravity()}, "Which part is kept."}});
}

TypePtr extend() {
  const auto side = [](std::string_view name) { return Key{name, offset_from_zero(), {.fallback = 0}, ""}; };
  std::vector<Key> keys{
      side("top"),
      side("right"),
      side("bottom"),
      side("left"),
      {"all", offset_from_zero(), {}, "All four sides at once."},
      {"width", len_to_400(), {}, "Or a canvas of this size."},
      {"height", len_to_400(), {}, ""},
      {"aspect", aspect(), {}, "Or the smallest canvas of this shape."},
      {"location", location(), {.fallback = "center"}, "Where on the canvas the picture is."},
      {"mode",
       choice(
           {{"background"}, {"copy", "edge pixels are drawn out"}, {"repeat"}, {"mirror"}, {"blur", "a blurred copy"}}),
       {.fallback = "background"},
       "What the new part is made of."},
      {"background", paint(), {}, "Absent: the rule's `background`."}};
  return make(
      {.kind = Kind::object, .keys = std::move(keys), .check = checks::extend, .normalise = checks::spread_sides});
}

TypePtr adjust() {
  const auto percent = number(-100, 100);
  const auto normalize =
      make({.kind = Kind::object,
            .keys = {{"lower", number(0, 50), {.fallback = 1}, "Percent of the pixels that become black."},
                     {"upper", number(50, 100), {.fallback = 99}, "Percent of the pixels below white."}},
            .forms = {{boolean(), to_normalize}},
            .check = checks::normalize});
  return object_of(
      {{"brightness", percent, {.fallback = 0, .diamond = true}, "Scales lightness (L*)."},
       {"contrast", percent, {.fallback = 0, .diamond = true}, "About middle grey; 50 doubles it."},
       {"saturation", percent, {.fallback = 0, .diamond = true}, "Scales chroma; -100 is grey."},
       {"hue", number(-180, 180), {.fallback = 0, .diamond = true}, "Degrees."},
       {"gamma", number(0.1, 10), {.fallback = 1, .diamond = true}, "More than 1 lightens the middle."},
       {"normalize", normalize, {}, "Stretches the tones to the whole range: `true`, or which pixels are cut off."},
       {"invert", boolean(), {.fallback = false, .diamond = true}, "A negative."}});
}

TypePtr tone() {
  const auto tint = object_of({{"colour", colour(), {.required = true}, ""}, {"amount", unit(), {.fallback = 1}, ""}});
  return make({.kind = Kind::object,
               .keys = {{"grayscale", only_true(), {}, ""},
                        {"sepia", number(0, 100), {}, "Percent."},
                        {"tint", tint, {}, "Toward one colour."},
                        {"threshold", number(0, 255), {}, "Black below, white from here."}},
               .is_closed = true,
               .check = checks::tone});
}

TypePtr blur() {
  const auto sigma = number(0.3, 250);
  const auto progressive =
      make({.kind = Kind::object,
            .keys = {{"angle", number(-360, 360), {.fallback = 0}, "Degrees; 0 is from left to right."},
                     {"start", unit(), {.fallback = 0}, "Sharp up to here."},
                     {"stop", unit(), {.fallback = 1}, "Wholly blurred from here."}},
            .check = checks::progressive});
  return make({.kind = Kind::object,
               .keys = {{"sigma", sigma, {.fallback = 3, .diamond = true, .original = true}, "Pixels."},
                        {"strength", integer(1, 100), {}, "Instead of `sigma`: half of it is the sigma."},
                        {"progressive", progressive, {}, "Grows across the picture."}},
               .forms = {{sigma, to_sigma, true}},
               .precheck = checks::blur_given,
               .normalise = checks::strength_to_sigma});
}

TypePtr sharpen() {
  const auto sigma = number(0.3, 10);
  return make(
      {.kind = Kind::object,
       .keys = {{"sigma", sigma, {.fallback = 0.5, .diamond = true, .original = true}, "Pixels."},
                {"flat", number(0, 100), {.fallback = 0}, "How much in flat parts."},
                {"jagged", number(0, 100), {.fallback = 3}, "How much at edges."},
                {"threshold", number(0, 100), {.fallback = 2}, "Where flat ends and edges begin."},
                {"maxBright", number(0, 100), {.fallback = 10}, "How much lighter a pixel may become."},
                {"maxDark", number(0, 100), {.fallback = 20}, "How much darker."},
                {"auto", boolean(), {.fallback = false}, "Only where the picture was made smaller than two thirds."}},
       .forms = {{sigma, to_sigma, true}, {choice({{"light"}, {"medium"}, {"strong"}}), to_preset}}});
}

TypePtr mask() {
  return object_of({{"shape", choice({{"ellipse"}, {"circle"}, {"rounded"}}), {.required = true}, "What is kept."},
                    {"background", paint(), {.fallback = "#00000000", .diamond = true}, "What is around it."},
                    {"trim", boolean(), {.fallback = false}, "Cuts the picture to the shape's box."}});
}

TypePtr round() {
  const auto radius =
      make({.kind = Kind::array,
            .min = 4,
            .max = 4,
            .has_references = true,
            .element = offset_from_zero(),
            .forms = {{choice({{"max", "half of the shorter side"}})}, {offset_from_zero(), to_four, true}}});
  return object_of({{"radius",
                     radius,
                     {.diamond = true, .required = true},
                     "One for all corners, or four: top left, top right, bottom right, bottom left."},
                    {"background", paint(), {.fallback = "#00000000"}, "What is in the corners."}});
}

TypePtr border() {
  const auto one = make({.kind = Kind::length, .min = 1, .max = 500});
  const auto each = make({.kind = Kind::length, .min = 0, .max = 500});
  const auto width = make({.kind = Kind::array,
                           .min = 4,
                           .max = 4,
                           .has_references = true,
                           .element = each,
                           .forms = {{one, to_four, true}}});
  return object_of(
      {{"width", width, {.diamond = true, .required = true}, "Pixels: one for all sides, or top, right, bottom, left."},
       {"colour", colour(), {.fallback = "#000000"}, ""},
       {"mode",
        choice({{"outside", "the picture grows"}, {"inside", "its edges are covered"}}),
        {.fallback = "outside"},
        ""}});
}

}  // namespace

TypePtr blur_areas() {
  static const TypePtr type = [] {
    const auto areas = array_of(area(), 1, 100);
    return make(
        {.kind = Kind::object,
         .name = "blurAreas",
         .keys = {{"areas", areas, {.required = true, .original = true}, "What is blurred; clipped to the picture."},
                  {"sigma",
                   number(1, 250),
                   {.fallback = 20, .diamond = true, .original = true},
                   "Pixels; raised to a sixteenth of an area's shorter side."},
                  {"feather", number(0, 100), {.fallback = 0}, "Width of the soft edge, in pixels."}},
         .forms = {{areas, to_areas}}});
  }();
  return type;
}

TypePtr pixelate_areas() {
  static const TypePtr type = [] {
    auto keys = area()->keys;
    keys.push_back({"minNrOfPixels",
                    integer(1, 64),
                    {.fallback = 8, .original = true},
                    "How many cells the shorter side has at most."});
    keys.push_back({"minPixelSize",
                    integer(1, 512),
                    {.fallback = 8, .original = true},
                    "How large a cell is at least, in pixels."});
    const auto areas = array_of(object_of(std::move(keys)), 1, 100);
    return make(
        {.kind = Kind::object,
         .name = "pixelateAreas",
         .keys = {{"areas", areas, {.required = true, .original = true}, "What is pixelated; clipped to the picture."}},
         .forms = {{areas, to_areas}}});
  }();
  return type;
}

namespace {

/// What is done to the original itself: never in a later stage, so that nothing is seen first and hidden then.
std::vector<Key> first_actions() {
  return {{"blurAreas", blur_areas(), {.original = true}, "Blurs parts of the picture so that they cannot be read."},
          {"pixelateAreas", pixelate_areas(), {.original = true}, "Turns parts of the picture into coarse cells."},
          {"redact", redact(), {}, "Hides parts of the picture."},
          {"trim", trim(), {.modern = true}, "Cuts off a border of one colour."}};
}

std::vector<Key> other_actions() {
  const Value empty = Value::Object{};
  return {
      {"crop", crop(), {.original = true}, "Cuts out a part, without resizing."},
      {"rotate", rotate(), {.fallback = empty, .original = true}, "Turns the picture."},
      {"flip",
       flip(),
       {.fallback = empty, .original = true},
       "Mirrors the picture; also as `\"h\"`, `\"v\"` or `\"hv\"`."},
      {"resize", resize(), {.original = true}, "Changes the size."},
      {"cropResize", crop_resize(), {.original = true}, "Resizes to exactly this box and cuts what sticks out."},
      {"extend", extend(), {.fallback = empty, .modern = true}, "Makes the canvas larger."},
      {"adjust", adjust(), {.fallback = empty}, "Light and colour."},
      {"tone", tone(), {}, "Exactly one of its keys."},
      {"blur", blur(), {.original = true}, "Blurs everything; a number alone is the sigma."},
      {"pixelate",
       object_of({{"size", integer(2, 512), {.fallback = 10, .diamond = true}, "Side of a cell, in pixels."}}),
       {},
       "Turns everything into cells."},
      {"median",
       object_of({{"size", choice({{"3"}, {"5"}, {"7"}}), {.fallback = 3}, "Side of the window, in pixels."}}),
       {},
       "Takes away specks."},
      {"sharpen",
       sharpen(),
       {.original = true},
       "A number alone is the sigma; `\"light\"`, `\"medium\"` and `\"strong\"` are ready-made."},
      {"mask", mask(), {}, "Keeps what is inside a shape."},
      {"round", round(), {}, "Rounds the corners."},
      {"border", border(), {}, "A frame; follows `round`."},
  };
}

TypePtr list_of_actions(std::string_view name, std::vector<Key> keys) {
  const auto entry = make({.kind = Kind::object, .name = name, .keys = std::move(keys), .is_closed = true});
  return make({.kind = Kind::array,
               .min = 0,
               .max = 32,
               .element = entry,
               .precheck = checks::actions_given,
               .normalise = checks::sort_actions});
}

}  // namespace

TypePtr actions() {
  auto keys = first_actions();
  for (auto& key : other_actions()) keys.push_back(std::move(key));
  return list_of_actions("action", std::move(keys));
}

TypePtr later_actions() { return list_of_actions("laterAction", other_actions()); }

}  // namespace calotype::rules
