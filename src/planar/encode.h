#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "planar/arena.h"
#include "planar/planes.h"

namespace calotype::planar {

/// Steps of quantisation in zigzag order, of luma and of chroma; 1 to 255.
using QuantisationSteps = std::array<std::array<std::uint8_t, 64>, 2>;

/// What a baseline JPEG has from its tables to its end: DQT, SOF0, DHT, SOS, the picture, EOI. The Huffman tables are
/// made to measure, of one pass over the samples. Planes are in full range; what is missing to whole MCUs is made of
/// their last rows and columns, which are written behind the planes' edges. Throws bad_alloc.
std::string encode_baseline(const Planes& planes, const QuantisationSteps& steps, Arena& arena);

}  // namespace calotype::planar
