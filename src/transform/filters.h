#pragma once

#include "model/rule.h"
#include "transform/draft.h"

namespace calotype::transform {

/// Stage 12: adjust, tone, blur, pixelate, median, sharpen. Lengths on the result (the sigmas of blur and sharpen, the
/// cell of pixelate) grow with dpr, so that a rendition looks the same at every density; the median's window counts
/// samples of noise and does not. A sharpen that is automatic stays only where sides shrank by more than 1.5.
void filter(Draft& draft, const rule::Actions& actions, double dpr);

}  // namespace calotype::transform
