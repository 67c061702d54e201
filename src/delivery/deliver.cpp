// How an image is served. Read deliver() from top to bottom; everything else here is one of its steps.

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"
#include "delivery/key.h"
#include "delivery/rule_limits.h"
#include "delivery/state.h"

namespace calotype::delivery {

namespace {

Error no_object(const std::string& name) {
  return Error(Fault::missing, fmt::format("find object {}: none", name), "no-such-object");
}

/// What is asked for as a picture is one, and what is asked for as a document.
void require_kind(const Object& object, bool is_document_wanted) {
  if (!object.info) {
    throw Error(Fault::missing, fmt::format("make a picture of {}: it is none", object.name), "not-a-picture");
  }
  const bool is_one = is_document(object.info->format);
  if (is_one == is_document_wanted) return;
  throw Error(Fault::missing,
              is_one ? fmt::format("make a picture of {}: it is a document; ask for it under /documents/", object.name)
                     : fmt::format("draw a page of {}: it is a picture; ask for it under /images/", object.name),
              is_one ? "not-a-picture" : "not-a-document");
}

/// The watermarks that the rule names, where they are. One that is not there is an error unless the rule says to go on.
Task<std::vector<Found<StoredWatermark>>> find_marks(Directory& directory, Context ctx, DomainId domain,
                                                     std::shared_ptr<const rules::Bound> bound,
                                                     std::optional<Error>& failure) {
  std::vector<Found<StoredWatermark>> marks;
  for (const auto& wanted : bound->rule.watermarks) {
    auto found = co_await directory.watermark(ctx, domain, wanted.id);
    if (!found.value && wanted.on_missing == rule::Watermark::OnMissing::fail) {
      failure = Error(Fault::unprocessable,
                      wanted.id.empty() ? "find the domain's default watermark: none"
                                        : fmt::format("find watermark {}: none", wanted.id),
                      "watermark-missing");
    }
    marks.push_back(std::move(found));
  }
  co_return marks;
}

KeyParts key_parts(const Object& object, const rules::Bound& bound, const std::vector<Found<StoredWatermark>>& marks,
                   ImageFormat format, const transform::Limits& limits) {
  KeyParts parts{.tenant = object.tenant,
                 .content = object.content,
                 .rule = bound.hash,
                 .format = format,
                 .focal = object.focal,
                 .generation = object.generation,
                 .limits = limits};
  for (const auto& mark : marks) {
    parts.marks.push_back(mark.value ? std::optional(mark.value->content) : std::nullopt);
  }
  return parts;
}

/// Refuses what the rule's policy does not want made, also where it is there already.
void require_limits(const rule::PolicyLimits& limits, const Object& object, const rules::Bound& bound,
                    const std::vector<Found<StoredWatermark>>& marks, ImageFormat format,
                    const transform::Limits& own) {
  if (limits == rule::PolicyLimits()) return;
  require_source(limits, object);
  std::vector<std::optional<ImageInfo>> infos;
  for (const auto& mark : marks) infos.push_back(mark.value ? std::optional(mark.value->info) : std::nullopt);
  require_plan(limits, object, bound.rule, infos, format, own);
}

/// The newest of what decides the picture, in whole seconds, as HTTP dates are.
WallTime youngest(const Object& object, WallTime rule, const std::vector<Found<StoredWatermark>>& marks) {
  auto latest = std::max(object.created, rule);
  for (const auto& mark : marks) {
    if (mark.value) latest = std::max({latest, mark.value->created, mark.value->changed});
  }
  return std::chrono::floor<Seconds>(latest);
}

/// The rule that a request means, and with which values.
struct Wanted {
  std::shared_ptr<const rules::Document> document;
  rules::Parameters parameters;
  WallTime since;               ///< when that became what the request means
  std::optional<RuleId> id{};   ///< of a stored rule
  std::int64_t generation = 0;  ///< of a stored rule
  bool is_fixed = false;        ///< by its revision
  bool is_stale = false;
};

/// The query is not signed: it sets only what the rule lets anybody set.
Wanted wanted_dynamic(Directory& directory, const Ask& ask) {
  const auto rule = directory.dynamic_rule(ask.dynamic_rule);
  Wanted wanted{.document = rule->document, .parameters = ask.signed_parameters, .since = {}};
  for (const auto& parameter : ask.parameters) {
    const auto declared =
        std::ranges::find_if(rule->parameters, [&](const auto& one) { return one.name == parameter.first; });
    if (declared == rule->parameters.end()) continue;
    if (declared->is_signed) {
      throw Error(
          Fault::invalid,
          fmt::format("read the query: the parameter {} must be signed: put it into the token's metadata.params, "
                      "or declare it with \"signed\": false",
                      parameter.first),
          "bad-parameter");
    }
    wanted.parameters.push_back(parameter);
  }
  return wanted;
}

Task<Wanted> wanted_stored(Directory& directory, Context ctx, const Bucket& bucket, const Ask& ask) {
  const auto& name = ask.rule.empty() ? bucket.default_rule : ask.rule;
  if (name.empty()) {
    throw Error(Fault::missing,
                "serve an image without a rule: originals are not public here; add ?rule=<id or name> to the address",
                "no-rule");
  }
  const auto rule = co_await directory.rule(ctx, bucket.domain, name);
  if (!rule.value) throw Error(Fault::missing, fmt::format("find rule {}: none", name), "no-such-rule");
  const auto& revision = revision_for(*rule.value, bucket.id, ask.object);
  Wanted wanted{.document = revision.document,
                .parameters = ask.parameters,
                .since = revision.chosen,
                .id = revision.stored.id,
                .generation = revision.stored.generation,
                .is_fixed = rule.value->is_fixed,
                .is_stale = rule.is_stale};
  if (ask.rule.empty()) wanted.since = std::max(wanted.since, bucket.changed);
  co_return wanted;
}

Task<Wanted> wanted_rule(Directory& directory, Context ctx, const Bucket& bucket, const Ask& ask) {
  if (ask.dynamic_rule.empty()) co_return co_await wanted_stored(directory, ctx, bucket, ask);
  co_return wanted_dynamic(directory, ask);
}

/// What is shown: an object, or a watermark as if it were one.
Task<Found<Object>> find_shown(Directory& directory, Context ctx, const Bucket& bucket, const Ask& ask) {
  if (ask.mark.empty()) co_return co_await directory.object(ctx, bucket.id, ask.object);
  const auto mark = co_await directory.watermark(ctx, bucket.domain, ask.mark);
  if (!mark.value) co_return Found<Object>{};
  auto shown = std::make_shared<Object>();
  shown->tenant = mark.value->tenant;
  shown->bucket = bucket.id;
  shown->name = ask.mark;
  shown->content = mark.value->content;
  shown->size_bytes = mark.value->size_bytes;
  shown->info = mark.value->info;
  shown->created = mark.value->changed;
  co_return Found<Object>{.value = std::move(shown), .is_stale = mark.is_stale};
}

bool has_it(const Known& known, RenditionKey key, WallTime modified) {
  if (known.any) return true;
  if (!known.keys.empty()) return std::ranges::find(known.keys, key) != known.keys.end();
  return known.since && modified <= *known.since;
}

}  // namespace

Error no_bucket(const Place& place) {
  return Error(Fault::missing, fmt::format("find bucket {}: none", place.bucket), "no-such-bucket");
}

Task<Answer> Delivery::deliver(Context ctx, Ask ask) {
  auto& state = *state_;
  auto& directory = state.directory;
  const auto begun = state.clock.steady();

  // Which bucket, which rule, which object. All of it was most likely asked for less than a second ago.
  const auto bucket = co_await directory.bucket(ctx, ask.place);
  if (!bucket.value) throw no_bucket(ask.place);
  auto rule = co_await wanted_rule(directory, ctx, *bucket.value, ask);
  const auto& policy = rule.document->policy();
  auto wanted_proof = required(policy.access, bucket.value->is_private);
  // A rule that a token brought along opens nothing that the token does not.
  if (!rule.id) wanted_proof = std::max(wanted_proof, required({}, bucket.value->is_private));
  require_access(policy.access, wanted_proof, *bucket.value, ask.object, ask.visitor);
  const auto object = co_await find_shown(directory, ctx, *bucket.value, ask);
  if (!object.value) throw no_object(ask.mark.empty() ? ask.object : ask.mark);
  require_kind(*object.value, ask.is_document);

  // What exactly is wanted: the rule with its parameters, the marks, the format that the client takes.
  const auto bound = directory.bind(*rule.document, rule.parameters, ask.negotiates);
  std::optional<Error> failure;
  const auto marks = co_await find_marks(directory, ctx, bucket.value->domain, bound, failure);
  const bool takes_last_good = policy.on_error.mode == rule::OnError::Mode::last_good;
  if (failure && !takes_last_good) throw Error(*failure);
  const auto format = transform::choose_format(bound->rule, *object.value->info, ask.accepts);

  require_limits(policy.limits, *object.value, *bound, marks, format, state.options.limits);

  // That gives the rendition its name before anything is read.
  auto parts = key_parts(*object.value, *bound, marks, format, state.options.limits);
  parts.page = ask.page;
  parts.rule_generation = rule.generation;
  if (rule.generation != 0) parts.purged_rule = rule.id;
  parts.bucket_generation = bucket.value->generation;
  const auto key = key_of(parts);
  if (policy.prewarm == rule::Policy::Prewarm::publish && rule.id && !rule.is_fixed && ask.weight > 0) {
    state.popular.note(*rule.id, key, ask, ask.weight);
  }
  Answer answer;
  answer.key = key;
  answer.rule = rule.id;
  answer.format = format;
  answer.is_negotiated = transform::is_negotiated(bound->rule);
  answer.is_stale = bucket.is_stale || rule.is_stale || object.is_stale ||
                    std::ranges::any_of(marks, [](const auto& mark) { return mark.is_stale; });
  answer.modified = youngest(*object.value, rule.since, marks);
  answer.is_open = wanted_proof == rule::Access::Require::none;
  answer.policy = std::shared_ptr<const rule::Policy>(rule.document, &policy);
  const auto named = state.clock.steady();
  answer.lookup = std::chrono::duration_cast<Microseconds>(named - begun);
  if (!failure && has_it(ask.known, key, answer.modified)) {
    answer.origin = Origin::known;
    state.answers.at(answer.origin).add();
    co_return answer;
  }

  // From a tier, or made: by one request for all that ask meanwhile.
  Recipe recipe{.key = key,
                .object = object.value,
                .rule = bound,
                .marks = {},
                .format = format,
                .page = ask.page,
                .parts = std::move(parts),
                .asked = {.rule = rule.id, .is_fixed = rule.is_fixed, .parameters = std::move(rule.parameters)},
                .is_kept_only = ask.is_kept_only,
                .store = policy.cache.store,
                .takes_larger = answer.is_open && !answer.policy->limits.output_pixels,
                .takes_last_good = takes_last_good,
                .failure = std::move(failure),
                .begun = begun};
  for (const auto& mark : marks) recipe.marks.push_back(mark.value);
  const auto shared = std::make_shared<const Recipe>(std::move(recipe));
  auto served = co_await state.serve(ctx, shared);
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
  answer.making = std::chrono::duration_cast<Microseconds>(state.clock.steady() - named);
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

int Delivery::making() const { return state_->busy.count(); }

void Delivery::count(Degraded kind) { state_->degraded.at(kind).add(); }

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
