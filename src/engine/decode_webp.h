#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "engine/metadata.h"
#include "planar/arena.h"
#include "planar/planes.h"

namespace calotype::engine {

struct WebpPlanes {
  planar::Planes planes;  ///< in studio range, as the file holds them
  Carried carried;
};

/// A lossy still without alpha, as planes: RGB is never made of it. Nothing for every other file, damaged ones among
/// them. Throws bad_alloc.
std::optional<WebpPlanes> decode_webp(std::span<const std::byte> file, Size size, planar::Arena& arena);

}  // namespace calotype::engine
