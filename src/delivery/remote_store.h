#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/clock.h"
#include "ports/rendition_store.h"
#include "resilience/failure_gate.h"
#include "telemetry/metrics.h"

namespace calotype::delivery {

struct RemoteOptions {
  Milliseconds read{100};  ///< a picture is made faster than this in most cases
  Milliseconds drop{5'000};
  int failures = 5;  ///< in a row: then nobody asks for `rest`
  Milliseconds rest{5'000};
  std::size_t reads = 64;  ///< at the same time, those included that nobody waits for any more
  std::size_t pending_stores = 256;
  std::int64_t pending_bytes = 64'000'000;
};

/// A store that several processes share, behind which a slow or dead one costs a miss: reads have a deadline whatever
/// the store makes of it, what fails again and again is left alone for a while, and nothing of that is thrown. Only of
/// removals it is told what could not be done. The store outlives all tasks that were begun here; what hangs in it goes
/// on until it ends by itself. Thread: any.
class RemoteStore final : public RenditionStore {
 public:
  RemoteStore(RenditionStore& store, const Clock& clock, telemetry::Metrics& metrics, RemoteOptions options);

  struct Found {
    std::optional<Rendition> rendition{};
    bool is_first = false;  ///< of all who wanted it at the same time: who puts it where it is nearer
  };
  /// Reads once however many want the same at the same time. Nothing also of another format than `format`, where that
  /// is given: what is not what was asked for counts as a failure.
  Task<Found> look(Context ctx, RenditionKey key, std::optional<ImageFormat> format);
  Task<std::optional<Rendition>> get(Context ctx, RenditionKey key) override;
  /// Whether it is not left alone now. Whoever is told so calls put().
  bool may_try();
  /// Takes as long as the store takes, and throws what it throws.
  Task<> put(Context ctx, RenditionKey key, Rendition rendition) override;
  Task<std::vector<Relative>> relatives(Context ctx, Family family, std::size_t most) override;
  /// Asks also while it is left alone. Throws unavailable, timed_out: they may not be gone.
  Task<std::size_t> remove(Context ctx, Family family) override;

  /// Blocks until nothing that was begun is under way; false when that takes longer than `limit`.
  bool settle(Milliseconds limit);

 private:
  template <class T>
  struct Call;
  using Look = Call<std::optional<Rendition>>;
  /// Outlives a RemoteStore that ends before its executor does.
  struct Calls {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t count = 0;
    std::unordered_map<RenditionKey, std::shared_ptr<Look>> looks;  ///< that somebody waits for
  };
  class Leading;

  template <class T>
  static Task<> run(std::shared_ptr<Calls> calls, std::shared_ptr<Call<T>> call, Task<T> task);
  /// What the task gives, unless that takes longer than `until`: then timed_out, and the task goes on.
  template <class T>
  Task<T> within(std::shared_ptr<Call<T>> call, Task<T> task, SteadyTime until);
  Task<std::optional<Rendition>> lead(std::shared_ptr<Look> call, Context ctx, RenditionKey key,
                                      std::optional<ImageFormat> format);

  /// Whether there is use and room for reading something.
  bool may_read();
  /// How a call went.
  void note(const std::string& request_id, const std::optional<std::string>& failure);

  RenditionStore& store_;
  const Clock& clock_;
  const RemoteOptions options_;
  resilience::FailureGate gate_;
  telemetry::Counter failures_;
  telemetry::Counter skipped_;
  telemetry::Gauge rests_;
  std::shared_ptr<Calls> calls_ = std::make_shared<Calls>();
};

}  // namespace calotype::delivery
