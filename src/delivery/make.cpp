// The slow path: a rendition that is in memory, on the disk, or has to be made.

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "core/error.h"
#include "delivery/state.h"

namespace calotype::delivery {

namespace {

telemetry::Counter answers_from(telemetry::Metrics& metrics, Origin origin) {
  return metrics.counter("calotype_delivery_answers_total", "Renditions that were served, by where they came from.",
                         {{"origin", std::string(name_of(origin))}});
}

/// Whether trying again can only fail again: it lies in the picture or the rule. Where a worker died or was too slow,
/// that is not certain; the engine keeps count of those itself.
bool is_final(const Error& error) {
  if (error.code() == "decoder-failed" || error.code() == "too-slow") return false;
  return error.fault() == Fault::unprocessable || error.fault() == Fault::too_large ||
         error.fault() == Fault::unsupported;
}

/// What the engine needs of watermarks; null: skipped.
Task<std::vector<SharedSource>> open_marks(BlobStore& blobs, Context ctx, SharedRecipe recipe) {
  std::vector<SharedSource> marks;
  for (const auto& mark : recipe->marks) {
    SharedSource source;
    if (mark) {
      source = co_await blobs.open(ctx, mark->content);
      if (!source)
        throw Error(Fault::internal, fmt::format("open blob {} of a watermark: it is gone", mark->content.hex()));
    }
    marks.push_back(std::move(source));
  }
  co_return marks;
}

Task<SharedSource> open_source(BlobStore& blobs, Context ctx, std::shared_ptr<const Object> object) {
  auto original = co_await blobs.open(std::move(ctx), object->content);
  if (!original) {
    throw Error(Fault::internal,
                fmt::format("open blob {} of object {}: it is gone", object->content.hex(), object->name));
  }
  co_return original;
}

/// What the planner needs of watermarks; null: skipped.
std::vector<std::optional<ImageInfo>> mark_infos_of(const Recipe& recipe) {
  std::vector<std::optional<ImageInfo>> infos;
  for (const auto& mark : recipe.marks) infos.push_back(mark ? std::optional(mark->info) : std::nullopt);
  return infos;
}

}  // namespace

std::shared_ptr<const Plan> plan_of(const Recipe& recipe, const transform::Limits& limits) {
  // The plan comes before the original is opened: what is over a limit is refused by its header, and what there is no
  // room for costs nothing.
  const auto& object = *recipe.object;
  if (is_document(object.info->format)) return nullptr;
  return std::make_shared<const Plan>(transform::make_plan(recipe.rule->rule, *object.info, object.focal,
                                                           mark_infos_of(recipe), recipe.format, limits));
}

std::string_view name_of(Origin origin) {
  switch (origin) {
    case Origin::known: return "known";
    case Origin::memory: return "memory";
    case Origin::disk: return "disk";
    case Origin::remote: return "remote";
    case Origin::shared: return "shared";
    case Origin::rendered: return "rendered";
    case Origin::passed: return "passed";
  }
  return "?";
}

Delivery::State::State(Stores given, const Clock& its_clock, telemetry::Metrics& metrics, Options its_options)
    : stores(given),
      clock(its_clock),
      options(its_options),
      directory(given.catalog, given.index, its_clock, metrics, its_options),
      tiers(given.memory, given.disk, given.shared, its_clock, metrics, its_options),
      refused(1024),
      made_before(its_options.entries),
      jobs(its_options.jobs, its_clock, metrics),
      render_seconds(metrics.histogram("calotype_delivery_render_seconds",
                                       "From the first request for a rendition to its last byte.",
                                       telemetry::latency_bounds())) {
  for (const auto kind :
       {Degraded::stale, Degraded::larger, Degraded::last_good, Degraded::original, Degraded::placeholder}) {
    degraded.emplace(kind, metrics.counter("calotype_delivery_degraded_total",
                                           "Answers with another picture than the right one, by what it was.",
                                           {{"kind", std::string(name_of(kind))}}));
  }
  for (const auto origin : {Origin::known, Origin::memory, Origin::disk, Origin::remote, Origin::shared,
                            Origin::rendered, Origin::passed}) {
    if (origin != Origin::remote || given.shared != nullptr) answers.emplace(origin, answers_from(metrics, origin));
  }
}

ImageEngine::Admission Delivery::State::admit(const Recipe& recipe, const Plan* plan) {
  const auto failed = refused.find(recipe.key);
  if (failed.value && clock.steady() < failed.until) return {.refusal = *failed.value};
  if (plan == nullptr || flights.is_flying(recipe.key)) return {};
  return stores.engine.admit(recipe.object->tenant, *plan);
}

Task<Tiers::Hit> Delivery::State::make_once(Context ctx, SharedRecipe recipe, Way way, SteadyTime until,
                                            std::shared_ptr<Origin> origin) {
  // Whoever comes first leads, and says where it came from; the others only wait.
  const auto key = recipe->key;
  const auto work = [this, ctx, recipe, way, origin](std::stop_token departure) {
    auto lasting = ctx;
    lasting.departure = std::move(departure);
    return make(std::move(lasting), recipe, way, origin);
  };
  ctx.deadline = std::min(ctx.deadline, until);
  auto rendition = co_await flights.run(ctx, key, work);
  co_return Tiers::Hit{.rendition = std::move(rendition), .origin = *origin};
}

Task<Rendition> Delivery::State::make(Context ctx, SharedRecipe recipe, Way way, std::shared_ptr<Origin> origin) {
  const Busy::Guard busy_here(busy);
  // Another flight may have landed between this one's look into the tiers and its start.
  auto landed = co_await tiers.find_in_memory(ctx, recipe->key);
  if (landed) {
    *origin = Origin::memory;
    co_return std::move(*landed);
  }

  *origin = Origin::rendered;
  const auto start = clock.steady();
  std::optional<Error> failure;
  Rendition rendition;
  // A worker may die of what is not the picture's fault. All who wait get one successor; a second death is the
  // picture's.
  for (int tries = 0; tries < 2; ++tries) {
    failure.reset();
    try {
      rendition = co_await render(ctx, recipe, way);
    } catch (const Error& error) {  // remembered, so that a broken picture costs a worker once in a while only
      failure = error;
    }
    if (!failure || failure->code() != "decoder-failed") break;
  }
  if (failure) {
    if (is_final(*failure)) {
      const auto now = clock.steady();
      refused.put(recipe->key,
                  {.value = std::make_shared<const Error>(*failure), .stored = now, .until = now + options.refused},
                  refused.generation());
    }
    throw Error(*failure);
  }
  render_seconds.observe(std::chrono::duration<double>(clock.steady() - start).count());
  rendition.lineage = lineage_of(recipe->parts, recipe->asked, *recipe->rule);
  if (recipe->is_job) {
    co_await tiers.keep_written(ctx, recipe->key, rendition, recipe->begun);
  } else if (made_before.keeps(recipe->store, recipe->key)) {
    co_await tiers.keep(ctx, recipe->key, rendition, recipe->begun);
  } else {
    *origin = Origin::passed;
  }
  co_return rendition;
}

Task<Rendition> Delivery::State::render(Context ctx, SharedRecipe recipe, Way way) {
  const auto& object = *recipe->object;
  auto marks = co_await open_marks(stores.blobs, ctx, recipe);
  auto original = co_await open_source(stores.blobs, ctx, recipe->object);
  auto rule = recipe->rule->rule;
  auto info = *object.info;
  if (!way.plan) {
    const int page = recipe->page.value_or(rule.source.page);
    PageJob job{.content = object.content, .original = original, .page = page, .density = rule.source.density};
    info = co_await stores.engine.look_at(ctx, std::move(job));
    ctx.departure = {};  // it has begun
    transform::read_page(rule, page);
  }
  const auto mark_infos = mark_infos_of(*recipe);
  const auto plan_with = [&](std::optional<Box> kept) {
    return transform::make_plan(rule, info, object.focal, mark_infos, recipe->format, options.limits, kept);
  };

  RenderJob job{.tenant = object.tenant,
                .content = object.content,
                .original = std::move(original),
                .plan = way.plan ? *way.plan : plan_with({}),
                .marks = std::move(marks),
                .mark_infos = {},
                .room = std::move(way.room)};
  if (way.is_at_leisure) job.at_leisure = options.jobs.time;
  for (const auto& header : mark_infos) job.mark_infos.push_back(header.value_or(ImageInfo()));
  if (job.plan.is_measuring()) {
    const auto measured = co_await stores.engine.measure(ctx, job);
    job.plan = plan_with(measured.kept);
    ctx.departure = {};
  }
  co_return co_await stores.engine.render(ctx, std::move(job));
}

Delivery::Delivery(Stores stores, const Clock& clock, telemetry::Metrics& metrics, Options options)
    : state_(std::make_unique<State>(stores, clock, metrics, options)) {}

Delivery::~Delivery() = default;

void Delivery::forget(BucketId bucket, const std::string& name) {
  state_->directory.forget(bucket, name);
  ++state_->changes;
}

Task<std::size_t> Delivery::drop(Context ctx, TenantId tenant, ContentHash content) {
  ++state_->changes;
  state_->when_dropping();
  state_->jobs.drop(family_of(tenant, content));
  return state_->tiers.drop(std::move(ctx), family_of(tenant, content));
}

void Delivery::when_dropping(std::function<void()> told) { state_->when_dropping = std::move(told); }

void Delivery::forget_settings() {
  state_->directory.forget_settings();
  ++state_->changes;
}

bool Delivery::settle(Milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  const auto left = [until] {
    return std::max(std::chrono::ceil<Milliseconds>(until - std::chrono::steady_clock::now()), Milliseconds(0));
  };
  return state_->jobs.close(limit) && state_->busy.wait(left()) && state_->tiers.settle(left());
}

}  // namespace calotype::delivery
