#pragma once

#include <functional>

#include "lifecycle/runner.h"
#include "ports/object_index.h"
#include "ports/purge_store.h"

namespace calotype::lifecycle {

/// What a house has to drop renditions with.
struct PurgeHands {
  PurgeStore& purges;
  ObjectIndex& objects;
  const Clock& clock;
  telemetry::Metrics& metrics;
  /// Removes all renditions of a content from every tier, and gives how many there were. Throws where they may not all
  /// be gone: the purge stays open.
  std::function<Task<std::size_t>(Context, TenantId, ContentHash)> drop;
  /// Told of each object that has other renditions now.
  std::function<void(BucketId, const std::string&)> forget;
  std::size_t most = 200;  ///< purges, or objects of a prefix, of one step
};

/// Carries out what the purge store has open: drops renditions, notes it on the receipts, and so tells the tenants,
/// whose caches in front can drop theirs now.
Chore purging(PurgeHands hands);

}  // namespace calotype::lifecycle
