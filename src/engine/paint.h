#pragma once

#include "engine/picture.h"

namespace calotype::engine {

/// The given colour, or the one that the picture itself gives: its most frequent colour (of those that differ by less
/// than a sixteenth), or the mean of its outermost pixels. Transparent pixels do not count.
Colour resolve(const Paint& paint, const VImage& image);

/// As resolve, but of the first frame for all.
Colour resolve(const Paint& paint, const VImage& image, Decided& decided);

}  // namespace calotype::engine
