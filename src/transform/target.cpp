#include "transform/target.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "transform/geometry.h"
#include "transform/length.h"

namespace calotype::transform {
namespace {

/// The sides of a shape before they are rounded.
struct Shape {
  double width;
  double height;
};

Size rounded(Shape shape) { return {.width = side_of(shape.width), .height = side_of(shape.height)}; }

Size within_pixels(Shape ratio, double pixels) {
  const double scale = std::sqrt(pixels / (ratio.width * ratio.height));
  return {.width = std::max(1, at_most(ratio.width * scale)), .height = std::max(1, at_most(ratio.height * scale))};
}

/// The picture's own ratio, by the smallest of what is asked for.
Size proportional_box(const rule::Resize& resize, Size picture, double scale) {
  std::optional<Size> smallest;
  const auto offer = [&](Size size) {
    if (!smallest || size.pixels() < smallest->pixels()) smallest = size;
  };
  const double zoom = resize.zoom;
  const bool is_wide = picture.width >= picture.height;
  const auto by_side = [&](bool is_width, double pixels) {
    offer(is_width ? scaled_to_width(picture, side_of(pixels)) : scaled_to_height(picture, side_of(pixels)));
  };
  if (resize.width) by_side(true, pixels_of(*resize.width, picture.width, scale / zoom) * zoom);
  if (resize.height) by_side(false, pixels_of(*resize.height, picture.height, scale / zoom) * zoom);
  if (resize.longest) by_side(is_wide, *resize.longest * scale);
  if (resize.shortest) by_side(!is_wide, *resize.shortest * scale);
  if (resize.megapixels) {
    offer(within_pixels({.width = 1.0 * picture.width, .height = 1.0 * picture.height},
                        *resize.megapixels * 1e6 * zoom * zoom));
  }
  return smallest.value_or(rounded({.width = picture.width * zoom, .height = picture.height * zoom}));
}

/// A box whose shape is given: by both sides, or by one or none and the aspect.
Size shaped_box(const rule::Resize& resize, Size picture, double scale) {
  const double zoom = resize.zoom;
  const double ratio = resize.aspect ? resize.aspect->width / resize.aspect->height : 1;
  const auto side = [&](const rule::Length& length, int whole) {
    return pixels_of(length, whole, scale / zoom) * zoom;
  };

  Shape shape{.width = ratio, .height = 1};
  const bool has_side = resize.width || resize.height;
  if (resize.width) shape.width = side(*resize.width, picture.width);
  if (resize.height) shape.height = side(*resize.height, picture.height);
  if (resize.width && !resize.height) shape.height = shape.width / ratio;
  if (resize.height && !resize.width) shape.width = shape.height * ratio;

  std::optional<double> factor;
  const auto offer = [&](double by) { factor = std::min(factor.value_or(by), by); };
  if (has_side) offer(1);
  if (resize.longest) offer(*resize.longest * scale / std::max(shape.width, shape.height));
  if (resize.shortest) offer(*resize.shortest * scale / std::min(shape.width, shape.height));
  if (!factor && !resize.megapixels) offer(zoom * std::min(picture.width / shape.width, picture.height / shape.height));

  const double by = factor.value_or(1);
  const Shape scaled{.width = shape.width * by, .height = shape.height * by};
  if (!resize.megapixels) return rounded(scaled);
  const double pixels = *resize.megapixels * 1e6 * zoom * zoom;
  if (factor && scaled.width * scaled.height <= pixels) return rounded(scaled);
  return within_pixels(scaled, pixels);
}

}  // namespace

Target target_of(const rule::Resize& resize, Size picture, double dpr) {
  const double scale = dpr * resize.zoom;
  const bool is_shaped = resize.aspect.has_value() || (resize.width && resize.height);
  if (is_shaped) return {.box = shaped_box(resize, picture, scale), .is_proportional = false};
  return {.box = proportional_box(resize, picture, scale), .is_proportional = true};
}

Bounds bounds_of(const rule::Resize& resize, double dpr) {
  const auto pixels = [dpr](const std::optional<double>& side, int otherwise) {
    return side ? side_of(*side * dpr) : otherwise;
  };
  return {.min_width = pixels(resize.min_width, 1),
          .min_height = pixels(resize.min_height, 1),
          .max_width = pixels(resize.max_width, 0),
          .max_height = pixels(resize.max_height, 0)};
}

Size bounded(Size box, const Bounds& bounds) {
  box.width = std::max(box.width, bounds.min_width);
  box.height = std::max(box.height, bounds.min_height);
  if (bounds.max_width > 0) box.width = std::min(box.width, bounds.max_width);
  if (bounds.max_height > 0) box.height = std::min(box.height, bounds.max_height);
  return box;
}

Size bounded_in_ratio(Size result, Size picture, const Bounds& bounds) {
  if (result.width < bounds.min_width) result = scaled_to_width(picture, bounds.min_width);
  if (result.height < bounds.min_height) result = scaled_to_height(picture, bounds.min_height);
  if (bounds.max_width > 0 && result.width > bounds.max_width) result = scaled_to_width(picture, bounds.max_width);
  if (bounds.max_height > 0 && result.height > bounds.max_height) {
    result = scaled_to_height(picture, bounds.max_height);
    if (bounds.max_width > 0) result.width = std::min(result.width, bounds.max_width);
  }
  return result;
}

}  // namespace calotype::transform
