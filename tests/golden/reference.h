#pragma once

#include <cstdint>
#include <vector>

#include "model/geometry.h"

/// What a reduced picture ought to be, computed in floating point from every pixel of the whole one; and how near
/// another comes to it.
namespace calotype::reference {

/// RGB, 0..255, row after row.
struct Field {
  Size size;
  std::vector<float> rgb;

  explicit Field(Size of) : size(of), rgb(static_cast<std::size_t>(of.pixels()) * 3) {}
};

Field field_of(const std::uint8_t* rgb, Size size);
Field cut(const Field& field, const Box& box);
/// Lanczos3 with pixel centres kept, edges continued, one pass in each direction.
Field scaled(const Field& field, Size size);
/// As it is seen by an EXIF orientation.
Field oriented(const Field& field, int orientation);

/// In dB, over all channels.
double psnr(const Field& a, const Field& b);
/// Mean structural similarity of luma: Gaussian window of 11x11 with sigma 1.5, as Wang and others have it.
double ssim(const Field& a, const Field& b);

}  // namespace calotype::reference
