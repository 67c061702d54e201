#pragma once

#include <cstddef>

#include "ports/rendition_store.h"
#include "resilience/tiny_lfu.h"

namespace calotype {

/// The first tier: the renditions that are asked for, as many as fit in a number of bytes. Thread: any.
class MemoryRenditionStore final : public RenditionStore {
  struct FamilyOf {
    Family operator()(const RenditionKey& key) const { return family_of(key); }
  };
  using Cache = resilience::TinyLfu<RenditionKey, Rendition, FamilyOf>;

 public:
  /// What a rendition is charged with beside its body.
  static constexpr std::size_t kOverheadBytes = Cache::charge_of(0);

  /// A rendition that costs more than an eighth of the capacity is not kept: it would drive out too many others.
  explicit MemoryRenditionStore(std::size_t capacity_bytes) : kept_(capacity_bytes) {}

  Task<std::optional<Rendition>> get(Context ctx, RenditionKey key) override;
  Task<> put(Context ctx, RenditionKey key, Rendition rendition) override;
  Task<std::vector<Relative>> relatives(Context ctx, Family family, std::size_t most) override;
  Task<std::size_t> remove(Context ctx, Family family) override;

  std::size_t size_bytes() const { return kept_.used_bytes(); }
  std::size_t count() const { return kept_.count(); }

 private:
  Cache kept_;
};

}  // namespace calotype
