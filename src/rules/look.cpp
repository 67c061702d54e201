#include "rules/look.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace calotype::rules {

namespace {

/// Of the top level: how large, and how it is written down.
constexpr std::array<std::string_view, 5> kOutput{"dpr", "encoder", "enlarge", "format", "quality"};
/// Of resize: what is left says which part of the picture is taken.
constexpr std::array<std::string_view, 12> kSize{"enlarge",   "height",    "kernel",   "linear",
                                                 "longest",   "maxHeight", "maxWidth", "megapixels",
                                                 "minHeight", "minWidth",  "shortest", "width"};

template <class Names>
void erase_all(Value::Object& object, const Names& names) {
  for (const auto name : names) {
    const auto found = object.find(name);
    if (found != object.end()) object.erase(found);
  }
}

void forget_size(Value& action) {
  auto* members = action.object();
  if (members == nullptr) return;
  const auto resize = members->find("resize");
  if (resize == members->end() || resize->second.object() == nullptr) return;
  erase_all(*resize->second.object(), kSize);
}

}  // namespace

Digest look_of(const Value& canonical) {
  auto look = canonical;
  auto* members = look.object();
  if (members == nullptr) return Digest::of(look.canonical());
  erase_all(*members, kOutput);
  const auto actions = members->find("actions");
  if (actions != members->end() && actions->second.array() != nullptr) {
    std::ranges::for_each(*actions->second.array(), forget_size);
  }
  return Digest::of(look.canonical());
}

}  // namespace calotype::rules
