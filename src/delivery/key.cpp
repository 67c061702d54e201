#include "delivery/key.h"

#include <algorithm>

#include <fmt/format.h>

namespace calotype::delivery {

RenditionKey key_of(const KeyParts& parts) {
  auto text = fmt::format("epoch {}\ntenant {}\ncontent {}\nrule {}\nformat {}\n", kEngineEpoch, parts.tenant.text(),
                          parts.content.hex(), parts.rule.hex(), name_of(parts.format));
  for (const auto& mark : parts.marks) text += fmt::format("mark {}\n", mark ? mark->hex() : "none");
  if (parts.focal) text += fmt::format("focal {} {}\n", parts.focal->x, parts.focal->y);
  if (parts.generation != 0) text += fmt::format("generation {}\n", parts.generation);
  if (parts.rule_generation != 0) text += fmt::format("rule generation {}\n", parts.rule_generation);
  if (parts.bucket_generation != 0) text += fmt::format("bucket generation {}\n", parts.bucket_generation);
  if (parts.page) text += fmt::format("page {}\n", *parts.page);
  text +=
      fmt::format("limits {} {} {}\n", parts.limits.frames, parts.limits.animation_pixels, parts.limits.source_pixels);
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
