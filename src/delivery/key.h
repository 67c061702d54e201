#pragma once

#include <optional>
#include <vector>

#include "model/object.h"
#include "model/rendition.h"
#include "model/tenant.h"
#include "transform/planner.h"

namespace calotype::delivery {

/// Raise it with every change that alters the pixels or the bytes of any rendition: old ones are then made anew.
inline constexpr int kEngineEpoch = 5;

/// All that decides the bytes of a rendition.
struct KeyParts {
  TenantId
      tenant;  ///< tenants share no renditions, so that one cannot learn from the speed of an answer what another has
  ContentHash content;
  Digest rule;  ///< of the canonical rule with its parameters' values
  std::vector<std::optional<ContentHash>> marks;
  ImageFormat format = ImageFormat::jpg;
  std::optional<FocalPoint> focal;
  std::int64_t generation = 0;  ///< the object's
  std::int64_t rule_generation = 0;
  std::optional<RuleId> purged_rule{};  ///< of another generation than the first: it shares no rendition with others
  std::int64_t bucket_generation = 0;
  std::optional<int> page{};      ///< of a document, instead of the rule's
  std::optional<Digest> fonts{};  ///< where the rule writes texts
  transform::Limits limits;       ///< they cut frames: a limit that is raised must not keep serving what was cut
};

RenditionKey key_of(const KeyParts& parts);

/// Of all renditions of a content of a tenant: how their keys begin.
Family family_of(TenantId tenant, const ContentHash& content);

}  // namespace calotype::delivery
