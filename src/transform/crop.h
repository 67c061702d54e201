#pragma once

#include "model/rule.h"
#include "transform/draft.h"

namespace calotype::transform {

/// Stage 7. All three forms are measured on the original as it is then (`dpr` does not touch them) and cut to it:
/// a rectangle (the zoom shrinks it about its centre), a size where the gravity pulls (an open side is the whole one),
/// or the largest box of an aspect where the gravity pulls.
/// Throws: unprocessable "empty-crop".
void crop(Draft& draft, const rule::Crop& crop);

}  // namespace calotype::transform
