#include "model/new_event.h"

#include <fmt/format.h>

#include "core/encoding.h"

namespace calotype {

namespace {

std::string quoted(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

NewEvent event(TenantId tenant, std::string_view noun, std::string_view verb, WallTime when) {
  return {.tenant = tenant, .type = fmt::format("{}.{}", noun, verb), .subject = {}, .data = {}, .when = when};
}

NewEvent rule_event(const StoredRule& rule, std::string_view verb, const std::string& more, WallTime when) {
  auto made = event(rule.tenant, "rule", verb, when);
  made.subject = fmt::format("domains/{}/rules/{}", rule.domain.text(), rule.id.text());
  made.data = fmt::format(R"({{"domain_id":"{}","rule_id":"{}","name":{}{}}})", rule.domain.text(), rule.id.text(),
                          quoted(rule.name), more);
  return made;
}

}  // namespace

NewEvent event_of(const Domain& domain, std::string_view verb, WallTime when) {
  auto made = event(domain.tenant, "domain", verb, when);
  made.subject = fmt::format("domains/{}", domain.id.text());
  made.data = fmt::format(R"({{"domain_id":"{}","name":{}}})", domain.id.text(), quoted(domain.name));
  return made;
}

NewEvent event_of(const Bucket& bucket, std::string_view verb, WallTime when) {
  auto made = event(bucket.tenant, "bucket", verb, when);
  made.subject = fmt::format("buckets/{}", bucket.id.text());
  made.data = fmt::format(R"({{"domain_id":"{}","bucket_id":"{}","alias":{}}})", bucket.domain.text(), bucket.id.text(),
                          quoted(bucket.alias));
  return made;
}

NewEvent event_of(const StoredRule& rule, std::string_view verb, WallTime when) {
  return rule_event(rule, verb, fmt::format(R"(,"revision":{})", rule.revision), when);
}

NewEvent event_of(const StoredWatermark& watermark, std::string_view verb, WallTime when) {
  auto made = event(watermark.tenant, "watermark", verb, when);
  made.subject = fmt::format("domains/{}/watermarks/{}", watermark.domain.text(), watermark.id.text());
  made.data = fmt::format(R"({{"domain_id":"{}","watermark_id":"{}","alias":{}}})", watermark.domain.text(),
                          watermark.id.text(), quoted(watermark.alias));
  return made;
}

NewEvent event_of(const Distribution& distribution, std::string_view verb, WallTime when) {
  auto made = event(distribution.tenant, "distribution", verb, when);
  made.subject = fmt::format("distributions/{}", distribution.id.text());
  made.data =
      fmt::format(R"({{"distribution_id":"{}","dns_name":{}}})", distribution.id.text(), quoted(distribution.dns_name));
  return made;
}

NewEvent event_of(const AccessKey& key, std::string_view verb, WallTime when) {
  auto made = event(key.tenant, "access-key", verb, when);
  made.subject = fmt::format("access-keys/{}", key.id.text());
  made.data = fmt::format(R"({{"access_id":"{}","active":{}}})", key.id.text(), key.is_active);
  return made;
}

NewEvent event_of(const StoredPolicy& policy, std::string_view verb, WallTime when) {
  auto made = event(policy.tenant, "policy", verb, when);
  made.subject = fmt::format("policies/{}", policy.id.text());
  made.data = fmt::format(R"({{"policy_id":"{}","alias":{}}})", policy.id.text(), quoted(policy.alias));
  return made;
}

NewEvent event_of(const SigningKey& key, std::string_view verb, WallTime when) {
  auto made = event(key.tenant, "signing-key", verb, when);
  made.subject = fmt::format("signing-keys/{}", key.id.text());
  made.data = fmt::format(R"({{"id":"{}"}})", key.id.text());
  return made;
}

NewEvent rollout_event(const StoredRule& rule, const std::optional<RuleRollout>& rollout, WallTime when) {
  const auto shown =
      rollout ? fmt::format(R"({{"from":{},"percent":{}}})", rollout->from, rollout->percent) : std::string("null");
  return rule_event(rule, "changed", fmt::format(R"(,"revision":{},"rollout":{})", rule.revision, shown), when);
}

NewEvent label_event(const StoredRule& rule, const std::string& label, std::optional<int> revision, WallTime when) {
  const auto target = revision ? std::to_string(*revision) : std::string("null");
  return rule_event(rule, "changed", fmt::format(R"(,"label":{},"revision":{})", quoted(label), target), when);
}

}  // namespace calotype
