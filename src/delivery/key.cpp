#include "delivery/key.h"

#include <fmt/format.h>

namespace calotype::delivery {

RenditionKey key_of(const KeyParts& parts) {
  auto text = fmt::format("epoch {}\ntenant {}\ncontent {}\nrule {}\nformat {}\n", kEngineEpoch, parts.tenant.text(),
                          parts.content.hex(), parts.rule.hex(), name_of(parts.format));
  for (const auto& mark : parts.marks) text += fmt::format("mark {}\n", mark ? mark->hex() : "none");
  if (parts.focal) text += fmt::format("focal {} {}\n", parts.focal->x, parts.focal->y);
  if (parts.generation != 0) text += fmt::format("generation {}\n", parts.generation);
  if (parts.page) text += fmt::format("page {}\n", *parts.page);
  text +=
      fmt::format("limits {} {} {}\n", parts.limits.frames, parts.limits.animation_pixels, parts.limits.source_pixels);
  return Digest::of(text);
}

}  // namespace calotype::delivery
