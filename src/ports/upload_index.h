#pragma once

#include <optional>
#include <vector>

#include "core/context.h"
#include "core/task.h"
#include "model/upload.h"
#include "ports/object_index.h"

namespace calotype {

/// Which objects are on their way in parts. Thread: any.
class UploadIndex {
 public:
  virtual ~UploadIndex() = default;

  /// Throws: missing (the bucket), conflict with code "too-many-uploads" when the tenant has `most_open` under way.
  virtual Task<> begin(Context ctx, Upload upload, std::size_t most_open) = 0;
  /// nullopt when there is none, or it is another bucket's.
  virtual Task<std::optional<Upload>> find(Context ctx, BucketId bucket, UploadId id) = 0;
  /// Keeps a part, in place of an earlier one of its number. Throws: missing when no such upload is under way,
  /// too_large when its parts would be more than `most_bytes`.
  virtual Task<> put_part(Context ctx, UploadId id, UploadPart part, std::uint64_t most_bytes) = 0;
  /// By number.
  virtual Task<std::vector<UploadPart>> parts(Context ctx, UploadId id) = 0;
  /// Adds the object, forgets the parts and marks the upload complete, in one transaction. False when it is not under
  /// way (any more). Throws as ObjectIndex::add.
  virtual Task<bool> complete(Context ctx, UploadId id, Object object, AddTerms terms) = 0;
  /// Forgets it. False when none is under way.
  virtual Task<bool> abort(Context ctx, UploadId id) = 0;
  /// Forgets those that were begun before then, complete or not, at most so many; gives how many.
  virtual Task<std::size_t> forget(Context ctx, WallTime begun_before, std::size_t most) = 0;
};

}  // namespace calotype
