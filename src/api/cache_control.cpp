#include "api/cache_control.h"

#include <algorithm>

#include <fmt/format.h>

namespace calotype::api {

namespace {

/// How long a cache may serve a rendition while it asks for a newer one, where its rule does not say.
constexpr Seconds kStaleWhileRevalidate{60};

}  // namespace

Ages ages_of(Seconds bucket, const rule::Caching& rule) {
  Ages ages{.max_age = rule.max_age ? Seconds(*rule.max_age) : bucket,
            .swr = rule.swr ? Seconds(*rule.swr) : kStaleWhileRevalidate,
            .sie = Seconds(rule.sie.value_or(0))};
  if (rule.s_max_age) ages.s_max_age = Seconds(*rule.s_max_age);
  return ages;
}

Ages at_most(Ages ages, Seconds most) {
  ages.max_age = std::min(ages.max_age, most);
  if (ages.s_max_age) ages.s_max_age = std::min(*ages.s_max_age, most);
  return ages;
}

std::string cache_control(Ages ages, bool is_public, std::optional<Seconds> left) {
  bool is_cut = false;
  if (left) {
    const auto cut = at_most(ages, *left);
    is_cut = cut != ages;
    // What is stale is shown beyond its age: only as far as the proof reaches.
    const auto room = *left - std::max(cut.max_age, cut.s_max_age.value_or(Seconds(0)));
    ages = cut;
    ages.swr = std::min(ages.swr, room);
    ages.sie = std::min(ages.sie, room);
  }
  auto text = fmt::format("{}, max-age={}", is_public ? "public" : "private", ages.max_age.count());
  if (is_public && ages.s_max_age) text += fmt::format(", s-maxage={}", ages.s_max_age->count());
  if (is_cut) return text + ", must-revalidate";
  if (ages.swr > Seconds(0)) text += fmt::format(", stale-while-revalidate={}", ages.swr.count());
  if (ages.sie > Seconds(0)) text += fmt::format(", stale-if-error={}", ages.sie.count());
  return text;
}

}  // namespace calotype::api
