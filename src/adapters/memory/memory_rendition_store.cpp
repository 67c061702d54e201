#include "adapters/memory/memory_rendition_store.h"

#include <algorithm>
#include <utility>

namespace calotype {

Task<std::optional<Rendition>> MemoryRenditionStore::get(Context, RenditionKey key) { co_return kept_.get(key); }

Task<> MemoryRenditionStore::put(Context, RenditionKey key, Rendition rendition) {
  const auto bytes = rendition.body.size();
  if (bytes + kOverheadBytes > kept_.capacity_bytes() / 8) co_return;
  kept_.put(key, std::move(rendition), bytes);
}

Task<std::vector<Relative>> MemoryRenditionStore::relatives(Context, Family family, std::size_t most) {
  std::vector<Relative> found;
  found.reserve(std::min<std::size_t>(most, 64));
  kept_.visit_group(family, most, [&](const RenditionKey& key, const Rendition& rendition) {
    found.push_back({.key = key, .traits = traits_of(rendition)});
  });
  co_return found;
}

Task<std::size_t> MemoryRenditionStore::remove(Context, Family family) { co_return kept_.erase_group(family); }

}  // namespace calotype
