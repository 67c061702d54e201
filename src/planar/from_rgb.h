#pragma once

#include <cstdint>

#include "planar/arena.h"
#include "planar/planes.h"

namespace calotype::planar {

/// Interleaved 8-bit RGB, row after row without gaps, as full-range BT.601; a sample of chroma is the mean of its
/// pixels.
Planes from_rgb(const std::uint8_t* rgb, int width, int height, Sampling chroma, Arena& arena);

}  // namespace calotype::planar
