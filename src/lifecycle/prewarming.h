#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lifecycle/runner.h"
#include "model/tenant.h"
#include "ports/catalog.h"
#include "ports/event_outbox.h"

namespace calotype::lifecycle {

/// Makes one rendition, into the caches. Throws what making one throws.
using Making = std::function<Task<>(Context)>;

/// What a house has to make renditions ahead with.
struct PrewarmHands {
  EventOutbox& events;
  Catalog& catalog;
  const Clock& clock;
  telemetry::Metrics& metrics;
  /// Of an object by a rule, as most clients are going to ask for it.
  std::function<Making(const Bucket&, const std::string& object, RuleId)> upload;
  /// What was asked for most by a rule lately, most first; it is given once.
  std::function<std::vector<Making>(RuleId)> popular;
  /// Whether one more may be made beside what clients wait for.
  std::function<bool()> has_room;
  Seconds late{600};         ///< what happened so long ago has been asked for meanwhile, or is not going to be
  Seconds remembered{60};    ///< which rules of a domain want it, unless an event tells of a change
  Milliseconds most{1'000};  ///< of one step
};

/// Makes renditions before anybody asks, for rules that say so: of each object that is stored (policy.prewarm
/// "upload"), and, where a rule, a label or a rollout of it has changed, of what was asked for most ("publish"). It
/// follows the events of all tenants from when it first ran: those that it has not dealt with are still there after a
/// restart.
Chore prewarming(PrewarmHands hands);

}  // namespace calotype::lifecycle
