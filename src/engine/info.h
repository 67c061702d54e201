#pragma once

#include <string>
#include <vector>

#include "engine/picture.h"
#include "model/image_info.h"

/// What is written about a picture instead of it: the formats json, blurhash and palette (docs/rules.md, Formats).
namespace calotype::engine {

/// A colour of a picture, and how much of what can be seen it stands for, 0..1.
struct Shade {
  Colour colour;
  double share = 0;
};

/// At most so many colours that stand for all others, the most frequent first; none where nothing can be seen.
std::vector<Shade> palette_of(const VImage& image, int most = 8);

/// The BlurHash of an opaque picture: 4 x 3 components, 3 x 4 where it is higher than wide.
std::string blurhash_of(const VImage& opaque);

/// The whole body. `background`: what is seen through transparent pixels, for the BlurHash.
std::string info_of(const VImage& picture, ImageFormat format, const ImageInfo& original, Colour background);

}  // namespace calotype::engine
