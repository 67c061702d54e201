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

/// The blocks that an original carries, as they lie in it; empty: none.
struct Carried {
  std::string exif;
  std::string iptc;
  std::string xmp;
};

Carried carried_by(const VImage& decoded);

/// Whether the rule wants the working colours' profile in the file.
bool embeds_profile(const rule::Metadata& rule);

/// Chooses from what the original carries by the rule: thumbnails never, places only where
/// the rule keeps gps, and orientation only where it is still true.
Attached choose_metadata(const Carried& carried, const Plan& plan);

}  // namespace calotype::engine
