#include "delivery/named.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"
#include "delivery/rule_access.h"
#include "delivery/rule_limits.h"
#include "rules/when.h"

namespace calotype::delivery {

namespace {

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
                   ImageFormat format, const Options& options) {
  KeyParts parts{.tenant = object.tenant,
                 .content = object.content,
                 .rule = bound.hash,
                 .format = format,
                 .focal = object.focal,
                 .generation = object.generation,
                 .limits = options.limits};
  if (bound.rule.has_text()) parts.fonts = options.fonts;
  for (const auto& mark : marks) {
    parts.marks.push_back(mark.value ? std::optional(mark.value->content) : std::nullopt);
  }
  return parts;
}

/// The query is not signed: it sets only what the rule lets anybody set.
WantedRule wanted_dynamic(Directory& directory, const Ask& ask) {
  const auto rule = directory.dynamic_rule(ask.dynamic_rule);
  WantedRule wanted{.document = rule->document, .parameters = ask.signed_parameters, .since = {}};
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

Task<WantedRule> wanted_stored(Directory& directory, Context ctx, const Bucket& bucket, const Ask& ask) {
  const auto& name = ask.rule.empty() ? bucket.default_rule : ask.rule;
  if (name.empty()) {
    throw Error(Fault::missing,
                "serve an image without a rule: originals are not public here; add ?rule=<id or name> to the address",
                "no-rule");
  }
  const auto rule = co_await directory.rule(ctx, bucket.domain, name);
  if (!rule.value) throw Error(Fault::missing, fmt::format("find rule {}: none", name), "no-such-rule");
  const auto& revision = revision_for(*rule.value, bucket.id, ask.object);
  WantedRule wanted{.document = revision.document,
                    .parameters = ask.parameters,
                    .since = revision.chosen,
                    .id = revision.stored.id,
                    .generation = revision.stored.generation,
                    .revision = revision.stored.revision,
                    .name = revision.stored.name,
                    .is_fixed = rule.value->is_fixed,
                    .is_stale = rule.is_stale};
  if (ask.rule.empty()) wanted.since = std::max(wanted.since, bucket.changed);
  co_return wanted;
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

/// The value that a client hint gives, as a query would say it.
std::optional<std::string> hinted_value(rules::Hint hint, const ClientHints& hints) {
  switch (hint) {
    case rules::Hint::width: return hints.width ? std::optional(std::to_string(*hints.width)) : std::nullopt;
    case rules::Hint::dpr: return hints.dpr ? std::optional(fmt::format("{}", *hints.dpr)) : std::nullopt;
    case rules::Hint::viewport_width:
      return hints.viewport_width ? std::optional(std::to_string(*hints.viewport_width)) : std::nullopt;
  }
  return std::nullopt;
}

/// Fills in what the client hints at and the request does not say.
void take_hints(WantedRule& rule, const ClientHints& hints, Varies& varies) {
  for (const auto& [name, hint] : rule.document->hinted()) {
    const bool is_given = std::ranges::any_of(rule.parameters, [&](const auto& one) { return one.first == name; });
    if (is_given) continue;
    varies.width = varies.width || hint == rules::Hint::width;
    varies.dpr = varies.dpr || hint == rules::Hint::dpr;
    varies.viewport_width = varies.viewport_width || hint == rules::Hint::viewport_width;
    if (auto value = hinted_value(hint, hints)) rule.parameters.emplace_back(name, std::move(*value));
  }
}

/// The rule with its values in, and what decides it beside them.
void bind(Named& named, Directory& directory, const Ask& ask) {
  const auto& document = *named.rule.document;
  const auto& object = *named.object.value;
  take_hints(named.rule, ask.hints, named.varies);
  if (const auto* when = document.when()) {
    const rules::Facts facts{.source = &*object.info,
                             .bytes = object.size_bytes,
                             .user_metadata = object.user_metadata,
                             .takes_avif = ask.accepts.avif,
                             .takes_webp = ask.accepts.webp,
                             .hints = ask.hints};
    named.holding = when->holding(named.rule.parameters, facts);
    named.told = when->told(facts);
    named.varies.accept = when->asks().accepts;
    named.varies.save_data = when->asks().save_data;
    named.varies.dpr = named.varies.dpr || when->asks().dpr;
  }
  named.bound = directory.bind(document, named.rule.parameters, named.holding, ask.negotiates);
  named.varies.accept = named.varies.accept || transform::is_negotiated(named.bound->rule);
}

}  // namespace

Error no_bucket(const Place& place) {
  return Error(Fault::missing, fmt::format("find bucket {}: none", place.bucket), "no-such-bucket");
}

Error no_object(const std::string& name) {
  return Error(Fault::missing, fmt::format("find object {}: none", name), "no-such-object");
}

Task<WantedRule> wanted_rule(Directory& directory, Context ctx, const Bucket& bucket, const Ask& ask) {
  if (ask.dynamic_rule.empty()) co_return co_await wanted_stored(directory, ctx, bucket, ask);
  co_return wanted_dynamic(directory, ask);
}

bool Named::is_stale() const {
  return bucket.is_stale || rule.is_stale || object.is_stale ||
         std::ranges::any_of(marks, [](const auto& mark) { return mark.is_stale; });
}

WallTime Named::modified() const {
  auto latest = std::max(object.value->created, rule.since);
  for (const auto& mark : marks) {
    if (mark.value) latest = std::max({latest, mark.value->created, mark.value->changed});
  }
  return std::chrono::floor<Seconds>(latest);
}

std::vector<std::optional<ImageInfo>> Named::mark_infos() const {
  std::vector<std::optional<ImageInfo>> infos;
  for (const auto& mark : marks) infos.push_back(mark.value ? std::optional(mark.value->info) : std::nullopt);
  return infos;
}

void require_limits(const Named& named, const transform::Limits& own) {
  const auto& limits = named.policy().limits;
  if (limits == rule::PolicyLimits()) return;
  require_source(limits, *named.object.value);
  require_plan(limits, *named.object.value, named.bound->rule, named.mark_infos(), named.format, own);
}

Task<Named> name_rendition(Directory& directory, const Options& options, Context ctx, const Ask& ask, Asking asking) {
  Named named;
  // Which bucket, which rule, which object. All of it was most likely asked for less than a second ago.
  named.bucket = co_await directory.bucket(ctx, ask.place);
  if (!named.bucket.value) throw no_bucket(ask.place);
  const auto& bucket = *named.bucket.value;
  named.rule = co_await wanted_rule(directory, ctx, bucket, ask);
  const auto& policy = named.policy();
  named.proof = required(policy.access, bucket.is_private);
  // A rule that a token brought along opens nothing that the token does not.
  if (!named.rule.id) named.proof = std::max(named.proof, required({}, bucket.is_private));
  if (asking == Asking::picture) require_access(policy.access, named.proof, bucket, ask.object, ask.visitor);
  named.object = co_await find_shown(directory, ctx, bucket, ask);
  if (!named.object.value) throw no_object(ask.mark.empty() ? ask.object : ask.mark);
  const auto& object = *named.object.value;
  require_kind(object, ask.is_document);

  // What exactly is wanted: the rule with its parameters, the marks, the format that the client takes.
  bind(named, directory, ask);
  named.marks = co_await find_marks(directory, ctx, bucket.domain, named.bound, named.failure);
  const bool takes_last_good = policy.on_error.mode == rule::OnError::Mode::last_good;
  if (named.failure && !takes_last_good && asking == Asking::picture) throw Error(*named.failure);
  named.format = transform::choose_format(named.bound->rule, *object.info, ask.accepts);

  // That gives the rendition its name before anything is read.
  named.parts = key_parts(object, *named.bound, named.marks, named.format, options);
  named.parts.page = ask.page;
  named.parts.rule_generation = named.rule.generation;
  if (named.rule.generation != 0) named.parts.purged_rule = named.rule.id;
  named.parts.bucket_generation = bucket.generation;
  named.key = key_of(named.parts);
  co_return named;
}

}  // namespace calotype::delivery
