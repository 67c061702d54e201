#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>

#include "delivery/delivery.h"
#include "delivery/directory.h"
#include "delivery/jobs.h"
#include "delivery/lineage.h"
#include "delivery/made_before.h"
#include "delivery/named.h"
#include "delivery/popular.h"
#include "delivery/stand_in.h"
#include "delivery/tiers.h"
#include "resilience/single_flight.h"

namespace calotype::delivery {

/// What a rendition is made from, all resolved.
struct Recipe {
  RenditionKey key;
  std::shared_ptr<const Object> object;
  std::shared_ptr<const rules::Bound> rule;
  std::vector<std::shared_ptr<const StoredWatermark>> marks;  ///< as Rule::watermarks counts; null: skipped
  ImageFormat format = ImageFormat::jpg;
  std::optional<int> page{};  ///< of a document, instead of the rule's
  KeyParts parts{};           ///< what the key was made of
  Asked asked{};
  bool is_kept_only = false;
  rule::Policy::Async async = rule::Policy::Async::automatic;
  rule::Caching::Store store = rule::Caching::Store::always;
  bool takes_larger = false;       ///< anybody may have any size: a larger one may stand in
  bool takes_last_good = false;    ///< whatever it is that fails
  std::optional<Error> failure{};  ///< it cannot be made, and this is why
  SteadyTime begun{};              ///< of the request: what is dropped since then is not kept
  bool is_job = false;             ///< it is made in the background, and kept in any case
};

using SharedRecipe = std::shared_ptr<const Recipe>;

/// All that it takes to make what was named.
Recipe recipe_of(const Named& named, const Ask& ask, SteadyTime begun);

/// How it is made, and the place that is kept for that.
struct Way {
  std::shared_ptr<const Plan> plan;  ///< as plan_of()
  std::shared_ptr<EngineRoom> room{};
  bool is_at_leisure = false;  ///< it may take as long as a job
};

/// How it is made. Null of a document: only a worker can tell how large a page is when it is drawn.
/// Throws as transform::make_plan.
std::shared_ptr<const Plan> plan_of(const Recipe& recipe, const transform::Limits& limits);

/// Whether it is made in the background where it is not there yet.
bool is_for_background(const Recipe& recipe, const Plan* plan, const JobOptions& options);

/// It lies in the load and not in the picture or the request. Nothing stands in for a client who has gone.
bool is_for_want_of_capacity(const Error& error);

/// What may stand in for it; without a plan, nothing larger.
Want want_of(const Recipe& recipe, const Plan* plan);

/// A rendition, or what stands in for it.
struct Served {
  RenditionKey key;
  Tiers::Hit hit;
  Degraded degraded = Degraded::no;
  std::optional<Error> refusal{};  ///< neither can be had for want of capacity
  std::optional<Job> job{};        ///< it is made in the background, and nothing stands in
  std::optional<Error> failure{};  ///< what it is the last good one instead of
};

/// How many renditions are being made, also for requests that have gone. Thread: any.
class Busy {
 public:
  class Guard {
   public:
    explicit Guard(Busy& busy) : busy_(busy) { busy_.add(1); }
    ~Guard() { busy_.add(-1); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    Busy& busy_;
  };

  int count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  /// False when some are still there after `limit`.
  bool wait(Milliseconds limit) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [this] { return count_ == 0; });
  }

 private:
  void add(int by) {
    const std::lock_guard lock(mutex_);
    count_ += by;
    changed_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;  // guarded by mutex_
};

/// What the story's steps share.
struct Delivery::State {
  State(Stores given, const Clock& its_clock, telemetry::Metrics& metrics, Options its_options);

  /// As find_or_make(), or the last good one where the rule wants that, whatever it is that fails.
  Task<Served> serve(Context ctx, SharedRecipe recipe);
  /// From the disk, made, or what stands in for it: where it takes long, and where there is no capacity.
  Task<Served> find_or_make(Context ctx, SharedRecipe recipe);
  /// Begins a job unless there is one, and shows what stands in for it meanwhile.
  Task<Served> find_or_begin(Context ctx, SharedRecipe recipe, std::shared_ptr<const Plan> plan);
  /// Makes one after the other, as long as jobs wait.
  Task<> run_jobs();
  Task<> run_job(SharedRecipe recipe);
  /// Whether there is use and room for trying to make it. Neither is asked of what somebody else is making already.
  ImageEngine::Admission admit(const Recipe& recipe, const Plan* plan);
  /// Made once however many ask at the same time. Waits until then; what was begun goes on. `origin` becomes what it is
  /// for whoever leads, also where it has waited for its own making twice.
  Task<Tiers::Hit> make_once(Context ctx, SharedRecipe recipe, Way way, SteadyTime until,
                             std::shared_ptr<Origin> origin);
  Task<std::optional<Served>> stand_in(Context ctx, Want want);
  /// In the flight of the one that leads.
  Task<Rendition> make(Context ctx, SharedRecipe recipe, Way way, std::shared_ptr<Origin> origin);
  Task<Rendition> render(Context ctx, SharedRecipe recipe, Way way);

  Stores stores;
  const Clock& clock;
  const Options options;
  Directory directory;
  Tiers tiers;
  resilience::SingleFlight<RenditionKey, Rendition> flights;
  resilience::TtlCache<RenditionKey, Error> refused;  ///< renderings that failed because of their picture
  MadeBefore made_before;
  Popular popular;
  Busy busy;
  Jobs jobs;
  std::atomic<std::uint64_t> changes{0};
  std::function<void()> when_dropping = [] {};
  std::map<Origin, telemetry::Counter> answers;
  std::map<Degraded, telemetry::Counter> degraded;
  telemetry::Histogram render_seconds;
};

}  // namespace calotype::delivery
