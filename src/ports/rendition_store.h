#pragma once

#include <optional>

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
};

}  // namespace calotype
