#include "rules/checks.h"
#include "rules/scalar.h"
#include "rules/vocabulary.h"

/// Which part of the original is read, and what is written.
namespace calotype::rules {
namespace {

Value to_default_quality(Value number) { return Value::Object{{"default", std::move(number)}}; }
Value colours_of(Value all) { return *all.boolean() ? Value(256) : Value(); }
Value nothing(Value) { return {}; }

bool is_printable(std::string_view text) {
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet == 0x7f) return false;
  }
  return true;
}

std::vector<Choice> written_formats() { return {{"jpg", "", {"jpeg"}}, {"png"}, {"webp"}, {"avif"}, {"gif"}}; }

}  // namespace

TypePtr source() {
  return make({.kind = Kind::object,
               .keys = {{"page",
                         integer(1, 10000),
                         {.fallback = 1, .diamond = true},
                         "Page of a document or of a TIFF; 1 is the first."},
                        {"density",
                         integer(18, 600),
                         {.fallback = 72, .diamond = true},
                         "Pixels an inch that a document is drawn with, before anything else."},
                        {"frame",
                         make({.kind = Kind::either,
                               .forms = {{integer(1, 10000)},
                                         {choice({{"best", "the one with the most detail"},
                                                  {"middle", "the one in the middle"}})}}}),
                         {.diamond = true},
                         "One frame of an animation, and the result stands still; 1 is the first."},
                        {"failOn",
                         choice({{"none", "whatever can be decoded is used"},
                                 {"truncated", "a file that ends early"},
                                 {"error", "and what is broken"},
                                 {"warning", "and whatever a decoder warns about"}}),
                         {.fallback = "truncated"},
                         "Which faults of the original make the request fail."}}});
}

TypePtr format() {
  auto words = written_formats();
  words.push_back({"tiff", "", {"tif"}});
  words.push_back({"json", "what there is to say about the result, as JSON, instead of it"});
  words.push_back({"blurhash", "its BlurHash, as text"});
  words.push_back({"palette", "its colours, as JSON"});
  words.push_back({"origin", "the original's type"});
  words.push_back({"auto", "the best that the client accepts: alpha and animation are kept"});
  const auto listed = choice(written_formats());
  auto preferred = make({.kind = Kind::array, .min = 1, .max = 5, .element = listed, .check = checks::distinct});
  auto list = make({.kind = Kind::array,
                    .min = 1,
                    .max = 6,
                    .element = listed,
                    .check = checks::format_list,
                    .normalise = checks::cut_format_list});
  auto detailed =
      make({.kind = Kind::object,
            .name = "formatObject",
            .keys = {{"type", choice({{"auto"}}), {.required = true}, ""},
                     {"prefer",
                      preferred,
                      {.fallback = Value::Array{"avif", "webp"}},
                      "Formats in the order in which they are tried."},
                     {"lossless",
                      choice({{"auto", "where the original is lossless"}, {"never"}, {"always"}}),
                      {.fallback = "auto"},
                      "Whether a format that can do both keeps every pixel."},
                     {"fallback",
                      choice({{"jpg", "", {"jpeg"}}, {"png"}}),
                      {},
                      "For a client that accepts none of them. Absent: png where there is alpha, else jpg."}},
            .normalise = checks::shorten_format});
  return make({.kind = Kind::either, .forms = {{choice(std::move(words))}, {std::move(list)}, {std::move(detailed)}}});
}

TypePtr quality() {
  const auto percent = integer(1, 100);
  const auto measured = choice({{"auto", "the least that keeps the picture as it is to the eye; short for `auto:good`"},
                                {"auto:best", "a target of 0.985"},
                                {"auto:good", "0.97"},
                                {"auto:eco", "0.95"},
                                {"auto:low", "0.92"}});
  const auto by_default = make({.kind = Kind::either, .forms = {{percent}, {measured}}});
  return make({.kind = Kind::object,
               .keys = {{"default",
                         by_default,
                         {.fallback = 80, .diamond = true},
                         "For every format that is not named. Measured: for jpg, webp and avif; tiff gets 80."},
                        {"jpg", percent, {.diamond = true}, "Absent: the default."},
                        {"webp", percent, {.diamond = true}, "Absent: the default less 1."},
                        {"avif",
                         percent,
                         {.diamond = true},
                         "Absent: the default less 17, but not less than 20 where the default is more."},
                        {"tiff", percent, {.diamond = true}, "Absent: the default."},
                        {"target",
                         number(0.5, 0.999),
                         {},
                         "With `auto`: how like the original the result is, as SSIM of the luma; 1 is the same."},
                        {"min", percent, {}, "With `auto`: the least it may choose. Absent: 40."},
                        {"max", percent, {}, "With `auto`: the most. Absent: 90."}},
               .forms = {{by_default, to_default_quality, true}},
               .check = checks::quality,
               .normalise = checks::spread_quality});
}

