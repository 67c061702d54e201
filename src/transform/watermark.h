#pragma once

#include <vector>

#include "model/rule.h"
#include "transform/draft.h"

/// Stage 14.
namespace calotype::transform {

/// The size at which a mark is drawn, its ratio kept: the largest in the square of `dimension`, or in the box of
/// `width` and `height` (one alone: of that length), or its natural size times dpr. Percent is of the output.
Size mark_size(const rule::Watermark& mark, Size natural, Size output, double dpr);

/// Lays mark number `index`, whose header is `info`, over the picture. Left out: on an output smaller than ifMinWidth
/// or ifMinHeight (times dpr), without opacity, or wholly outside. Throws: unprocessable "watermark-too-large" when it
/// would be drawn larger than a result may be, "too-many-marks".
void watermark(Draft& draft, const rule::Watermark& mark, int index, const ImageInfo& info, double dpr,
               const Limits& limits);

}  // namespace calotype::transform
