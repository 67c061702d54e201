#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "model/geometry.h"
#include "planar/arena.h"
#include "png/header.h"

/// PNGs that are whole, read into memory at once: what most are, and about twice as fast as row by row. Needs room for
/// the whole picture as it is deflated, so that very large ones are left to libpng, as are damaged and interlaced ones.
namespace calotype::png {

/// Samples as libvips' loader gives them: a palette is looked up, small samples of grey fill 8 bits, and one
/// transparent colour is a band of alpha. Rows lie one behind the other without gaps, in an arena.
struct Pixels {
  const std::uint8_t* samples = nullptr;  ///< of 16 bits: in the processor's order
  Size size;
  int bands = 3;  ///< 1: grey; 2: with alpha; 3; 4: with alpha
  int bits = 8;   ///< or 16
};

/// Bytes that read() takes of the arena.
std::int64_t bytes_to_read(const Header& header);

/// Nothing where the picture turns out not to be whole. Throws bad_alloc.
std::optional<Pixels> read(const Header& header, planar::Arena& arena);

}  // namespace calotype::png
