#include "delivery/stand_in.h"

#include <algorithm>
#include <cmath>

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

bool is_larger(const Want& want, const Relative& relative) {
  const bool shows_the_same = want.lineage.look != Digest() && relative.lineage.look == want.lineage.look;
  if (!want.size || !shows_the_same) return false;
  if (relative.format != want.format && relative.format != ImageFormat::jpg) return false;
  return relative.size.width >= want.size->width && relative.size.height >= want.size->height &&
         has_shape_of(relative.size, *want.size);
}

}  // namespace

std::string_view name_of(Degraded degraded) {
  switch (degraded) {
    case Degraded::no: return "no";
    case Degraded::stale: return "stale";
    case Degraded::larger: return "larger";
  }
  return "?";
}

std::vector<StandIn> stand_ins(const Want& want, std::span<const Relative> family) {
  std::vector<StandIn> found;
  std::vector<Relative> larger;
  for (const auto& relative : family) {
    if (relative.key == want.key) continue;
    const bool is_stale = want.lineage.slot != Digest() && relative.lineage.slot == want.lineage.slot;
    if (is_stale && want.may_be_stale) {
      found.push_back({.key = relative.key, .kind = Degraded::stale});
    } else if (!is_stale && want.may_be_larger && is_larger(want, relative)) {
      larger.push_back(relative);
    }
  }
  std::ranges::sort(larger, {}, [](const Relative& one) { return one.size.width; });
  for (const auto& relative : larger) found.push_back({.key = relative.key, .kind = Degraded::larger});
  return found;
}

}  // namespace calotype::delivery
