#pragma once

#include <optional>
#include <vector>

#include "model/rule.h"
#include "transform/draft.h"

/// Stage 14, after the watermarks.
namespace calotype::transform {

/// Draws one over the picture. `marks`: of Rule::watermarks. Left out as a watermark is, and where there is nothing to
/// draw. Throws: unprocessable "overlay-too-large" when it would be drawn larger than a result may be, and as
/// watermark().
void overlay(Draft& draft, const rule::Overlay& overlay, const Rule& rule,
             const std::vector<std::optional<ImageInfo>>& marks, const Limits& limits);

}  // namespace calotype::transform
