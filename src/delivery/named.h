#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "delivery/delivery.h"
#include "delivery/directory.h"
#include "delivery/key.h"

/// The first half of the story: which rendition a request means, before anything is read for it.
namespace calotype::delivery {

/// The rule that a request means, and with which values.
struct WantedRule {
  std::shared_ptr<const rules::Document> document;
  rules::Parameters parameters;
  WallTime since;               ///< when that became what the request means
  std::optional<RuleId> id{};   ///< of a stored rule
  std::int64_t generation = 0;  ///< of a stored rule
  int revision = 0;             ///< of a stored rule
  std::string name{};           ///< of a stored rule
  bool is_fixed = false;        ///< by its revision
  bool is_stale = false;
};

/// Throws: missing, and as rules::parse of a dynamic rule.
Task<WantedRule> wanted_rule(Directory& directory, Context ctx, const Bucket& bucket, const Ask& ask);

/// A rendition by its name, and all that it was made of.
struct Named {
  Found<Bucket> bucket;
  WantedRule rule;
  Found<Object> object;
  rules::Holding holding = 0;  ///< of the rule's patches
  std::shared_ptr<const rules::Bound> bound;
  Varies varies{};
  std::string told{};  ///< what the rule's conditions ask about the client and of the owner's metadata
  std::vector<Found<StoredWatermark>> marks;
  std::optional<Error> failure;  ///< it cannot be made; nothing where that is known only later
  ImageFormat format = ImageFormat::jpg;
  rule::Access::Require proof = rule::Access::Require::none;  ///< that whoever has it must bring
  KeyParts parts{};
  RenditionKey key;

  const rule::Policy& policy() const { return rule.document->policy(); }
  bool is_stale() const;
  /// The newest of what decides the picture, in whole seconds, as HTTP dates are.
  WallTime modified() const;
  std::vector<std::optional<ImageInfo>> mark_infos() const;
};

/// Refuses what the rule's policy does not want made, also where it is there already.
void require_limits(const Named& named, const transform::Limits& own);

/// Who asks: a visitor who must be let in and wants a picture, or somebody who may know what others would get.
enum class Asking { picture, explanation };

/// Throws as Delivery::deliver() does before there is anything to make. `ask` must live until it is done.
Task<Named> name_rendition(Directory& directory, const Options& options, Context ctx, const Ask& ask, Asking asking);

}  // namespace calotype::delivery
