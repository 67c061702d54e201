#include "lifecycle/purging.h"

#include <memory>
#include <utility>

#include "core/error.h"
#include "telemetry/log.h"

namespace calotype::lifecycle {

namespace {

constexpr Seconds kEvery{1};

struct Hands : PurgeHands {
  explicit Hands(PurgeHands given)
      : PurgeHands(std::move(given)),
        failures(metrics.counter("calotype_purges_failed_total",
                                 "Purges that could not be carried out; each is tried again.", {})),
        renditions(metrics.counter("calotype_purged_renditions_total", "Renditions that purges removed.", {})) {}
  telemetry::Counter failures;
  telemetry::Counter renditions;
};
using SharedHands = std::shared_ptr<Hands>;

Task<PurgeStep> purge_object(SharedHands hands, Context ctx, Purge purge) {
  if (hands->forget) hands->forget(*purge.bucket, purge.subject);
  const auto count = co_await hands->drop(ctx, purge.tenant, *purge.content);
  purge.objects = 1;
  purge.renditions = count;
  purge.done = hands->clock.now();
  auto keys = purge.keys;
  co_return PurgeStep{.purge = std::move(purge), .keys = std::move(keys)};
}

/// The next objects of a prefix.
Task<PurgeStep> purge_prefix(SharedHands hands, Context ctx, Purge purge) {
  const auto next = co_await hands->objects.uncache_some(ctx, *purge.bucket, purge.subject, purge.cursor, hands->most);
  PurgeStep step;
  for (const auto& object : next) {
    if (hands->forget) hands->forget(*purge.bucket, object.name);
    const auto count = co_await hands->drop(ctx, object.tenant, object.content);
    purge.renditions += count;
    step.keys.push_back(surrogate_key(*purge.bucket, object.name));
  }
  purge.objects += next.size();
  if (!next.empty()) purge.cursor = next.back().name;
  if (next.size() < hands->most) purge.done = hands->clock.now();
  step.purge = std::move(purge);
  co_return step;
}

Task<PurgeStep> carry_out(SharedHands hands, Context ctx, Purge purge) {
  if (purge.scope == Purge::Scope::object) return purge_object(std::move(hands), std::move(ctx), std::move(purge));
  if (purge.scope == Purge::Scope::prefix) return purge_prefix(std::move(hands), std::move(ctx), std::move(purge));
  return [](SharedHands given, Purge whole) -> Task<PurgeStep> {
    // Its generation was raised when it was asked for: what there was has no name any more, and goes when it is old.
    whole.done = given->clock.now();
    auto keys = whole.keys;
    co_return PurgeStep{.purge = std::move(whole), .keys = std::move(keys)};
  }(std::move(hands), std::move(purge));
}

/// The next page of what is open. What fails stays behind: the round after this one begins with it again.
Task<Step> purge_some(SharedHands hands, Context ctx, std::string cursor) {
  const auto after = cursor.empty() ? 0 : std::stoll(cursor);
  const auto open = co_await hands->purges.open(ctx, after, hands->most);
  std::vector<PurgeStep> steps;
  Step step;
  for (const auto& purge : open) {
    try {
      auto carried_out = co_await carry_out(hands, ctx, purge);
      hands->renditions.add(static_cast<double>(carried_out.purge.renditions - purge.renditions));
      step.has_more = step.has_more || !carried_out.purge.done;
      steps.push_back(std::move(carried_out));
    } catch (const Error& error) {  // one that fails must not keep the others waiting
      hands->failures.add();
      telemetry::log(telemetry::Level::warning, "purge_failed", {{"purge", purge.id.text()}, {"error", error.what()}});
    }
  }
  step.done = steps.size();
  if (open.size() == hands->most) {
    step.cursor = std::to_string(open.back().sequence);
    step.has_more = true;
  }
  if (!steps.empty()) co_await hands->purges.note(ctx, std::move(steps), hands->clock.now());
  co_return step;
}

}  // namespace

Chore purging(PurgeHands hands) {
  const auto shared = std::make_shared<Hands>(std::move(hands));
  return {.name = "purge", .every = kEvery, .step = [shared](Context ctx, std::string cursor) {
            return purge_some(shared, std::move(ctx), std::move(cursor));
          }};
}

}  // namespace calotype::lifecycle
