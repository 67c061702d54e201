#pragma once

#include "model/rule.h"

/// From lengths to whole pixels. Sizes and places are rounded to the nearest pixel, halves away from zero; what must
/// stay inside something is rounded down, what must cover something outwards. A millionth of a pixel counts as nothing,
/// so that 10 % of 300 is 30 in every direction of rounding.
namespace calotype::transform {

/// No number of pixels in a plan is farther from zero, so that a few of them can be added in an int.
inline constexpr int kFarthest = 100'000'000;

/// `length` in pixels: percent of `whole`, or pixels times `dpr`.
double pixels_of(const rule::Length& length, double whole, double dpr);

int nearest(double pixels);
int at_most(double pixels);
int at_least(double pixels);

/// The nearest length of a side: at least 1.
int side_of(double pixels);

/// round(a * b / c), half up, exactly; for sides, so at least 1 and at most kFarthest.
int scaled_side(std::int64_t a, std::int64_t b, std::int64_t c);

}  // namespace calotype::transform
