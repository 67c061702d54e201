// How an image is served. Read deliver() from top to bottom; everything else here is one of its steps.

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"
#include "delivery/named.h"
#include "delivery/rule_limits.h"
#include "delivery/state.h"

namespace calotype::delivery {

namespace {

bool has_it(const Known& known, RenditionKey key, WallTime modified) {
  if (known.any) return true;
  if (!known.keys.empty()) return std::ranges::find(known.keys, key) != known.keys.end();
  return known.since && modified <= *known.since;
}

/// Whether the next moments change nothing. What ends at a moment of its own, what is counted, and what depends on
/// more than address and client is decided each time.
bool is_lasting(const Named& named) {
  const auto& policy = named.policy();
  return named.proof == rule::Access::Require::none && !named.is_stale() && !named.object.value->expires &&
         policy.prewarm != rule::Policy::Prewarm::publish && policy.access.referers.empty();
}

/// No date tells of metadata that changed, and none tells one client's answer from another's.
Known without_date(Known known) {
  known.since.reset();
  return known;
}

}  // namespace

Recipe recipe_of(const Named& named, const Ask& ask, SteadyTime begun) {
  const auto& policy = named.policy();
  const bool is_open = named.proof == rule::Access::Require::none;
  Recipe recipe{.key = named.key,
                .object = named.object.value,
                .rule = named.bound,
                .marks = {},
                .format = named.format,
                .page = ask.page,
                .parts = named.parts,
                .asked = {.rule = named.rule.id,
                          .is_fixed = named.rule.is_fixed,
                          .parameters = named.rule.parameters,
                          .told = named.told},
                .is_kept_only = ask.is_kept_only,
                .async = policy.async,
                .store = policy.cache.store,
                .takes_larger = is_open && !policy.limits.output_pixels,
                .takes_last_good = policy.on_error.mode == rule::OnError::Mode::last_good,
                .failure = named.failure,
                .begun = begun};
  for (const auto& mark : named.marks) recipe.marks.push_back(mark.value);
  return recipe;
}

Task<Answer> Delivery::deliver(Context ctx, Ask ask) {
  auto& state = *state_;
  const auto begun = state.clock.steady();

  // Its name, before anything is read.
  const auto named = co_await name_rendition(state.directory, state.options, ctx, ask, Asking::picture);
  const auto& policy = named.policy();
  require_limits(named, state.options.limits);
  if (policy.prewarm == rule::Policy::Prewarm::publish && named.rule.id && !named.rule.is_fixed && ask.weight > 0) {
    state.popular.note(*named.rule.id, named.key, ask, ask.weight);
  }
  Answer answer;
  answer.key = named.key;
  answer.rule = named.rule.id;
  answer.format = named.format;
  answer.varies = named.varies;
  answer.is_stale = named.is_stale();
  answer.modified = named.modified();
  answer.is_open = named.proof == rule::Access::Require::none;
  answer.policy = std::shared_ptr<const rule::Policy>(named.rule.document, &policy);
  const auto known_at = state.clock.steady();
  answer.lookup = std::chrono::duration_cast<Microseconds>(known_at - begun);
  if (!named.failure && has_it(named.told.empty() ? ask.known : without_date(ask.known), named.key, answer.modified)) {
    answer.origin = Origin::known;
    answer.is_repeatable = is_lasting(named);
    state.answers.at(answer.origin).add();
    co_return answer;
  }

  // From memory, which is most of them; else from the disk, or made: by one request for all that ask meanwhile.
  Served served{.key = named.key, .hit = {}};
  std::optional<Tiers::Hit> near;
  if (!named.failure) near = co_await state.tiers.find_near(ctx, named.key);
  if (near) {
    served.hit = std::move(*near);
  } else {
    const auto recipe = std::make_shared<const Recipe>(recipe_of(named, ask, begun));
    served = co_await state.serve(ctx, recipe);
  }
  if (served.job) {
    answer.job = served.job;
    co_return answer;
  }
  if (served.refusal) {
    answer.refusal = std::move(served.refusal);
    co_return answer;
  }
  if (served.degraded == Degraded::no) {
    require_result(answer.policy->limits, served.hit.rendition.size, served.hit.rendition.frames);
  }
  answer.key = served.key;
  answer.degraded = served.degraded;
  answer.failure = std::move(served.failure);
  answer.format = served.hit.rendition.format;
  if (served.degraded == Degraded::no || !has_it(ask.known, served.key, WallTime::max())) {
    answer.rendition = std::move(served.hit.rendition);
  }
  answer.origin = served.hit.origin;
  answer.is_repeatable = is_lasting(named) && answer.origin == Origin::memory && answer.degraded == Degraded::no;
  answer.making = std::chrono::duration_cast<Microseconds>(state.clock.steady() - known_at);
  state.answers.at(answer.origin).add();
  co_return answer;
}

Task<std::shared_ptr<const rule::Policy>> Delivery::find_policy(Context ctx, Bucket bucket, Ask ask) {
  std::shared_ptr<const rules::Document> document;
  try {
    auto found = co_await wanted_rule(state_->directory, ctx, bucket, ask);
    document = std::move(found.document);
  } catch (const Error& error) {  // whoever asks for the picture is told
    if (error.fault() != Fault::missing && error.fault() != Fault::unprocessable) throw;
  }
  if (!document) co_return nullptr;
  const auto& policy = document->policy();
  co_return std::shared_ptr<const rule::Policy>(std::move(document), &policy);
}

std::vector<Ask> Delivery::take_popular(RuleId rule) { return state_->popular.take(rule); }

int Delivery::making() const { return state_->busy.count() + state_->jobs.waiting(); }

void Delivery::count(Degraded kind) { state_->degraded.at(kind).add(); }

void Delivery::count(Origin origin) { state_->answers.at(origin).add(); }

std::uint64_t Delivery::changes() const { return state_->changes.load(); }

Task<Bucket> Delivery::find_bucket(Context ctx, Place place) {
  const auto found = co_await state_->directory.bucket(std::move(ctx), place);
  if (!found.value) throw no_bucket(place);
  co_return *found.value;
}

Task<std::optional<Distribution>> Delivery::find_distribution(Context ctx, std::string dns_name) {
  const auto found = co_await state_->directory.distribution(std::move(ctx), std::move(dns_name));
  if (!found.value) co_return std::nullopt;
  co_return *found.value;
}

Task<Original> Delivery::open_original(Context ctx, BucketId bucket, std::string name) {
  const auto object = co_await state_->directory.object(ctx, bucket, name);
  if (!object.value) throw no_object(name);
  auto source = co_await state_->stores.blobs.open(ctx, object.value->content);
  if (!source) {
    throw Error(Fault::internal,
                fmt::format("open blob {} of object {}: it is gone", object.value->content.hex(), name));
  }
  co_return Original{.object = *object.value, .source = std::move(source)};
}

}  // namespace calotype::delivery
