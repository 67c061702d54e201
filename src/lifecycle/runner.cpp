#include "lifecycle/runner.h"

#include <algorithm>

#include "telemetry/log.h"

namespace calotype::lifecycle {

namespace {

/// Longer than a step may take: nobody else begins while one runs.
constexpr Seconds kLease{60};
constexpr Seconds kStepLimit{20};

}  // namespace

Runner::Runner(Leases& leases, const Clock& clock, telemetry::Metrics& metrics, std::vector<Chore> chores)
    : leases_(leases), clock_(clock) {
  for (auto& chore : chores) {
    const telemetry::Labels labels{{"chore", chore.name}};
    chores_.push_back(
        {.chore = std::move(chore),
         .due = clock.steady(),
         .done = metrics.counter("calotype_lifecycle_done_total", "things that background work dealt with", labels),
         .failures =
             metrics.counter("calotype_lifecycle_failures_total", "rounds of background work that failed", labels)});
  }
}

Context Runner::context() const {
  return {.deadline = clock_.steady() + kStepLimit, .request_id = RunnerId::random().text()};
}

Task<SteadyTime> Runner::run_due(std::function<bool()> is_leaving) {
  auto next = SteadyTime::max();
  for (auto& kept : chores_) {
    if (kept.due <= clock_.steady() && !is_leaving()) {
      try {
        co_await run(kept, is_leaving);
      } catch (const std::exception& error) {
        kept.failures.add();
        telemetry::log(telemetry::Level::warning, "chore_failed",
                       {{"chore", kept.chore.name}, {"error", std::string(error.what())}});
      }
      kept.due = clock_.steady() + kept.chore.every;
    }
    next = std::min(next, kept.due);
  }
  co_return next;
}

/// A chore of every second must not write a lease as often: one that has long to run is kept.
Task<bool> Runner::hold(Context ctx, Kept& kept) {
  const auto now = clock_.now();
  if (kept.held - now > kLease / 2) co_return true;
  auto cursor = co_await leases_.take(ctx, kept.chore.name, id_, now, now + kLease);
  kept.held = cursor ? now + kLease : WallTime{};
  kept.cursor = cursor.value_or("");
  co_return cursor.has_value();
}

Task<> Runner::run(Kept& kept, const std::function<bool()>& is_leaving) {
  for (;;) {
    const auto ctx = context();
    const bool is_mine = co_await hold(ctx, kept);
    if (!is_mine) co_return;  // another process is at it
    const auto step = co_await kept.chore.step(ctx, kept.cursor);
    kept.done.add(static_cast<double>(step.done));
    if (step.cursor != kept.cursor) {
      const bool is_noted = co_await leases_.note(ctx, kept.chore.name, id_, step.cursor);
      if (!is_noted) kept.held = {};
      if (!is_noted) co_return;
      kept.cursor = step.cursor;
    }
    if (!step.has_more || is_leaving()) break;
  }
  if (kept.chore.every < kLease) co_return;
  kept.held = {};
  const auto ctx = context();
  co_await leases_.release(ctx, kept.chore.name, id_);
}

Task<> Runner::give_back() {
  for (auto& kept : chores_) {
    if (kept.held == WallTime{}) continue;
    kept.held = {};
    const auto ctx = context();
    co_await leases_.release(ctx, kept.chore.name, id_);
  }
}

}  // namespace calotype::lifecycle
