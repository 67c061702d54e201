#pragma once

#include <cstddef>
#include <optional>

#include "model/plan.h"

namespace calotype::engine {

/// What is done while the file is still being decoded, so that a large original never lies in memory as a whole:
/// shrinking in the decoder, cutting, resizing. EXIF orientation comes last, on the small picture; everything
/// before it is in the coordinates of the stored (not upright) pixels.
struct Head {
  int shrink = 1;
  std::optional<Box> crop;  ///< of the picture as the decoder gives it, shrunk
  std::optional<plan::Resize> resize;
  int orientation = 1;
  std::size_t steps = 0;  ///< how many of the plan's first steps it stands for
};

/// Pure. Takes the longest beginning of the plan of the form: orient, crops, one resize.
Head make_head(const Plan& plan);

/// Where a box of the upright picture lies in the stored one.
Box stored_box(const Box& upright, int orientation, Size stored);

}  // namespace calotype::engine
