#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "http/message.h"
#include "model/purge.h"

namespace calotype::api {

/// Says what caches in front can purge an answer by: Surrogate-Key (Fastly, Varnish) and Cache-Tag (Cloudflare and
/// others). The event purge.done names the same keys.
inline void add_surrogate_keys(http::Fields& fields, BucketId bucket, const std::string& object,
                               const std::optional<RuleId>& rule, std::span<const std::string> rule_tags = {}) {
  std::string keys = surrogate_key(bucket, object);
  keys += " " + surrogate_key(bucket);
  if (rule) keys += " " + surrogate_key(*rule);
  for (const auto& tag : rule_tags) keys += " " + surrogate_key_of_tag(tag);
  std::string tags = keys;
  std::ranges::replace(tags, ' ', ',');
  fields.add("Surrogate-Key", std::move(keys));
  fields.add("Cache-Tag", std::move(tags));
}

}  // namespace calotype::api
