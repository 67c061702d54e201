#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <unordered_map>

#include "ports/rendition_store.h"

namespace calotype {

/// The first tier: the renditions that were used last, as many as fit in a number of bytes. Thread: any.
class MemoryRenditionStore final : public RenditionStore {
 public:
  /// What an entry costs beside its body: nodes, keys and bookkeeping.
  static constexpr std::size_t kOverheadBytes = 256;

  /// A rendition that costs more than an eighth of the capacity is not kept: it would drive out too many others.
  explicit MemoryRenditionStore(std::size_t capacity_bytes) : capacity_bytes_(capacity_bytes) {}

  Task<std::optional<Rendition>> get(Context ctx, RenditionKey key) override;
  Task<> put(Context ctx, RenditionKey key, Rendition rendition) override;

  std::size_t size_bytes() const;
  std::size_t count() const;

 private:
  struct Entry {
    RenditionKey key;
    Rendition rendition;
  };
  static std::size_t cost_of(const Rendition& rendition) { return rendition.body.size() + kOverheadBytes; }

  const std::size_t capacity_bytes_;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::list<Entry> by_use_;  // used last in front
  std::unordered_map<RenditionKey, std::list<Entry>::iterator> entries_;
  std::size_t size_bytes_ = 0;
};

}  // namespace calotype
