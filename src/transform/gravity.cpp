#include "transform/gravity.h"

#include <algorithm>

#include "transform/length.h"

namespace calotype::transform {
namespace {

/// The point of a focal gravity; a coordinate that the rule leaves open is the stored point's.
std::optional<Spot> spot_of(const rule::Gravity& gravity, const Draft& draft) {
  const auto size = draft.size();
  if (!gravity.x && !gravity.y) return draft.focal();
  const Spot stored = draft.focal().value_or(Spot{.x = size.width / 2.0, .y = size.height / 2.0});
  return Spot{.x = gravity.x ? *gravity.x * size.width : stored.x,
              .y = gravity.y ? *gravity.y * size.height : stored.y};
}

Point shift_of(const rule::Gravity& gravity, Size size, double pixel_scale) {
  return {.x = nearest(pixels_of(gravity.dx, size.width, pixel_scale)),
          .y = nearest(pixels_of(gravity.dy, size.height, pixel_scale))};
}

}  // namespace

Pull choose_pull(const rule::Gravities& gravities, const Draft& draft) {
  for (const auto& gravity : gravities) {
    if (gravity.kind != rule::Gravity::Kind::focal) return {.gravity = gravity, .spot = std::nullopt};
    if (const auto spot = spot_of(gravity, draft)) return {.gravity = gravity, .spot = spot};
  }
  if (gravities.empty() && draft.focal()) {
    return {.gravity = {.kind = rule::Gravity::Kind::focal}, .spot = draft.focal()};
  }
  return {};
}

Cut cut_for(Size kept, Size size, const Pull& pull, double pixel_scale) {
  kept = {.width = std::min(kept.width, size.width), .height = std::min(kept.height, size.height)};
  Cut cut{.box = {.width = kept.width, .height = kept.height}, .shift = shift_of(pull.gravity, size, pixel_scale)};
  auto& box = cut.box;
  switch (pull.gravity.kind) {
    case rule::Gravity::Kind::attention: cut.by = plan::SmartCrop::By::attention; return cut;
    case rule::Gravity::Kind::entropy: cut.by = plan::SmartCrop::By::entropy; return cut;
    case rule::Gravity::Kind::focal:
      box = around(kept, size, pull.spot.value_or(Spot{.x = size.width / 2.0, .y = size.height / 2.0}));
      break;
    case rule::Gravity::Kind::location: {
      const auto at = anchor(kept, size, pull.gravity.location);
      box.left = at.x;
      box.top = at.y;
    }
  }
  box.left += cut.shift.x;
  box.top += cut.shift.y;
  box = push_inside(box, size);
  return cut;
}

void keep(Draft& draft, Size kept, const Pull& pull, double pixel_scale) {
  const auto cut = cut_for(kept, draft.size(), pull, pixel_scale);
  if (cut.by) return draft.smart_crop(cut.box.size(), *cut.by, cut.shift);
  draft.crop(cut.box);
}

Size zoomed(Size size, double zoom) {
  return {.width = std::max(1, at_most(size.width / zoom)), .height = std::max(1, at_most(size.height / zoom))};
}

}  // namespace calotype::transform
