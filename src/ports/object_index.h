#pragma once

#include <optional>
#include <string>

#include "core/context.h"
#include "core/task.h"
#include "model/object.h"

namespace calotype {

/// Which objects there are. Originals are immutable: a name is stored once, and again only after it was removed.
/// Thread: any.
class ObjectIndex {
 public:
  virtual ~ObjectIndex() = default;

  /// Durable when it returns. Throws: conflict when the name is taken by an object that is not deleted. A deleted one
  /// of the name is replaced.
  virtual Task<> add(Context ctx, Object object) = 0;
  /// nullopt when there is none or it is deleted.
  virtual Task<std::optional<Object>> find(Context ctx, BucketId bucket, std::string name) = 0;
  /// Marks it deleted at `when`, recoverable. False when there is none to delete.
  virtual Task<bool> mark_deleted(Context ctx, BucketId bucket, std::string name, WallTime when) = 0;
  /// Removes the row for good, deleted or not. False when there is none.
  virtual Task<bool> remove(Context ctx, BucketId bucket, std::string name) = 0;
};

}  // namespace calotype
