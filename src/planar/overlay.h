#pragma once

#include <cstdint>
#include <vector>

#include "planar/planes.h"

namespace calotype::planar {

/// A picture with transparency, in the colours of planes and at full resolution. Owns its samples.
class Overlay {
 public:
  /// `rgba`: 8 bits, alpha not premultiplied, row after row without gaps. `is_studio`: for planes in studio range.
  Overlay(const std::uint8_t* rgba, int width, int height, bool is_studio);

  int width() const { return width_; }
  int height() const { return height_; }

  /// Lays it over a picture with three planes, its top left corner at that luma pixel, which may lie outside: what is
  /// outside is not drawn. Colours are mixed as they stand, as libvips does it in sRGB.
  void lay(const Planes& under, int left, int top) const;

 private:
  /// Of one sample of chroma: over all luma pixels that it stands for.
  struct Mixed {
    int alpha = 0;  ///< sum
    int blue = 0;   ///< sums, times alpha
    int red = 0;
    int count = 0;  ///< pixels of the picture
  };
  Mixed mix(const Planes& under, int column, int row, int left, int top) const;
  void lay_luma(const Plane& under, int left, int top) const;
  void lay_chroma(const Planes& under, int left, int top) const;

  std::size_t place(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x);
  }

  int width_;
  int height_;
  std::vector<std::uint8_t> luma_;
  std::vector<std::uint8_t> blue_;
  std::vector<std::uint8_t> red_;
  std::vector<std::uint8_t> alpha_;
};

}  // namespace calotype::planar
