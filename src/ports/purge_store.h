#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/context.h"
#include "core/task.h"
#include "model/purge.h"

namespace calotype {

/// A step of a purge: as it is after that, and what caches in front are told to drop.
struct PurgeStep {
  Purge purge;
  std::vector<std::string> keys;
};

/// What is to be dropped from caches, and the receipts of what was. An ObjectIndex adds one in the transaction of every
/// change that ends an original: removal, expiry, replacement, uncaching. Thread: any.
class PurgeStore {
 public:
  virtual ~PurgeStore() = default;

  /// Durable when it returns.
  virtual Task<> add(Context ctx, Purge purge) = 0;
  virtual Task<std::optional<Purge>> find(Context ctx, TenantId tenant, PurgeId id) = 0;
  /// The latest one of an object.
  virtual Task<std::optional<Purge>> find_latest(Context ctx, BucketId bucket, std::string name) = 0;
  /// The latest first: at most so many of those before `before`.
  virtual Task<std::vector<Purge>> list(Context ctx, TenantId tenant, std::int64_t before, std::size_t most) = 0;

  /// Those that are not done and come after `after`, the oldest first.
  virtual Task<std::vector<Purge>> open(Context ctx, std::int64_t after, std::size_t most) = 0;
  /// Notes how far each has come, and tells its tenant (purge.done), all in one transaction.
  virtual Task<> note(Context ctx, std::vector<PurgeStep> steps, WallTime when) = 0;
  /// Forgets receipts of what was done before then, at most so many; gives how many.
  virtual Task<std::size_t> forget(Context ctx, WallTime before, std::size_t most) = 0;
};

}  // namespace calotype
