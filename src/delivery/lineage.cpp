#include "delivery/lineage.h"

#include <algorithm>

#include <fmt/format.h>

namespace calotype::delivery {

namespace {

/// What must be the same in any case. The content and the tenant are: they make the family.
std::string common(const KeyParts& parts) {
  auto text = fmt::format("generations {} {} {}\n", parts.generation, parts.rule_generation, parts.bucket_generation);
  if (parts.focal) text += fmt::format("focal {} {}\n", parts.focal->x, parts.focal->y);
  if (parts.page) text += fmt::format("page {}\n", *parts.page);
  return text;
}

Digest slot_of(const KeyParts& parts, const Asked& asked, const rules::Bound& rule) {
  if (!asked.rule || asked.is_fixed) return {};
  auto text = fmt::format("slot of {}\n{}format {}\n", asked.rule->text(), common(parts), name_of(parts.format));
  auto values = asked.parameters;
  std::ranges::sort(values);
  for (const auto& [name, value] : values) {
    const bool counts = std::ranges::find(rule.parameters, name) != rule.parameters.end();
    if (counts) text += fmt::format("{} {}={}\n", value.size(), name, value);
  }
  text += asked.told;
  return Digest::of(text);
}

/// Of one rule alone: who may have what one makes may not have what another does, though it shows the same.
Digest look_of(const KeyParts& parts, const Asked& asked, const Digest& look) {
  if (!asked.rule) return {};
  auto text = fmt::format("look {} of {}\n{}", look.hex(), asked.rule->text(), common(parts));
  for (const auto& mark : parts.marks) text += fmt::format("mark {}\n", mark ? mark->hex() : "none");
  return Digest::of(text);
}

}  // namespace

Lineage lineage_of(const KeyParts& parts, const Asked& asked, const rules::Bound& rule) {
  return {.slot = slot_of(parts, asked, rule), .look = look_of(parts, asked, rule.look)};
}

}  // namespace calotype::delivery
