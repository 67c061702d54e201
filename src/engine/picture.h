#pragma once

#include <optional>
#include <string>
#include <vector>

#include <vips/vips8>

#include "core/error.h"
#include "model/colour.h"
#include "model/geometry.h"

/// What every step of the engine assumes of a picture: sRGB (or P3) with 3 bands, or 4 with alpha that is not
/// premultiplied; 8 bits a channel, or 16 where the output keeps more than 8 ("wide"). Private to the module.
namespace calotype::engine {

using vips::VImage;

/// What the first frame of an animation decided for one step, so that the others do not flicker.
struct Decided {
  std::optional<Box> box;
  std::optional<Colour> paint;
  std::vector<double> levels;
};

inline Size size_of(const VImage& image) { return {.width = image.width(), .height = image.height()}; }
inline Box whole(const VImage& image) {
  return {.left = 0, .top = 0, .width = image.width(), .height = image.height()};
}

bool is_wide(const VImage& image);
/// The value of white, and of full alpha: 255 or 65535.
double full_scale(const VImage& image);

VImage colours_of(const VImage& image);
VImage alpha_of(const VImage& image);
/// Adds an opaque alpha unless there is one.
VImage with_alpha(const VImage& image);
/// The colour as values of the picture's bands.
std::vector<double> pixel_of(Colour colour, const VImage& image);
/// A picture of one colour with the bands, format and meaning of another.
VImage filled(Size size, Colour colour, const VImage& like);

/// Rounds and clips computed values to the format and meaning of another picture.
VImage rounded(const VImage& computed, const VImage& like);
/// Copies pixels that were made by hand, row after row.
VImage from_pixels(const void* pixels, Size size, int bands, VipsBandFormat format, VipsInterpretation meaning);
/// Decodes and computes everything up to here.
VImage in_memory(const VImage& image);
/// Throws internal when the box is not inside the picture.
VImage cut(const VImage& image, const Box& box);

/// Colours times alpha, as float; alpha stays on the picture's scale.
VImage premultiply(const VImage& image);
VImage unpremultiply(const VImage& computed, const VImage& like);

/// Runs a computation that mixes neighbours so that the colour of transparent pixels does not bleed.
template <class Change>
VImage premultiplied(const VImage& image, Change change) {
  if (!image.has_alpha()) return change(image);
  return unpremultiply(change(premultiply(image)), image);
}

/// Reads and clears the error buffer of libvips.
std::string take_vips_error();
Error damaged(const std::string& why);

}  // namespace calotype::engine
