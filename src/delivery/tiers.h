#pragma once

#include <memory>
#include <optional>

#include "delivery/delivery.h"
#include "delivery/drop_log.h"
#include "delivery/remote_store.h"
#include "delivery/write_behind.h"

namespace calotype::delivery {

/// Where finished renditions are kept: memory in front of the disk, and, where there is one, a store that several
/// processes share behind it. None is ever needed: what fails here is a miss. Thread: any.
class Tiers {
 public:
  /// `remote`: null where there is none.
  Tiers(RenditionStore& memory, RenditionStore& disk, RenditionStore* remote, const Clock& clock,
        telemetry::Metrics& metrics, const Options& options);

  struct Hit {
    Rendition rendition;
    Origin origin = Origin::memory;
  };
  /// Near: in memory. Far: on the disk, else in the shared store; what is there is in memory from then on, and what is
  /// in the shared store alone is on the disk as well soon after. That must have this format.
  Task<std::optional<Hit>> find(Context ctx, RenditionKey key);
  Task<std::optional<Hit>> find_near(Context ctx, RenditionKey key);
  Task<std::optional<Hit>> find_far(Context ctx, RenditionKey key, std::optional<ImageFormat> format = {});
  /// Counted as no request.
  Task<std::optional<Rendition>> find_in_memory(Context ctx, RenditionKey key);

  /// In memory when it returns, and in the others soon after: the answer does not wait for that. When too many are on
  /// their way, this one is not written, and counted.
  /// In none, where its family was dropped since `begun`.
  Task<> keep(Context ctx, RenditionKey key, Rendition rendition, SteadyTime begun);

  /// The same, but it is on the disk as well when it returns, unless that fails.
  Task<> keep_written(Context ctx, RenditionKey key, Rendition rendition, SteadyTime begun);

  /// What each tier has of a family.
  struct Census {
    std::vector<Relative> memory;
    std::vector<Relative> disk;
    std::vector<Relative> remote;

    /// The nearest that has it.
    std::optional<Origin> place_of(const RenditionKey& key) const;
  };
  Task<Census> count(Context ctx, Family family);

  /// Those of a family that are in any tier, at most so many in each; what is in several may be there as often. The
  /// disk is asked where memory has fewer, the shared store where neither has any.
  Task<std::vector<Relative>> relatives(Context ctx, Family family, std::size_t most);
  /// Removes a family from all tiers: also what is on its way there, or from one to another. Gives how many renditions
  /// that were. Throws unavailable, timed_out: they may not all be gone, but what could be removed is.
  Task<std::size_t> drop(Context ctx, Family family);

  /// Blocks until nothing is on its way; false when that takes longer than `limit`.
  bool settle(Milliseconds limit);

 private:
  struct Remote {
    Remote(RenditionStore& store, std::shared_ptr<DropLog> drops, const Clock& clock, telemetry::Metrics& metrics,
           const RemoteOptions& options);
    RemoteStore store;
    WriteBehind behind;
    telemetry::Counter hits;
    telemetry::Counter misses;
  };

  Task<std::optional<Rendition>> find_on_disk(Context ctx, RenditionKey key);
  Task<std::vector<Relative>> list_on_disk(Context ctx, Family family, std::size_t most);
  Task<> keep_in_memory(Context ctx, RenditionKey key, Rendition rendition, SteadyTime begun);
  Task<> send(Context ctx, RenditionKey key, Rendition rendition, SteadyTime begun);

  RenditionStore& memory_;
  RenditionStore& disk_;
  const Clock& clock_;
  std::shared_ptr<DropLog> drops_ = std::make_shared<DropLog>();
  WriteBehind behind_;
  std::optional<Remote> remote_;
  telemetry::Counter memory_hits_;
  telemetry::Counter disk_hits_;
  telemetry::Counter misses_;
};

}  // namespace calotype::delivery
