#include "transform/rotate.h"

#include <algorithm>

namespace calotype::transform {

void rotate(Draft& draft, const rule::Rotate& rotation, Paint background) {
  if (const auto turns = quarter_turns(rotation.angle)) {
    draft.turn_quarters(*turns);
    return;
  }
  const auto upright = draft.size();
  const double degrees = normal_angle(rotation.angle);
  draft.turn(degrees, rotation.background.value_or(background));
  if (rotation.type == rule::Rotate::Type::pivot) return;
  auto kept = inscribed(upright, degrees);
  kept = {.width = std::min(kept.width, draft.size().width), .height = std::min(kept.height, draft.size().height)};
  const auto at = anchor(kept, draft.size(), Location::center);
  draft.crop({.left = at.x, .top = at.y, .width = kept.width, .height = kept.height});
}

}  // namespace calotype::transform
