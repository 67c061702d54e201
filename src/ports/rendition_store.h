#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/context.h"
#include "core/task.h"
#include "model/rendition.h"

namespace calotype {

/// A tier of finished pictures: it may forget any of them at any time, and never gives a damaged one.
/// Thread: any.
class RenditionStore {
 public:
  virtual ~RenditionStore() = default;

  virtual Task<std::optional<Rendition>> get(Context ctx, RenditionKey key) = 0;
  /// Never throws for lack of space: then it does not keep it.
  virtual Task<> put(Context ctx, RenditionKey key, Rendition rendition) = 0;

  /// Some of a family, at most so many; where it has more, rather those that came in or were used last.
  virtual Task<std::vector<Relative>> relatives(Context ctx, Family family, std::size_t most) = 0;
  /// Forgets a whole family; gives how many that were. What is put meanwhile may stay. Throws unavailable, where it
  /// cannot tell that they are gone.
  virtual Task<std::size_t> remove(Context ctx, Family family) = 0;
};

}  // namespace calotype
