#include "rules/merge.h"

namespace calotype::rules {

Value merged(Value base, const Value& patch) {
  const auto* members = patch.object();
  if (members == nullptr) return patch;
  if (base.object() == nullptr) base = Value::Object{};
  auto& into = *base.object();
  for (const auto& [name, value] : *members) {
    if (value.is_null()) {
      into.erase(name);
      continue;
    }
    const auto at = into.find(name);
    into.insert_or_assign(name, merged(at == into.end() ? Value() : at->second, value));
  }
  return base;
}

}  // namespace calotype::rules
