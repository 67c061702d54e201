// What a request would get: deliver() up to the point where something would be read or made.

#include "core/error.h"
#include "delivery/explanation.h"
#include "delivery/named.h"
#include "delivery/state.h"

namespace calotype::delivery {

Task<Explanation> Delivery::explain(Context ctx, Ask ask) {
  auto& state = *state_;
  const auto named = co_await name_rendition(state.directory, state.options, ctx, ask, Asking::explanation);
  Explanation explanation{
      .bucket = named.bucket.value,
      .object = named.object.value,
      .rule = named.rule.id,
      .rule_name = named.rule.name,
      .revision = named.rule.revision,
      .bound = named.bound,
      .format = named.format,
      .format_reason = transform::describe_choice(named.bound->rule, *named.object.value->info, ask.accepts),
      .varies = named.varies,
      .holding = named.holding,
      .key = named.key,
      .refusal = named.failure,
      .stand_ins = {}};
  const auto recipe = recipe_of(named, ask, state.clock.steady());
  if (!explanation.refusal) {
    try {
      require_limits(named, state.options.limits);
      const auto plan = plan_of(recipe, state.options.limits);
      if (plan) explanation.plan = *plan;
      explanation.is_for_background = is_for_background(recipe, plan.get(), state.options.jobs);
    } catch (const Error& error) {  // the answer to the question, and no failure of it
      explanation.refusal = error;
    }
  }

  const auto family = calotype::family_of(named.key);
  const auto census = co_await state.tiers.count(ctx, family);
  explanation.kept = census.place_of(named.key);
  auto all = census.memory;
  all.insert(all.end(), census.disk.begin(), census.disk.end());
  all.insert(all.end(), census.remote.begin(), census.remote.end());
  explanation.stand_ins = stand_ins(want_of(recipe, explanation.plan ? &*explanation.plan : nullptr), all);
  co_return explanation;
}

}  // namespace calotype::delivery
