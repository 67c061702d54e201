#pragma once

#include "engine/picture.h"

namespace calotype::engine {

/// How much of what draws the eye is inside the box, 0..1: of the edges in brightness and colour, those of noise left
/// out. Of a picture without any: the box's share of the area. Looks at a copy of at most 256 pixels a side.
double salient_share(const VImage& image, const Box& box);

}  // namespace calotype::engine
