#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "delivery/delivery.h"
#include "model/object.h"
#include "model/plan.h"
#include "model/rendition.h"
#include "model/tenant.h"
#include "rules/language.h"

namespace calotype::delivery {

/// What a request would get, and why. Nothing is made for it.
struct Explanation {
  std::shared_ptr<const Bucket> bucket;
  std::shared_ptr<const Object> object;
  std::optional<RuleId> rule{};  ///< of a stored one
  std::string rule_name{};
  int revision = 0;
  std::shared_ptr<const rules::Bound> bound;  ///< with the values in
  ImageFormat format = ImageFormat::jpg;
  std::string format_reason;  ///< a sentence
  Varies varies{};
  rules::Holding holding = 0;  ///< of the rule's patches
  RenditionKey key;
  std::optional<Plan> plan{};      ///< absent: refused, or of a document, which a worker has to look at first
  std::optional<Error> refusal{};  ///< why it would not be made
  std::optional<Origin> kept{};    ///< in which tier it is
  bool is_for_background = false;  ///< where it is in no tier, it is made in the background
  std::vector<StandIn> stand_ins;  ///< what would be shown if it could not be made in time, best first
};

}  // namespace calotype::delivery
