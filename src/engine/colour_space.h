#pragma once

#include "engine/picture.h"
#include "model/rule.h"

namespace calotype::engine {

/// The colours that the steps work in and that are written.
struct Working {
  rule::Metadata::Profile profile = rule::Metadata::Profile::srgb;
  bool is_wide = false;
};

/// From whatever was decoded (grey, palette, CMYK, 16 bits, float, with an ICC profile or without) to the picture that
/// picture.h promises. A profile that cannot be used is ignored. Opens no file: the profiles are built into libvips.
VImage to_working(const VImage& decoded, const Working& working);

/// Of the profile that describes the working colours; `decoded` may carry one to keep. Empty: none is known.
std::string profile_of(const VImage& decoded, const Working& working);

}  // namespace calotype::engine
