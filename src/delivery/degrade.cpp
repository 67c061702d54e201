// When the right rendition cannot be had in time: what stands in for it.

#include <algorithm>

#include "core/error.h"
#include "delivery/state.h"

namespace calotype::delivery {

namespace {

/// Of a family, in each tier. One original has a rendition for each size of its rules.
constexpr std::size_t kRelatives = 64;
/// Those that vanish between being found and being read: then the next one is tried.
constexpr std::size_t kTries = 3;

/// How large a larger one must be at least; nullopt where none may stand in, or only a worker can tell.
std::optional<Size> larger_than(const Recipe& recipe, const Plan* plan) {
  // What tells of a picture tells of its size, too.
  if (!recipe.takes_larger || is_info(recipe.format) || plan == nullptr || plan->is_measuring()) return std::nullopt;
  return plan->result;
}

}  // namespace

bool is_for_want_of_capacity(const Error& error) {
  if (error.code() == kAbandoned) return false;
  return error.fault() == Fault::unavailable || error.fault() == Fault::timed_out || error.fault() == Fault::throttled;
}

Want want_of(const Recipe& recipe, const Plan* plan) {
  return {.key = recipe.key,
          .lineage = lineage_of(recipe.parts, recipe.asked, *recipe.rule),
          .format = recipe.format,
          .size = larger_than(recipe, plan)};
}

Task<Served> Delivery::State::find_or_make(Context ctx, SharedRecipe recipe) {
  auto hit = co_await tiers.find_far(ctx, recipe->key, recipe->format);
  if (hit) co_return Served{.key = recipe->key, .hit = std::move(*hit)};
  if (recipe->is_kept_only) throw Error(Fault::unavailable, "find a rendition: it is in no tier", "not-kept");

  const auto plan = plan_of(*recipe, options.limits);
  if (is_for_background(*recipe, plan.get(), options.jobs)) co_return co_await find_or_begin(ctx, recipe, plan);

  // First for as long as one waits where there is something else to show.
  const auto origin = std::make_shared<Origin>(Origin::shared);
  const auto patient_until = std::chrono::steady_clock::now() + options.patience;
  auto [failure, room] = admit(*recipe, plan.get());
  if (!failure) {
    const Way way{.plan = plan, .room = std::move(room)};
    try {
      auto made = co_await make_once(ctx, recipe, way, patient_until, origin);
      co_return Served{.key = recipe->key, .hit = std::move(made)};
    } catch (const Error& error) {  // the one place where a failure becomes a lesser picture
      failure = error;
    }
  }
  if (!is_for_want_of_capacity(*failure)) throw Error(*failure);

  const bool is_only_slow = failure->fault() == Fault::timed_out && std::chrono::steady_clock::now() < ctx.deadline;
  // Where it only takes long, the right size is better than a larger one.
  auto other = co_await stand_in(ctx, want_of(*recipe, is_only_slow ? nullptr : plan.get()));
  if (other) {
    degraded.at(other->degraded).add();
    co_return std::move(*other);
  }
  if (!is_only_slow) co_return Served{.key = recipe->key, .hit = {}, .refusal = std::move(failure)};
  auto made = co_await make_once(ctx, recipe, {.plan = plan}, ctx.deadline, origin);
  co_return Served{.key = recipe->key, .hit = std::move(made)};
}

Task<Served> Delivery::State::serve(Context ctx, SharedRecipe recipe) {
  if (!recipe->takes_last_good) co_return co_await find_or_make(ctx, recipe);
  auto failure = recipe->failure;
  try {
    if (!failure) co_return co_await find_or_make(ctx, recipe);
  } catch (const Error& error) {  // what does not lie in the load, as below
    failure = error;
  }
  std::optional<Served> last_good;
  const bool is_seen = !ctx.is_abandoned();
  if (is_seen && !is_for_want_of_capacity(*failure)) last_good = co_await stand_in(ctx, want_of(*recipe, nullptr));
  if (!last_good) throw Error(*failure);
  last_good->degraded = Degraded::last_good;
  last_good->failure = std::move(failure);
  degraded.at(Degraded::last_good).add();
  co_return std::move(*last_good);
}

Task<std::optional<Served>> Delivery::State::stand_in(Context ctx, Want want) {
  // The deadline of the request may have passed already: a look into the tiers takes no time worth speaking of.
  ctx.deadline = std::max(ctx.deadline, std::chrono::steady_clock::now() + Milliseconds(250));
  const auto family = co_await tiers.relatives(ctx, calotype::family_of(want.key), kRelatives);
  auto candidates = stand_ins(want, family);
  if (candidates.size() > kTries) candidates.resize(kTries);
  for (const auto& candidate : candidates) {
    auto hit = co_await tiers.find(ctx, candidate.key);
    if (!hit) continue;
    co_return Served{.key = candidate.key, .hit = std::move(*hit), .degraded = candidate.kind};
  }
  co_return std::nullopt;
}

}  // namespace calotype::delivery
