#pragma once

#include <cstddef>

#include "core/clock.h"
#include "ports/rendition_store.h"
#include "resilience/lru.h"

namespace calotype {

/// The first tier: the renditions that were used last, as many as fit in a number of bytes. Thread: any.
class MemoryRenditionStore final : public RenditionStore {
 public:
  /// What a rendition is charged with beside its body.
  static constexpr std::size_t kOverheadBytes = resilience::Lru<RenditionKey, Rendition>::charge_of(0);

  /// A rendition that costs more than an eighth of the capacity is not kept: it would drive out too many others.
  explicit MemoryRenditionStore(std::size_t capacity_bytes) : kept_(capacity_bytes, clock_) {}

  Task<std::optional<Rendition>> get(Context ctx, RenditionKey key) override;
  Task<> put(Context ctx, RenditionKey key, Rendition rendition) override;

  std::size_t size_bytes() const { return kept_.used_bytes(); }
  std::size_t count() const { return kept_.count(); }

 private:
  SystemClock clock_;  // asked by kept_, though nothing here grows old
  resilience::Lru<RenditionKey, Rendition> kept_;
};

}  // namespace calotype
