#pragma once

#include <algorithm>

#include "model/rule.h"

namespace calotype::rules {

/// One number for all formats: each gets the one that looks about the same.
inline rule::Quality spread_of(int quality) {
  return {.jpg = quality,
          .webp = std::max(1, quality - 1),
          .avif = std::max(std::min(quality, 20), quality - 17),
          .tiff = quality};
}

}  // namespace calotype::rules
