#include "rules/version.h"

#include <algorithm>

#include "rules/vocabulary.h"

namespace calotype::rules {
namespace {

bool uses_old_keys_only(const Type& type, const Value& value) {
  const auto spelling = spelling_of(type, value);
  if (!spelling.is_main) return spelling.form == nullptr || uses_old_keys_only(*spelling.form->type, value);
  if (const auto* items = value.array()) {
    return type.element == nullptr ||
           std::ranges::all_of(*items, [&](const Value& item) { return uses_old_keys_only(*type.element, item); });
  }
  if (type.kind != Kind::object) return true;
  return std::ranges::all_of(*value.object(), [&](const auto& member) {
    const auto* key = find_key(type, member.first);
    if (key == nullptr) return true;        // x-..., or an error that is reported elsewhere
    if (key->traits.unhashed) return true;  // it says nothing of the picture, and must not change it
    return key->traits.original && uses_old_keys_only(*key->type, member.second);
  });
}

/// Gives an object that may be absent a member that may be absent.
void add_default(Value& root, const char* object, const char* key, Value value) {
  auto& member = root.object()->try_emplace(object, Value::Object{}).first->second;
  if (auto* members = member.object()) members->try_emplace(key, std::move(value));
}

}  // namespace

bool says_old(const Value& root) {
  const auto* version = root.find("version");
  return version != nullptr && (*version == Value("2016-10") || *version == Value("2017-06"));
}

bool is_old(const Value& root) {
  if (root.find("version") != nullptr) return says_old(root);
  return uses_old_keys_only(rule_type(), root);
}

void make_modern(Value& root) {
  add_default(root, "metadata", "keep", Value::Array{});
  add_default(root, "animation", "over", "truncate");
}

}  // namespace calotype::rules
