#include "transform/extend.h"

#include <algorithm>

#include <fmt/format.h>

#include "transform/length.h"

namespace calotype::transform {
namespace {

Size canvas_around(Size picture, const rule::Extend& extension, double dpr) {
  Size canvas = picture;
  if (extension.width) canvas.width = side_of(pixels_of(*extension.width, picture.width, dpr));
  if (extension.height) canvas.height = side_of(pixels_of(*extension.height, picture.height, dpr));
  canvas = {.width = std::max(canvas.width, picture.width), .height = std::max(canvas.height, picture.height)};
  if (!extension.aspect) return canvas;
  const double ratio = extension.aspect->width / extension.aspect->height;
  if (canvas.width < canvas.height * ratio) {
    canvas.width = std::max(canvas.width, nearest(canvas.height * ratio));
  } else {
    canvas.height = std::max(canvas.height, nearest(canvas.width / ratio));
  }
  return canvas;
}

plan::Extend by_sides(Size picture, const rule::Extend& extension, double dpr) {
  const auto pixels = [dpr](const rule::Length& side, int whole) { return nearest(pixels_of(side, whole, dpr)); };
  const Point at{.x = pixels(extension.left, picture.width), .y = pixels(extension.top, picture.height)};
  const Size canvas{.width = at.x + picture.width + pixels(extension.right, picture.width),
                    .height = at.y + picture.height + pixels(extension.bottom, picture.height)};
  if (canvas.width < 1 || canvas.height < 1) {
    refuse("empty-crop", fmt::format("extend a picture of {}x{} by negative sides to {}x{}: nothing is left",
                                     picture.width, picture.height, canvas.width, canvas.height));
  }
  return {.canvas = canvas, .at = at};
}

}  // namespace

void extend(Draft& draft, const Rule& rule, const rule::Extend& extension) {
  const auto picture = draft.size();
  plan::Extend step;
  if (extension.width || extension.height || extension.aspect) {
    step.canvas = canvas_around(picture, extension, rule.dpr);
    step.at = anchor(picture, step.canvas, extension.location);
  } else {
    step = by_sides(picture, extension, rule.dpr);
  }
  step.mode = extension.mode;
  step.background = extension.background.value_or(rule.background);
  step.sigma *= rule.dpr;
  draft.extend(step);
}

}  // namespace calotype::transform
