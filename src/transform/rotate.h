#pragma once

#include "model/rule.h"
#include "transform/draft.h"

namespace calotype::transform {

/// Stage 8: clockwise. Multiples of 90 degrees are exact; any other angle turns about the centre on a canvas that holds
/// all of the picture (pivot), from which the largest box of the picture's own ratio is then kept (straighten).
void rotate(Draft& draft, const rule::Rotate& rotation, Paint background);

}  // namespace calotype::transform
