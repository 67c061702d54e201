#pragma once

#include <vector>

#include "model/rule.h"
#include "transform/draft.h"

/// Stage 14.
namespace calotype::transform {

/// Of one tiled mark at most so many copies are drawn; a rule that asks for more is refused.
inline constexpr std::int64_t kMostMarks = 4096;

/// The size at which a mark is drawn, its ratio kept: the largest in the square of `dimension`, or in the box of
/// `width` and `height` (one alone: of that length), or its natural size times dpr. Percent is of the output.
Size mark_size(const rule::Watermark& mark, Size natural, Size output, double dpr);

/// The top left corners of a mark whose bounding box, turned as it is, has this size. A margin counts from the anchored
/// edges (percent: x of the width, y of the height); an axis on which the mark is centred has none. Tiles start at the
/// margin and go on over the right and bottom edges, `spacing` apart (percent: across of the width, down of the
/// height); chess leaves out every second one. Throws: unprocessable "too-many-marks".
std::vector<Point> mark_positions(const rule::Watermark& mark, Size bounds, Size output, double dpr);

/// Lays mark number `index`, whose header is `info`, over the picture. Left out: on an output smaller than ifMinWidth
/// or ifMinHeight (times dpr), without opacity, or wholly outside. Throws: unprocessable "watermark-too-large" when it
/// would be drawn larger than a result may be.
void watermark(Draft& draft, const rule::Watermark& mark, int index, const ImageInfo& info, double dpr,
               const Limits& limits);

}  // namespace calotype::transform
