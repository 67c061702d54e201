#include "rules/checks.h"
#include "rules/vocabulary.h"

namespace calotype::rules {
namespace {

Value to_list(Value one) { return Value::Array{std::move(one)}; }

TypePtr build_mark() {
  std::vector<Key> keys{
      {"id",
       make({.kind = Kind::mark, .name = "mark"}),
       {.original = true},
       "Which mark: its UUID or alias, also as `asset:alias`. Absent: the domain's default mark."},
      {"dimension",
       make({.kind = Kind::length, .name = "", .min = 1, .max = 16384, .min_percent = 1, .max_percent = 100}),
       {.diamond = true, .original = true},
       "Side of the square that the mark fits into, its ratio kept. Absent: its own size."},
      {"of",
       choice({{"width"}, {"height"}, {"longer"}, {"shorter"}}),
       {.fallback = "width"},
       "Which side of the result a percentage of `dimension` means."},
      {"width", len(), {}, "Instead of `dimension`."},
      {"height", len(), {}, "Instead of `dimension`."},
  };
  for (auto& key : laying_keys(true)) keys.push_back(std::move(key));
  keys.push_back({"onMissing",
                  choice({{"fail", "the request fails"}, {"skip", "the picture comes without it"}}),
                  {.fallback = "fail"},
                  "What happens when the mark does not exist."});
  return make({.kind = Kind::object, .name = "watermark", .keys = std::move(keys), .check = checks::mark});
}

}  // namespace

TypePtr watermark() {
  const auto mark = build_mark();
  return make({.kind = Kind::array, .min = 1, .max = 8, .element = mark, .forms = {{mark, to_list}}});
}

}  // namespace calotype::rules
