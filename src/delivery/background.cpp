// What takes so long that nobody waits for it: begun, told of, and made when its turn comes.

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "core/error.h"
#include "delivery/state.h"

namespace calotype::delivery {

namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr Seconds kLongestRetry{10};

/// When it may be there, if it is next.
Seconds retry_after(const Plan* plan) {
  const auto cost = plan != nullptr ? Seconds((plan->budget.cost + kSecond - 1) / kSecond) : Seconds(1);
  return std::clamp(cost, Seconds(1), kLongestRetry);
}

}  // namespace

bool is_for_background(const Recipe& recipe, const Plan* plan, const JobOptions& options) {
  using Async = rule::Policy::Async;
  // What is not kept would be made again by whoever comes back for it.
  if (recipe.async == Async::never || recipe.store == rule::Caching::Store::never) return false;
  return recipe.async == Async::always || (plan != nullptr && plan->budget.cost > options.cost);
}

Task<Served> Delivery::State::find_or_begin(Context ctx, SharedRecipe recipe, std::shared_ptr<const Plan> plan) {
  // What failed a moment ago is told, or it would be begun again and again.
  std::optional<Error> failure;
  const auto failed = refused.find(recipe->key);
  if (failed.value && clock.steady() < failed.until) failure = *failed.value;
  auto status = jobs.find(recipe->key);
  if (status && status->stage == JobStatus::Stage::failed) failure = std::move(status->failure);
  if (status && status->stage == JobStatus::Stage::done) {
    // Made lately, and in no tier: there is no room for it, or it was removed. Then whoever asks waits for it.
    const auto origin = std::make_shared<Origin>(Origin::shared);
    auto made = co_await make_once(ctx, recipe, {.plan = plan, .is_at_leisure = true}, ctx.deadline, origin);
    co_return Served{.key = recipe->key, .hit = std::move(made)};
  }

  bool needs_runner = false;
  if (!failure && !flights.is_flying(recipe->key)) {
    auto admission = jobs.put(recipe->object->tenant, recipe);
    failure = std::move(admission.refusal);
    needs_runner = admission.needs_runner;
  }
  if (needs_runner) {
    const auto executor = co_await current_executor();
    boost::asio::co_spawn(executor, run_jobs(), boost::asio::detached);
  }
  if (failure && !is_for_want_of_capacity(*failure)) throw Error(*failure);

  // Of a picture that nobody can look at yet, also a larger one is better than none.
  auto other = co_await stand_in(ctx, want_of(*recipe, plan.get()));
  if (other) {
    degraded.at(other->degraded).add();
    co_return std::move(*other);
  }
  if (failure) co_return Served{.key = recipe->key, .hit = {}, .refusal = std::move(failure)};
  status = jobs.find(recipe->key);
  const auto stage = status ? status->stage : JobStatus::Stage::running;
  co_return Served{.key = recipe->key, .hit = {}, .job = Job{.stage = stage, .retry = retry_after(plan.get())}};
}

Task<> Delivery::State::run_jobs() {
  for (;;) {
    const auto begun = clock.steady();
    const auto waiting = jobs.take();
    if (!waiting) co_return;  // and this may be gone
    auto recipe = *waiting;
    recipe.begun = begun;
    recipe.is_job = true;
    co_await run_job(std::make_shared<const Recipe>(std::move(recipe)));
  }
}

Task<> Delivery::State::run_job(SharedRecipe recipe) {
  std::optional<Error> failure;
  try {
    // It may wait for a worker as long as it may run.
    const Context ctx{.deadline = std::chrono::steady_clock::now() + 2 * options.jobs.time,
                      .request_id = "job " + recipe->key.hex().substr(0, 16)};
    const auto there = co_await tiers.find(ctx, recipe->key);
    if (!there) {
      const auto plan = plan_of(*recipe, options.limits);
      const auto origin = std::make_shared<Origin>(Origin::shared);
      co_await make_once(ctx, recipe, {.plan = plan, .is_at_leisure = true}, ctx.deadline, origin);
    }
  } catch (const Error& error) {  // told to whoever asks
    failure = error;
  } catch (const std::exception& error) {
    failure = Error(Fault::internal, error.what());
  }
  jobs.finish(recipe->key, std::move(failure));
}

Task<std::optional<JobStatus>> Delivery::find_job(Context ctx, RenditionKey key) {
  auto& state = *state_;
  auto status = state.jobs.find(key);
  if (status) co_return status;
  if (state.flights.is_flying(key)) co_return JobStatus{.stage = JobStatus::Stage::running};
  const auto census = co_await state.tiers.count(ctx, calotype::family_of(key));
  if (census.place_of(key)) co_return JobStatus{.stage = JobStatus::Stage::done};
  const auto failed = state.refused.find(key);
  const bool is_refused = failed.value && state.clock.steady() < failed.until;
  if (is_refused) co_return JobStatus{.stage = JobStatus::Stage::failed, .failure = *failed.value};
  co_return std::nullopt;
}

}  // namespace calotype::delivery
