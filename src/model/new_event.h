#pragma once

#include <string>
#include <string_view>

#include "core/clock.h"
#include "model/policy.h"
#include "model/signing_key.h"
#include "model/tenant.h"

namespace calotype {

/// What a store writes down in the transaction of a change; it gets its id and its sequence there.
struct NewEvent {
  TenantId tenant;
  std::string type;     ///< "rule.changed"
  std::string subject;  ///< "domains/<id>/rules/<id>"
  std::string data;     ///< a JSON object
  WallTime when;
};

/// `verb`: "created", "changed" or "deleted".
NewEvent event_of(const Domain& domain, std::string_view verb, WallTime when);
NewEvent event_of(const Bucket& bucket, std::string_view verb, WallTime when);
NewEvent event_of(const StoredRule& rule, std::string_view verb, WallTime when);
NewEvent event_of(const StoredWatermark& watermark, std::string_view verb, WallTime when);
NewEvent event_of(const Distribution& distribution, std::string_view verb, WallTime when);
/// A key has also changed when it was given a policy, or one was taken away.
NewEvent event_of(const AccessKey& key, std::string_view verb, WallTime when);
NewEvent event_of(const StoredPolicy& policy, std::string_view verb, WallTime when);
NewEvent event_of(const SigningKey& key, std::string_view verb, WallTime when);
/// rule.changed: a rollout began, went on or, without one, ended.
NewEvent rollout_event(const StoredRule& rule, const std::optional<RuleRollout>& rollout, WallTime when);
/// rule.changed: the label was put on a revision; without `revision` it was removed.
NewEvent label_event(const StoredRule& rule, const std::string& label, std::optional<int> revision, WallTime when);

}  // namespace calotype
