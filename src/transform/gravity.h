#pragma once

#include "model/rule.h"
#include "transform/draft.h"

namespace calotype::transform {

/// The first gravity of a list that applies to the picture as it is now: a focal one needs a point, given in the rule
/// (0..1 of this picture) or stored with the object. None applies, or none is given: the focal point, else the centre.
struct Pull {
  rule::Gravity gravity;
  std::optional<Spot> spot;  ///< in pixels, for the focal kind
};
Pull choose_pull(const rule::Gravities& gravities, const Draft& draft);

/// Where a part of a picture is kept.
struct Cut {
  Box box;  ///< its size; its place too, unless `by` finds that in the pixels
  std::optional<plan::SmartCrop::By> by;
  Point shift;  ///< of what is found
};
/// A part of this size of a picture of `size`, where the gravity pulls.
Cut cut_for(Size kept, Size size, const Pull& pull, double pixel_scale);

/// Keeps a part of this size, where the gravity pulls. Moves by dx (to the right) and dy (down), percent of the
/// picture, pixels times `pixel_scale`; never past an edge.
void keep(Draft& draft, Size kept, const Pull& pull, double pixel_scale);

/// `size` with both sides divided; rounded down, at least 1.
Size zoomed(Size size, double zoom);

}  // namespace calotype::transform
