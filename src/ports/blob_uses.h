#pragma once

#include <vector>

#include "core/context.h"
#include "core/digest.h"
#include "core/task.h"

namespace calotype {

/// Knows every row that refers to a blob: objects, recoverable ones too, parts of uploads, watermarks. Thread: any.
class BlobUses {
 public:
  virtual ~BlobUses() = default;
  /// Those of the hashes that no row refers to.
  virtual Task<std::vector<ContentHash>> unused(Context ctx, std::vector<ContentHash> hashes) = 0;
};

}  // namespace calotype
