#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "core/clock.h"
#include "core/error.h"
#include "model/rendition.h"
#include "model/tenant.h"
#include "resilience/ttl_cache.h"
#include "telemetry/metrics.h"

namespace calotype::delivery {

struct Recipe;

/// How far a job is.
struct JobStatus {
  enum class Stage { queued, running, done, failed };
  Stage stage = Stage::queued;
  std::optional<Error> failure{};  ///< of one that failed
};

/// "queued", "running", ...
std::string_view name_of(JobStatus::Stage stage);

struct JobOptions {
  std::int64_t cost = 5'000'000;    ///< us of processor; what costs more is a job, where its rule does not say
  std::size_t most = 16;            ///< waiting and running; of one tenant half of them
  std::size_t running = 1;          ///< at the same time
  Milliseconds time{60'000};        ///< that one may take, once it runs
  Milliseconds remembered{60'000};  ///< how it ended
};

/// What is made in the background: each rendition once, in the order in which they were asked for, a few at a time. It
/// is known by its key and nowhere written down: a restart forgets it, and whoever asks begins it anew. Thread: any.
class Jobs {
 public:
  Jobs(const JobOptions& options, const Clock& clock, telemetry::Metrics& metrics);

  /// What became of a job that was put in.
  struct Admission {
    std::optional<Error> refusal{};  ///< unavailable, or throttled: too many wait
    bool needs_runner = false;       ///< the caller runs jobs from now on, as long as take() gives one
  };
  /// Once for each key: one that is there already is let in again.
  Admission put(TenantId tenant, std::shared_ptr<const Recipe> recipe);
  /// The next one; null: there is none, and whoever runs jobs ends. Nothing of this is to be touched after that.
  std::shared_ptr<const Recipe> take();
  void finish(const RenditionKey& key, std::optional<Error> failure);

  /// Of one that is there, or ended lately.
  std::optional<JobStatus> find(const RenditionKey& key);
  /// Those that wait are no more.
  void drop(Family family);
  int waiting() const;
  /// Forgets those that wait, takes no others, and blocks until none runs; false when that takes longer than `limit`.
  bool close(Milliseconds limit);

 private:
  struct Job {
    TenantId tenant;
    std::shared_ptr<const Recipe> recipe;
    bool is_running = false;
  };
  /// How a job ended. What ended well is not an error.
  using End = std::optional<Error>;
  void show();  // with mutex_ held
  std::size_t count_of(TenantId tenant) const;

  const JobOptions options_;
  const Clock& clock_;
  telemetry::Gauge waiting_;
  telemetry::Gauge running_;
  telemetry::Counter begun_;
  telemetry::Counter refused_;
  telemetry::Counter done_;
  telemetry::Counter failed_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::map<RenditionKey, Job> jobs_;
  std::deque<RenditionKey> order_;  ///< of those that wait
  std::size_t runners_ = 0;
  bool is_closed_ = false;
  // Has its own.
  resilience::TtlCache<RenditionKey, End> ends_{1024};
};

}  // namespace calotype::delivery
