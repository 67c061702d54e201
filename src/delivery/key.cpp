#include "delivery/key.h"

#include <algorithm>

#include <fmt/format.h>

namespace calotype::delivery {

RenditionKey key_of(const KeyParts& parts) {
  // Every request comes through here: what all keys have is written without a format string.
  std::string text;
  text.reserve(360);
  text += "epoch ";
  text += fmt::format_int(kEngineEpoch).str();
  text += "\ntenant ";
  text += parts.tenant.text();
  text += "\ncontent ";
  text += parts.content.hex();
  text += "\nrule ";
  text += parts.rule.hex();
  text += "\nformat ";
  text += name_of(parts.format);
  text += '\n';
  for (const auto& mark : parts.marks) text += fmt::format("mark {}\n", mark ? mark->hex() : "none");
  if (parts.focal) text += fmt::format("focal {} {}\n", parts.focal->x, parts.focal->y);
  if (parts.generation != 0) text += fmt::format("generation {}\n", parts.generation);
  if (parts.rule_generation != 0) text += fmt::format("rule generation {}\n", parts.rule_generation);
  if (parts.purged_rule) text += fmt::format("rule id {}\n", parts.purged_rule->text());
  if (parts.bucket_generation != 0) text += fmt::format("bucket generation {}\n", parts.bucket_generation);
  if (parts.page) text += fmt::format("page {}\n", *parts.page);
  if (parts.fonts) text += fmt::format("fonts {}\n", parts.fonts->hex());
  text += "limits ";
  text += fmt::format_int(parts.limits.frames).str();
  text += ' ';
  text += fmt::format_int(parts.limits.animation_pixels).str();
  text += ' ';
  text += fmt::format_int(parts.limits.source_pixels).str();
  text += '\n';
  auto key = Digest::of(text);
  const auto first = first_key_of(family_of(parts.tenant, parts.content));
  std::copy_n(first.octets.begin(), sizeof(Family), key.octets.begin());
  return key;
}

Family family_of(TenantId tenant, const ContentHash& content) {
  const auto whole = Digest::of(fmt::format("family of {} {}", tenant.text(), content.hex()));
  return calotype::family_of(whole);
}

}  // namespace calotype::delivery
