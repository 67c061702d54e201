#pragma once

#include <optional>
#include <string>

#include "core/clock.h"
#include "model/rule_policy.h"

namespace calotype::api {

/// How long browsers and caches may have an answer.
struct Ages {
  Seconds max_age{0};
  std::optional<Seconds> s_max_age{};  ///< for shared caches, where it is another
  Seconds swr{0};                      ///< stale-while-revalidate
  Seconds sie{0};                      ///< stale-if-error
  bool operator==(const Ages&) const = default;
};

/// Of a rendition: what the rule says comes before the bucket's age.
Ages ages_of(Seconds bucket, const rule::Caching& rule);

/// None longer than `most`.
Ages at_most(Ages ages, Seconds most);

/// The field Cache-Control. `left`: until the proof ends that opened the answer; nothing is kept or shown beyond it.
std::string cache_control(Ages ages, bool is_public, std::optional<Seconds> left);

}  // namespace calotype::api
