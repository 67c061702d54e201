#pragma once

#include <string>

#include "engine/picture.h"
#include "model/plan.h"

namespace calotype::engine {

/// What is attached to the written file; empty: nothing.
struct Attached {
  std::string exif;  ///< a TIFF structure
  std::string xmp;   ///< a packet
  std::string iptc;  ///< IIM records, without the Photoshop resource around them
  std::string icc;
  double dpi = 0;  ///< 0: not said
};

/// Chooses from what the original carries (`decoded`, before any step) by the rule: thumbnails never, places only where
/// the rule keeps gps, and orientation only where it is still true.
Attached choose_metadata(const VImage& decoded, const Plan& plan);

}  // namespace calotype::engine
