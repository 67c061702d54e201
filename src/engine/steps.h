#pragma once

#include "engine/picture.h"
#include "model/plan.h"

/// The steps of a plan, one function each: picture in, picture out (picture.h says what a picture is).
namespace calotype::engine {

VImage orient(const VImage& image, int orientation);
VImage quarter_turn(const VImage& image, int turns);
VImage flip(const VImage& image, bool horizontal, bool vertical);
VImage smart_crop(const VImage& image, const plan::SmartCrop& step, Decided& decided);
VImage smart_pad(const VImage& image, const plan::SmartPad& step, Decided& decided);
/// Clockwise about the centre, on a canvas of the given size with the same centre.
VImage turn(const VImage& image, double degrees, Size canvas, Colour background);

/// Takes what the decoder gives as well: any bands and depth.
VImage resize(const VImage& image, const plan::Resize& step);
VImage extend(const VImage& image, const plan::Extend& step, Decided& decided);

VImage cover_area(const VImage& image, const plan::CoverArea& step);
/// What is left of a picture that has nothing but border: all of it.
Box find_trim(const VImage& image, const plan::FindTrim& step);

/// In this order: normalize, brightness, contrast, gamma, saturation and hue, invert.
VImage adjust(const VImage& image, const rule::Adjust& values, Decided& decided);
VImage tone(const VImage& image, const rule::Tone& values);

/// Gaussian; edges are continued outwards.
VImage gaussian(const VImage& image, double sigma);
VImage blur(const VImage& image, const rule::Blur& values);
/// Every cell, from the top left, becomes its mean; cells at the right and bottom may be partial.
VImage pixelate(const VImage& image, int cell);
VImage median(const VImage& image, int window);
VImage sharpen(const VImage& image, const rule::Sharpen& values);

VImage mask(const VImage& image, const plan::Mask& step, Decided& decided);
VImage border(const VImage& image, const plan::Border& step);

/// An overlay by itself: RGBA of 8 bits.
VImage draw(const plan::Rect& step);
VImage draw(const plan::Gradient& step);
VImage draw(const plan::Text& step);

/// What is laid on, as it is laid on: RGBA of the size of its shadow, turned, with its opacity.
struct Stamp {
  VImage image;
  Point origin;  ///< of the turned bounding box in it
  Size bounds;   ///< of that box
};
/// `layer`: RGBA of 8 bits.
Stamp make_stamp(const VImage& layer, double degrees, double opacity, const std::optional<rule::Shadow>& shadow);
Stamp make_stamp(const VImage& mark, const plan::Watermark& step);
VImage lay(const VImage& image, const Stamp& stamp, const std::vector<Point>& positions, rule::Blend blend);

}  // namespace calotype::engine
