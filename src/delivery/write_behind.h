#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "core/clock.h"
#include "delivery/drop_log.h"
#include "ports/rendition_store.h"
#include "telemetry/metrics.h"

namespace calotype::delivery {

/// How much may be on its way to a store.
struct Backlog {
  std::size_t most = 0;
  std::int64_t most_bytes = 0;
};

/// Writes renditions to a store without keeping anybody waiting. When too many are on their way, the next one is not
/// written, and counted. What was dropped while it was written is removed again. Thread: any.
class WriteBehind {
 public:
  /// `prefix`: of the names of its metrics.
  WriteBehind(RenditionStore& store, std::shared_ptr<DropLog> drops, const Clock& clock, telemetry::Metrics& metrics,
              const std::string& prefix, const std::string& where, Backlog backlog);

  /// Returns at once; it is written a moment later. `begun`: what is dropped since then is not kept.
  Task<> put(Context ctx, RenditionKey key, Rendition rendition, SteadyTime begun);
  /// It is written when it returns, unless that fails.
  Task<> put_now(Context ctx, RenditionKey key, Rendition rendition, SteadyTime begun);
  void count_failure() { failed_.add(); }

  /// Blocks until nothing is on its way; false when that takes longer than `limit`.
  bool settle(Milliseconds limit);

 private:
  /// Outlives a WriteBehind that ends before its executor does.
  struct Pending {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t count = 0;
    std::int64_t bytes = 0;
  };
  static Task<> write_soon(RenditionStore& store, std::shared_ptr<DropLog> drops, Context ctx, RenditionKey key,
                           Rendition rendition, SteadyTime begun);
  static Task<> write(RenditionStore& store, std::shared_ptr<DropLog> drops, Context ctx, RenditionKey key,
                      Rendition rendition, SteadyTime begun);

  RenditionStore& store_;
  std::shared_ptr<DropLog> drops_;
  const Clock& clock_;
  const Backlog backlog_;
  telemetry::Counter written_;
  telemetry::Counter dropped_;
  telemetry::Counter failed_;
  telemetry::Gauge waiting_;
  std::shared_ptr<Pending> pending_ = std::make_shared<Pending>();
};

}  // namespace calotype::delivery
