#pragma once

#include <optional>

#include "model/rule.h"
#include "transform/draft.h"
#include "transform/target.h"

/// Stages 9 to 11: a picture into a box.
///
/// Without `enlarge` no fit makes the picture larger than it is: clip, max and outside leave it at its size; crop, min
/// and scale shrink their box, its ratio kept, until it fits inside the picture; what pads (fill, fillmax, clamp,
/// mirror, blurfill, smartpad) still gives the exact box. max, min and fillmax never enlarge, even if `enlarge`.
namespace calotype::transform {

/// What a fit does, in numbers.
struct Fitting {
  Size size;                   ///< that the picture, or what is kept of it, is scaled to
  bool is_cut = false;         ///< the picture is first cut to the ratio of `size`
  std::optional<Size> canvas;  ///< the picture is then placed on this
  bool operator==(const Fitting&) const = default;
};

/// Pure arithmetic, without limits; `smartpad` as `fill`. `auto` crops when picture and box are both wide or both tall
/// (a square is either); `adaptive` swaps the box's sides when that gives the larger picture.
Fitting fit(rule::FitType type, Size picture, Target target, const Bounds& bounds, bool may_enlarge);

/// Cuts to the ratio of `size` where the gravity pulls, and scales to it. A picture that shrinks is cut first, unless
/// its content decides the cut: that is found on the scaled picture.
void crop_resize(Draft& draft, Size size, const rule::Gravities& gravities, double dpr, rule::Kernel kernel,
                 bool is_linear);

void resize(Draft& draft, const Rule& rule, const rule::Resize& resize);
void crop_resize(Draft& draft, const Rule& rule, const rule::CropResize& resize);

}  // namespace calotype::transform
