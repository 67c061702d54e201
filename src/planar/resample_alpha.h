#pragma once

#include <cstdint>

#include "planar/arena.h"
#include "planar/resample.h"
#include "planar/weights.h"

namespace calotype::planar {

/// As resample() for samples side by side, of pictures whose last band is alpha: 2 bands or 4. Colours count by their
/// alpha, so that those of transparent pixels are not seen; nothing is premultiplied before or after. Where alpha is 0
/// afterwards, colours are.
void resample_with_alpha(const Interleaved& source, const Weights& across, const Weights& down, std::uint8_t* into,
                         Arena& arena);

}  // namespace calotype::planar