TypePtr encoder() {
  const auto palette = make({.kind = Kind::either, .forms = {{integer(2, 256)}, {boolean(), colours_of}}});
  auto type = *object_of(
      {{"progressive", boolean(), {.fallback = false}, "jpg: comes in scans, first coarse, then fine."},
       {"effort", integer(1, 9), {.fallback = 4}, "webp, avif, png, gif: more is slower and smaller."},
       {"lossless", boolean(), {.fallback = false}, "webp, avif: every pixel is kept."},
       {"nearLossless", integer(0, 100), {}, "webp: lossless after smoothing; 100 smooths nothing."},
       {"chroma",
        choice({{"auto", "by quality"}, {"420"}, {"422"}, {"444"}}),
        {.fallback = "auto"},
        "How finely jpg and avif keep colour."},
       {"interlace", boolean(), {.fallback = false}, "png, gif: comes in passes."},
       {"compression", integer(0, 9), {.fallback = 3}, "png: zlib's level."},
       {"palette", palette, {}, "png, gif: at most this many colours; `true` is 256."},
       {"dither", unit(), {.fallback = 1}, "How much a palette is dithered."},
       {"bitdepth", choice({{"auto"}, {"8"}, {"10"}, {"12"}}), {.fallback = "auto"}, "avif: bits of a channel."},
       {"dpi", number(1, 2400), {}, "The resolution that the file states."},
       {"maxBytes",
        integer(1024, 50'000'000),
        {.diamond = true},
        "jpg, webp, avif: the file has no more, by a lower quality; the request fails where 10 is still too much."},
       {"shrink",
        boolean(),
        {.fallback = false},
        "With `maxBytes`: the quality goes down to 40 and no further, and then the size of the picture does."}});
  type.check = checks::encoder;
  return make(std::move(type));
}

TypePtr animation() {
  const auto loop = make({.kind = Kind::either, .forms = {{integer(0, 1000)}, {choice({{"origin"}}), nothing}}});
  return object_of(
      {{"keep",
        choice({{"auto", "moves where the format can"},
                {"always", "and a format that cannot is refused"},
                {"never", "stands still"}}),
        {.fallback = "auto"},
        "Whether the result moves."},
       {"maxFrames", integer(1, 1000), {.fallback = 300, .diamond = true}, "How many frames the result has at most."},
       {"every", integer(1, 50), {.fallback = 1}, "Keeps each n-th frame."},
       {"speed", number(0.1, 10), {.fallback = 1}, "2 is twice as fast."},
       {"loop", loop, {}, "How often it plays; 0 is for ever; `origin`, the default, is as the original."},
       {"reverse", boolean(), {.fallback = false}, "Plays backwards."},
       {"still",
        choice({{"first"}, {"best", "the one with the most detail"}, {"middle"}}),
        {.fallback = "first"},
        "Which frame is taken where one is needed."},
       {"over",
        choice({{"reject", "the request fails"}, {"truncate", "the rest is cut off"}, {"still", "one frame is shown"}}),
        {.fallback = "still"},
        "What happens with more frames than allowed. In a rule of 2016 or 2017 the default is `truncate`."}});
}

TypePtr metadata() {
  const auto kept =
      choice({{"copyright"}, {"credit"}, {"date"}, {"camera"}, {"gps"}, {"iptc"}, {"xmp"}, {"orientation"}});
  const auto keep = make({.kind = Kind::array, .min = 0, .max = 8, .has_unique = true, .element = kept});
  const auto line =
      make({.kind = Kind::text, .max = 250, .pattern = "^[^\\u0000-\\u001f\\u007f]*$", .matches = is_printable});
  const auto set = object_of({{"copyright", line, {.fallback = ""}, ""},
                              {"credit", line, {.fallback = ""}, ""},
                              {"source", line, {.fallback = ""}, ""}});
  return object_of({{"strip", boolean(), {.fallback = true}, "Removes all but what `keep` names."},
                    {"keep",
                     keep,
                     {.fallback = Value::Array{"copyright"}},
                     "What stays when the rest is stripped. In a rule of 2016 or 2017 the default is nothing."},
                    {"set", set, {.fallback = Value::Object{}}, "Texts that are written into the result."},
                    {"profile",
                     choice({{"srgb"}, {"p3", "Display P3"}, {"keep", "the original's"}}),
                     {.fallback = "srgb"},
                     "The colour space of the result."},
                    {"embedProfile",
                     choice({{"auto", "where it is not sRGB"}, {"always"}, {"never"}}),
                     {.fallback = "auto"},
                     "Whether the colour profile goes into the file."}});
}

}  // namespace calotype::rules
