#pragma once

#include "model/rule.h"
#include "transform/draft.h"

namespace calotype::transform {

/// Stage 11. Sides: percent of the picture's width for left and right, of its height for top and bottom; a negative one
/// cuts. A canvas (width, height, or the smallest of an aspect) never cuts: it is at least as large as the picture.
/// Throws: unprocessable "empty-crop" when negative sides leave nothing.
void extend(Draft& draft, const Rule& rule, const rule::Extend& extension);

}  // namespace calotype::transform
