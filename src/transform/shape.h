#pragma once

#include "model/rule.h"
#include "transform/draft.h"

/// Stage 13: mask, round, border.
namespace calotype::transform {

/// An ellipse fills the picture; a circle is the largest one in its middle (and `trim` cuts to it); `rounded` has
/// corners of a tenth of the shorter side.
///
/// Radii in percent are of the shorter side; none is more than half of it.
///
/// A border follows the shape before it when that fills the picture. Outside it adds its widths; inside, they are cut
/// to what there is.
void shape(Draft& draft, const rule::Actions& actions, double dpr);

}  // namespace calotype::transform
