#pragma once

#include <array>

#include "engine/picture.h"

/// How much of each pixel lies inside a shape: one band of float, 0..1, edges antialiased over one pixel.
namespace calotype::engine {

/// A box with its own radius at each corner (top left, top right, bottom right, bottom left), or the ellipse that fills
/// it.
struct Shape {
  double left = 0;
  double top = 0;
  double width = 0;
  double height = 0;
  std::array<double, 4> radii{};
  bool is_ellipse = false;
};

/// `feather`: pixels outside of the shape over which it fades to nothing.
VImage coverage(Size canvas, const Shape& shape, double feather = 0);

/// Grows from 0 at `start` to 1 at `stop`, both 0..1 of the canvas, along a direction: 0 degrees points right, 90 down
/// (clockwise), 180 left, 270 up.
VImage ramp(Size canvas, double degrees, double start, double stop);

}  // namespace calotype::engine
