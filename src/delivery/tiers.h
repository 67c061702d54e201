#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "delivery/delivery.h"
#include "delivery/drop_log.h"

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
  /// Near: in memory. Far: on the disk; what is there is in memory from then on.
  Task<std::optional<Hit>> find(Context ctx, RenditionKey key);
  Task<std::optional<Hit>> find_near(Context ctx, RenditionKey key);
  Task<std::optional<Hit>> find_far(Context ctx, RenditionKey key);
  /// Counted as no request.
  Task<std::optional<Rendition>> find_in_memory(Context ctx, RenditionKey key);

  /// In memory when it returns, and on the disk soon after: the answer does not wait for that. When too many are on
  /// their way, this one is not written, and counted.
  /// Neither, where its family was dropped since `begun`.
  Task<> keep(Context ctx, RenditionKey key, Rendition rendition, SteadyTime begun);

  /// The same, but it is on the disk as well when it returns, unless that fails.
  Task<> keep_written(Context ctx, RenditionKey key, Rendition rendition, SteadyTime begun);
  /// Whether a tier has it. Counted as no request.
  Task<bool> has(Context ctx, RenditionKey key);

  /// Those of a family that are in any tier, at most so many in each; what is in both may be there twice. The disk is
  /// asked where memory has fewer.
  Task<std::vector<Relative>> relatives(Context ctx, Family family, std::size_t most);
  /// Removes a family from all tiers: also what is on its way there. Gives how many renditions that were. Throws
  /// unavailable, timed_out: they may not all be gone.
  Task<std::size_t> drop(Context ctx, Family family);

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
  Task<> keep_in_memory(Context ctx, RenditionKey key, Rendition rendition, SteadyTime begun);
  static Task<> write(RenditionStore& disk, std::shared_ptr<DropLog> drops, Context ctx, RenditionKey key,
                      Rendition rendition, SteadyTime begun);

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
  std::shared_ptr<DropLog> drops_ = std::make_shared<DropLog>();
};

}  // namespace calotype::delivery
