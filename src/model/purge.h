#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/digest.h"
#include "core/id.h"
#include "model/new_event.h"
#include "model/tenant.h"

namespace calotype {

using PurgeId = Id<struct PurgeTag>;

/// Renditions that are dropped from caches, and how far that has come: its receipt.
struct Purge {
  enum class Scope { object, prefix, bucket, rule, tag };
  enum class Reason { asked, deleted, expired, replaced, uncached };

  PurgeId id;
  TenantId tenant;
  Scope scope = Scope::object;
  Reason reason = Reason::asked;
  std::optional<BucketId> bucket{};      ///< of an object, prefix or bucket
  std::string subject{};                 ///< the object's name, the prefix, the rule's id, the tag
  std::optional<ContentHash> content{};  ///< of an object: whose renditions go
  std::vector<std::string> keys{};       ///< surrogate keys: what caches in front are to drop. Of a prefix: none
  std::string cursor{};                  ///< of a prefix: the last name that was dealt with
  std::uint64_t objects = 0;             ///< that were dealt with
  std::uint64_t renditions = 0;          ///< that were removed
  WallTime asked;
  std::optional<WallTime> done{};
  std::int64_t sequence = 0;  ///< rises with every purge of the installation; given by the store
};

inline constexpr std::array kPurgeScopes{Purge::Scope::object, Purge::Scope::prefix, Purge::Scope::bucket,
                                         Purge::Scope::rule, Purge::Scope::tag};
inline constexpr std::array kPurgeReasons{Purge::Reason::asked, Purge::Reason::deleted, Purge::Reason::expired,
                                          Purge::Reason::replaced, Purge::Reason::uncached};

std::string_view name_of(Purge::Scope scope);
std::string_view name_of(Purge::Reason reason);
/// Throws internal for a name that is none.
Purge::Scope purge_scope(std::string_view name);
Purge::Reason purge_reason(std::string_view name);

/// What caches in front know an answer by (the fields Surrogate-Key and Cache-Tag): all of a bucket, of an object, by
/// a rule, by rules with a tag.
std::string surrogate_key(BucketId bucket);
std::string surrogate_key(BucketId bucket, std::string_view object);
std::string surrogate_key(RuleId rule);
std::string surrogate_key_of_tag(std::string_view tag);

/// A purge of the renditions of one object's content.
Purge purge_of(TenantId tenant, BucketId bucket, std::string name, const ContentHash& content, Purge::Reason reason,
               WallTime when);

/// purge.done: caches in front are to drop these keys now. A prefix is told of in several.
NewEvent event_of(const Purge& purge, const std::vector<std::string>& keys, WallTime when);

}  // namespace calotype
