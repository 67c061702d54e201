#pragma once

#include "model/geometry.h"
#include "model/rule.h"

namespace calotype::transform {

/// The box that a resize asks for: after percent (of the picture as it is then), dpr and zoom.
struct Target {
  Size box;
  /// The box has the picture's own ratio, as nearly as whole pixels allow.
  bool is_proportional = false;
  bool operator==(const Target&) const = default;
};

/// width and height are the box; `aspect` derives the side that is missing. One side alone: proportional. longest,
/// shortest and megapixels hold as limits of such a box, and make one (of the aspect, or the picture's) without it;
/// of several the smallest counts. Nothing but a zoom: the picture (or the largest box of the aspect in it), times
/// that. megapixels is a budget, so it rounds down and does not grow with dpr.
Target target_of(const rule::Resize& resize, Size picture, double dpr);

/// minWidth, minHeight, maxWidth, maxHeight in pixels of the result. Where they conflict, max wins.
struct Bounds {
  int min_width = 1;
  int min_height = 1;
  int max_width = 0;  ///< 0: none
  int max_height = 0;
};
Bounds bounds_of(const rule::Resize& resize, double dpr);

/// Each side on its own.
Size bounded(Size box, const Bounds& bounds);

/// `result` scaled until it obeys, with the ratio of `picture`.
Size bounded_in_ratio(Size result, Size picture, const Bounds& bounds);

}  // namespace calotype::transform
