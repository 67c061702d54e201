#include "engine/coverage.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

namespace calotype::engine {
namespace {

/// From the shape's outline to a point, in pixels; negative inside.
double distance_to_box(const Shape& shape, double x, double y) {
  const double half_width = shape.width / 2;
  const double half_height = shape.height / 2;
  const double dx = x - shape.left - half_width;
  const double dy = y - shape.top - half_height;
  const std::size_t corner = dy < 0 ? (dx < 0 ? 0 : 1) : (dx < 0 ? 3 : 2);
  const double radius = std::clamp(shape.radii[corner], 0.0, std::min(half_width, half_height));
  const double qx = std::abs(dx) - half_width + radius;
  const double qy = std::abs(dy) - half_height + radius;
  return std::min(std::max(qx, qy), 0.0) + std::hypot(std::max(qx, 0.0), std::max(qy, 0.0)) - radius;
}

/// To first order: the implicit function over the length of its gradient. Exact on the outline.
double distance_to_ellipse(const Shape& shape, double x, double y) {
  const double a = shape.width / 2;
  const double b = shape.height / 2;
  if (a <= 0 || b <= 0) return 1;
  const double dx = (x - shape.left - a) / a;
  const double dy = (y - shape.top - b) / b;
  const double length = std::hypot(dx, dy);
  const double gradient = std::hypot(dx / a, dy / b);
  if (gradient <= 0) return -std::min(a, b);
  return length * (length - 1) / gradient;
}

double covered(const Shape& shape, double x, double y, double feather) {
  const double distance = shape.is_ellipse ? distance_to_ellipse(shape, x, y) : distance_to_box(shape, x, y);
  if (feather > 0) return std::clamp(1 - distance / feather, 0.0, 1.0);
  return std::clamp(0.5 - distance, 0.0, 1.0);
}

/// In integers, because a mask of the largest result would take four times as much as floats.
template <class Step, class Value>
VImage computed(Size canvas, VipsBandFormat format, Value value) {
  constexpr double kOne = std::numeric_limits<Step>::max();
  std::vector<Step> values(static_cast<std::size_t>(canvas.pixels()));
  std::size_t i = 0;
  for (int y = 0; y < canvas.height; ++y) {
    for (int x = 0; x < canvas.width; ++x) values[i++] = static_cast<Step>(std::lround(value(x + 0.5, y + 0.5) * kOne));
  }
  return from_pixels(values.data(), canvas, 1, format, VIPS_INTERPRETATION_B_W) / kOne;
}

}  // namespace

VImage coverage(Size canvas, const Shape& shape, double feather) {
  return computed<std::uint8_t>(canvas, VIPS_FORMAT_UCHAR,
                                [&](double x, double y) { return covered(shape, x, y, feather); });
}

VImage ramp(Size canvas, double degrees, double start, double stop) {
  const double angle = degrees * std::numbers::pi / 180;
  const double dx = std::cos(angle);
  const double dy = std::sin(angle);
  // The picture's extent along the direction is 1.
  const double extent = std::abs(dx) * canvas.width + std::abs(dy) * canvas.height;
  const double length = std::max(stop - start, 1e-6);
  return computed<std::uint16_t>(canvas, VIPS_FORMAT_USHORT, [&](double x, double y) {
    const double along = ((x - canvas.width / 2.0) * dx + (y - canvas.height / 2.0) * dy) / extent + 0.5;
    return std::clamp((along - start) / length, 0.0, 1.0);
  });
}

}  // namespace calotype::engine
