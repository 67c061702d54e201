#include "delivery/stand_in.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace calotype::delivery {

namespace {

/// Rounding to whole pixels alters the shape of a small picture so much.
constexpr double kShapeTolerance = 0.01;

bool has_shape_of(Size size, Size wanted) {
  if (size.height <= 0 || wanted.height <= 0) return false;
  const auto shape = static_cast<double>(size.width) / size.height;
  const auto wanted_shape = static_cast<double>(wanted.width) / wanted.height;
  const double rounding = 1.0 / std::min(wanted.width, wanted.height);
  return std::abs(shape / wanted_shape - 1) <= std::max(kShapeTolerance, rounding);
}

bool is_larger(const Want& want, const Traits& other) {
  const bool shows_the_same = want.lineage.look != Digest() && other.lineage.look == want.lineage.look;
  if (!want.size || !shows_the_same) return false;
  if (other.format != want.format && other.format != ImageFormat::jpg) return false;
  return other.size.width >= want.size->width && other.size.height >= want.size->height &&
         has_shape_of(other.size, *want.size);
}

}  // namespace

std::string_view name_of(Degraded degraded) {
  switch (degraded) {
    case Degraded::no: return "no";
    case Degraded::stale: return "stale";
    case Degraded::larger: return "larger";
    case Degraded::last_good: return "last-good";
    case Degraded::original: return "original";
    case Degraded::placeholder: return "placeholder";
  }
  return "?";
}

std::vector<StandIn> stand_ins(const Want& want, std::span<const Relative> family) {
  std::vector<StandIn> found;
  std::vector<Relative> larger;
  for (const auto& relative : family) {
    if (relative.key == want.key) continue;
    const bool is_stale = want.lineage.slot != Digest() && relative.traits.lineage.slot == want.lineage.slot;
    if (is_stale) {
      found.push_back({.key = relative.key, .kind = Degraded::stale});
    } else if (is_larger(want, relative.traits)) {
      larger.push_back(relative);
    }
  }
  std::ranges::sort(larger, {}, [](const Relative& one) { return one.traits.size.width; });
  for (const auto& relative : larger) found.push_back({.key = relative.key, .kind = Degraded::larger});
  std::set<RenditionKey> seen;
  std::erase_if(found, [&](const StandIn& one) { return !seen.insert(one.key).second; });
  return found;
}

}  // namespace calotype::delivery
