#include "adapters/memory/memory_rendition_store.h"

#include <utility>

namespace calotype {

Task<std::optional<Rendition>> MemoryRenditionStore::get(Context, RenditionKey key) { co_return kept_.get(key); }

Task<> MemoryRenditionStore::put(Context, RenditionKey key, Rendition rendition) {
  const auto bytes = rendition.body.size();
  if (bytes + kOverheadBytes > kept_.capacity_bytes() / 8) co_return;
  kept_.put(key, std::move(rendition), bytes);
}

}  // namespace calotype
