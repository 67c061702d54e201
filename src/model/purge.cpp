#include "model/purge.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/encoding.h"
#include "core/error.h"

namespace calotype {

namespace {

/// Twelve octets are enough that no two objects of a service have the same.
constexpr std::size_t kObjectDigits = 24;

template <class All>
auto found(const All& all, std::string_view name, const char* what) {
  const auto one = std::ranges::find_if(all, [name](auto value) { return name_of(value) == name; });
  if (one == all.end()) throw Error(Fault::internal, fmt::format("read a purge: there is no {} \"{}\"", what, name));
  return *one;
}

}  // namespace

std::string_view name_of(Purge::Scope scope) {
  switch (scope) {
    case Purge::Scope::object: return "object";
    case Purge::Scope::prefix: return "prefix";
    case Purge::Scope::bucket: return "bucket";
    case Purge::Scope::rule: return "rule";
    case Purge::Scope::tag: return "tag";
  }
  return "?";
}

std::string_view name_of(Purge::Reason reason) {
  switch (reason) {
    case Purge::Reason::asked: return "asked";
    case Purge::Reason::deleted: return "deleted";
    case Purge::Reason::expired: return "expired";
    case Purge::Reason::replaced: return "replaced";
    case Purge::Reason::uncached: return "uncached";
  }
  return "?";
}

Purge::Scope purge_scope(std::string_view name) { return found(kPurgeScopes, name, "scope"); }
Purge::Reason purge_reason(std::string_view name) { return found(kPurgeReasons, name, "reason"); }

std::string surrogate_key(BucketId bucket) { return "bucket-" + bucket.text(); }

std::string surrogate_key(BucketId bucket, std::string_view object) {
  const auto hash = Digest::of(fmt::format("object {} {}", bucket.text(), object));
  return "object-" + hash.hex().substr(0, kObjectDigits);
}

std::string surrogate_key(RuleId rule) { return "rule-" + rule.text(); }

std::string surrogate_key_of_tag(std::string_view tag) { return fmt::format("tag-{}", tag); }

Purge purge_of(TenantId tenant, BucketId bucket, std::string name, const ContentHash& content, Purge::Reason reason,
               WallTime when) {
  auto key = surrogate_key(bucket, name);
  return {.id = PurgeId::random(),
          .tenant = tenant,
          .scope = Purge::Scope::object,
          .reason = reason,
          .bucket = bucket,
          .subject = std::move(name),
          .content = content,
          .keys = {std::move(key)},
          .asked = when};
}

NewEvent event_of(const Purge& purge, const std::vector<std::string>& keys, WallTime when) {
  auto data = fmt::format(R"({{"purge_id":"{}","scope":"{}","reason":"{}",)", purge.id.text(), name_of(purge.scope),
                          name_of(purge.reason));
  if (purge.bucket) data += fmt::format(R"("bucket_id":"{}",)", purge.bucket->text());
  data += R"("subject":)";
  append_json_string(data, purge.subject);
  data += R"(,"surrogate_keys":[)";
  for (const auto& key : keys) {
    if (data.back() != '[') data += ",";
    append_json_string(data, key);
  }
  data += fmt::format(R"(],"objects":{},"renditions":{},"complete":{}}})", purge.objects, purge.renditions,
                      purge.done.has_value());
  return {.tenant = purge.tenant,
          .type = "purge.done",
          .subject = fmt::format("purges/{}", purge.id.text()),
          .data = std::move(data),
          .when = when};
}

}  // namespace calotype
