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

/// It lies in the load and not in the picture or the request.
bool is_for_want_of_capacity(const Error& error) {
  return error.fault() == Fault::unavailable || error.fault() == Fault::timed_out || error.fault() == Fault::throttled;
}

std::vector<std::optional<ImageInfo>> infos_of(const Recipe& recipe) {
  std::vector<std::optional<ImageInfo>> infos;
  for (const auto& mark : recipe.marks) infos.push_back(mark ? std::optional(mark->info) : std::nullopt);
  return infos;
}

/// How large it would have become; nullopt where only a worker can tell, or the plan is refused.
std::optional<Size> size_of(const Recipe& recipe, const transform::Limits& limits) {
  const auto& object = *recipe.object;
  if (is_document(object.info->format)) return std::nullopt;
  try {
    const auto plan =
        transform::make_plan(recipe.rule->rule, *object.info, object.focal, infos_of(recipe), recipe.format, limits);
    if (plan.is_measuring()) return std::nullopt;
    return plan.result;
  } catch (const Error&) {  // the answer is the error that there is already
    return std::nullopt;
  }
}

}  // namespace

Task<Served> Delivery::State::make_or_stand_in(Context ctx, Recipe recipe) {
  std::optional<Error> failure;
  Served served{.key = recipe.key, .hit = {}};
  // First for as long as one waits where there is something else to show.
  const auto origin = std::make_shared<Origin>(Origin::shared);
  const auto patient_until = std::chrono::steady_clock::now() + options.patience;
  try {
    served.hit = co_await make_once(ctx, recipe, patient_until, origin);
  } catch (const Error& error) {  // the one place where a failure becomes a lesser picture
    failure = error;
  }
  if (!failure) co_return served;
  if (!is_for_want_of_capacity(*failure)) throw Error(*failure);

  const bool is_only_slow = failure->fault() == Fault::timed_out && std::chrono::steady_clock::now() < ctx.deadline;
  auto other = co_await stand_in(ctx, recipe, !is_only_slow);
  if (other) co_return std::move(*other);
  if (!is_only_slow) throw Error(*failure);
  served.hit = co_await make_once(ctx, recipe, ctx.deadline, origin);
  co_return served;
}

Task<std::optional<Served>> Delivery::State::stand_in(Context ctx, Recipe recipe, bool may_be_larger) {
  // What tells of a picture tells of its size, too.
  may_be_larger = may_be_larger && recipe.takes_larger && !is_info(recipe.format);
  const Want want{.key = recipe.key,
                  .lineage = lineage_of(recipe.parts, recipe.asked, recipe.rule->look),
                  .format = recipe.format,
                  .size = may_be_larger ? size_of(recipe, options.limits) : std::nullopt,
                  .may_be_larger = may_be_larger};
  // The deadline of the request may have passed already: a look into the tiers takes no time worth speaking of.
  ctx.deadline = std::max(ctx.deadline, std::chrono::steady_clock::now() + Milliseconds(250));
  const auto family = co_await tiers.relatives(ctx, calotype::family_of(recipe.key), kRelatives);
  auto candidates = stand_ins(want, family);
  if (candidates.size() > kTries) candidates.resize(kTries);
  for (const auto& candidate : candidates) {
    auto hit = co_await tiers.find(ctx, candidate.key);
    if (!hit) continue;
    degraded.at(candidate.kind).add();
    co_return Served{.key = candidate.key, .hit = std::move(*hit), .degraded = candidate.kind};
  }
  co_return std::nullopt;
}

}  // namespace calotype::delivery
