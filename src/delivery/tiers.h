#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "delivery/delivery.h"

namespace calotype::delivery {

/// Where finished renditions are kept: memory in front of the disk. Neither is ever needed: what fails here is a miss.
/// Thread: any.
class Tiers {
 public:
  Tiers(RenditionStore& memory, RenditionStore& disk, const Clock& clock, telemetry::Metrics& metrics,
        const Options& options);

  struct Hit {
    Rendition rendition;
    Origin origin = Origin::memory;
  };
  /// What the disk has is in memory from then on.
  Task<std::optional<Hit>> find(Context ctx, RenditionKey key);
  Task<std::optional<Rendition>> find_in_memory(Context ctx, RenditionKey key);

  /// In memory when it returns, and on the disk soon after: the answer does not wait for that. When too many are on
  /// their way, this one is not written, and counted.
  Task<> keep(Context ctx, RenditionKey key, Rendition rendition);

  /// Blocks until nothing is on its way; false when that takes longer than `limit`.
  bool settle(Milliseconds limit);

 private:
  /// Outlives a Tiers that ends before its executor does.
  struct Pending {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t count = 0;
    std::int64_t bytes = 0;
  };

  Task<std::optional<Rendition>> find_on_disk(Context ctx, RenditionKey key);
  static Task<> write(RenditionStore& disk, Context ctx, RenditionKey key, Rendition rendition);

  RenditionStore& memory_;
  RenditionStore& disk_;
  const Clock& clock_;
  const std::size_t most_;
  const std::int64_t most_bytes_;
  telemetry::Counter memory_hits_;
  telemetry::Counter disk_hits_;
  telemetry::Counter misses_;
  telemetry::Counter written_;
  telemetry::Counter dropped_;
  telemetry::Counter failed_;
  telemetry::Gauge waiting_;
  std::shared_ptr<Pending> pending_ = std::make_shared<Pending>();
};

}  // namespace calotype::delivery
