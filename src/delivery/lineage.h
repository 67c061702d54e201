#pragma once

#include <memory>
#include <optional>

#include "delivery/key.h"
#include "model/rendition.h"
#include "rules/language.h"

namespace calotype::delivery {

/// What a rendition was asked for by.
struct Asked {
  std::optional<RuleId> rule{};    ///< a stored one, whatever its revision; absent: one that somebody signed
  bool is_fixed = false;           ///< its revision was named
  rules::Parameters parameters{};  ///< also others than the rule's
  std::string told{};              ///< as Named::told
};

/// What a rendition of these parts may stand in for: nothing, where no stored rule made it. One from before its object
/// was uncached, or its rule or bucket purged, stands in for none from after.
Lineage lineage_of(const KeyParts& parts, const Asked& asked, const rules::Bound& rule);

}  // namespace calotype::delivery
