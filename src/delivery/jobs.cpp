#include "delivery/jobs.h"

#include <algorithm>
#include <cstdlib>

#include "delivery/state.h"

namespace calotype::delivery {

namespace {

telemetry::Counter counter(telemetry::Metrics& metrics, const char* outcome) {
  return metrics.counter("calotype_delivery_jobs_total", "Jobs in the background, by what became of them.",
                         {{"outcome", outcome}});
}

telemetry::Gauge gauge(telemetry::Metrics& metrics, const char* stage) {
  return metrics.gauge("calotype_delivery_jobs", "Renditions that wait or are made in the background.",
                       {{"stage", stage}});
}

/// A want of capacity passes sooner than what lies in the picture.
constexpr Milliseconds kBusyRemembered{10'000};

}  // namespace

std::string_view name_of(JobStatus::Stage stage) {
  switch (stage) {
    case JobStatus::Stage::queued: return "queued";
    case JobStatus::Stage::running: return "running";
    case JobStatus::Stage::done: return "done";
    case JobStatus::Stage::failed: return "failed";
  }
  std::abort();  // -Wswitch makes this unreachable
}

Jobs::Jobs(const JobOptions& options, const Clock& clock, telemetry::Metrics& metrics)
    : options_(options),
      clock_(clock),
      waiting_(gauge(metrics, "queued")),
      running_(gauge(metrics, "running")),
      begun_(counter(metrics, "begun")),
      refused_(counter(metrics, "refused")),
      done_(counter(metrics, "done")),
      failed_(counter(metrics, "failed")) {}

Jobs::Admission Jobs::put(TenantId tenant, std::shared_ptr<const Recipe> recipe) {
  const std::lock_guard lock(mutex_);
  if (jobs_.contains(recipe->key)) return {};
  const bool is_full = is_closed_ || jobs_.size() >= options_.most;
  if (is_full || count_of(tenant) >= std::max<std::size_t>(1, options_.most / 2)) {
    refused_.add();
    if (is_full) return {.refusal = Error(Fault::unavailable, "begin a job: too many wait", "too-many-jobs")};
    return {.refusal = Error(Fault::throttled, "begin a job: too many of the same tenant wait", "too-many-jobs")};
  }
  order_.push_back(recipe->key);
  jobs_.emplace(order_.back(), Job{.tenant = tenant, .recipe = std::move(recipe)});
  begun_.add();
  const bool needs_runner = runners_ < options_.running;
  if (needs_runner) ++runners_;
  show();
  return {.refusal = {}, .needs_runner = needs_runner};
}

std::shared_ptr<const Recipe> Jobs::take() {
  const std::lock_guard lock(mutex_);
  if (order_.empty()) {
    --runners_;
    changed_.notify_all();
    return nullptr;
  }
  auto& job = jobs_.at(order_.front());
  order_.pop_front();
  job.is_running = true;
  show();
  return job.recipe;
}

void Jobs::finish(const RenditionKey& key, std::optional<Error> failure) {
  const auto now = clock_.steady();
  const auto kept = failure && is_for_want_of_capacity(*failure) ? std::min(kBusyRemembered, options_.remembered)
                                                                 : options_.remembered;
  (failure ? failed_ : done_).add();
  // Whoever finds no job finds how it ended.
  ends_.put(key, {.value = std::make_shared<const End>(std::move(failure)), .stored = now, .until = now + kept},
            ends_.generation());
  const std::lock_guard lock(mutex_);
  jobs_.erase(key);
  show();
}

std::optional<JobStatus> Jobs::find(const RenditionKey& key) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = jobs_.find(key);
    if (found != jobs_.end()) {
      return JobStatus{.stage = found->second.is_running ? JobStatus::Stage::running : JobStatus::Stage::queued};
    }
  }
  const auto end = ends_.find(key);
  if (!end.value || clock_.steady() >= end.until) return std::nullopt;
  if (!*end.value) return JobStatus{.stage = JobStatus::Stage::done};
  return JobStatus{.stage = JobStatus::Stage::failed, .failure = **end.value};
}

void Jobs::drop(Family family) {
  const std::lock_guard lock(mutex_);
  std::erase_if(order_, [&](const RenditionKey& key) { return calotype::family_of(key) == family; });
  std::erase_if(jobs_,
                [&](const auto& one) { return !one.second.is_running && calotype::family_of(one.first) == family; });
  show();
}

int Jobs::waiting() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(order_.size());
}

bool Jobs::close(Milliseconds limit) {
  std::unique_lock lock(mutex_);
  is_closed_ = true;
  order_.clear();
  std::erase_if(jobs_, [](const auto& one) { return !one.second.is_running; });
  show();
  return changed_.wait_for(lock, limit, [this] { return runners_ == 0; });
}

void Jobs::show() {
  waiting_.set(static_cast<double>(order_.size()));
  running_.set(static_cast<double>(jobs_.size() - order_.size()));
}

std::size_t Jobs::count_of(TenantId tenant) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(jobs_, [&](const auto& one) { return one.second.tenant == tenant; }));
}

}  // namespace calotype::delivery
