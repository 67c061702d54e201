#include <algorithm>

#include "engine/coverage.h"
#include "engine/paint.h"
#include "engine/steps.h"

namespace calotype::engine {
namespace {

Shape shape_of(const Box& box, const std::array<double, 4>& radii, bool is_ellipse) {
  return {.left = static_cast<double>(box.left),
          .top = static_cast<double>(box.top),
          .width = static_cast<double>(box.width),
          .height = static_cast<double>(box.height),
          .radii = radii,
          .is_ellipse = is_ellipse};
}

/// The shape that lies within (or, with negative widths, around) another at the widths of a border.
Shape inset(const Shape& outer, const std::array<int, 4>& widths, double sign) {
  const auto [top, right, bottom, left] = widths;
  Shape inner = outer;
  inner.left += sign * left;
  inner.top += sign * top;
  inner.width = std::max(0.0, inner.width - sign * (left + right));
  inner.height = std::max(0.0, inner.height - sign * (top + bottom));
  const std::array<int, 4> corner{std::max(top, left), std::max(top, right), std::max(bottom, right),
                                  std::max(bottom, left)};
  for (std::size_t i = 0; i < 4; ++i) {
    if (inner.radii[i] > 0) inner.radii[i] = std::max(0.0, inner.radii[i] - sign * corner[i]);
  }
  return inner;
}

/// Premultiplied pixels of one colour.
std::vector<double> paint_of(Colour colour, const VImage& rgba) {
  std::vector<double> values = pixel_of(colour, rgba);
  for (std::size_t i = 0; i < 3; ++i) values[i] *= colour.alpha / 255.0;
  return values;
}

VImage smaller(const VImage& a, double most) { return (a > most).ifthenelse(most, a); }
VImage larger(const VImage& a, double least) { return (a < least).ifthenelse(least, a); }

/// Paint where the ring is, and as much of the picture as it leaves room for: at a soft edge both are there in part,
/// and together they cover the pixel. What the picture's own outline has already faded is not faded again.
VImage ringed(const VImage& rgba, const VImage& ring, Colour colour, bool is_outside) {
  const VImage alpha = larger(alpha_of(rgba).cast(VIPS_FORMAT_FLOAT) / full_scale(rgba), 1e-4);
  const VImage room = is_outside ? 1 - ring : larger(alpha - ring, 0);
  const VImage weight = smaller(room / alpha, 1);
  return unpremultiply(premultiply(rgba) * weight + ring * paint_of(colour, rgba), rgba);
}

}  // namespace

VImage mask(const VImage& image, const plan::Mask& step, Decided& decided) {
  const Colour background = resolve(step.background, image, decided);
  const VImage inside = coverage(size_of(image), shape_of(step.box, step.radii, step.is_ellipse));
  if (background.alpha == 255 && !image.has_alpha()) {
    return rounded(image * inside + (1 - inside) * pixel_of(background, image), image);
  }
  const VImage rgba = with_alpha(image);
  return unpremultiply(premultiply(rgba) * inside + (1 - inside) * paint_of(background, rgba), rgba);
}

VImage border(const VImage& image, const plan::Border& step) {
  const auto [top, right, bottom, left] = step.widths;
  const Box kept{.left = step.is_outside ? left : 0,
                 .top = step.is_outside ? top : 0,
                 .width = image.width(),
                 .height = image.height()};
  const Size canvas = step.is_outside
                          ? Size{.width = image.width() + left + right, .height = image.height() + top + bottom}
                          : size_of(image);
  const Shape own = shape_of(kept, step.radii, step.is_ellipse);
  const Shape outer = step.is_outside ? inset(own, step.widths, -1) : own;
  const Shape inner = step.is_outside ? own : inset(own, step.widths, 1);
  const bool is_box = !step.is_ellipse && step.radii == std::array<double, 4>{};

  const VImage placed =
      image.embed(kept.left, kept.top, canvas.width, canvas.height, VImage::option()->set("extend", VIPS_EXTEND_COPY));
  const VImage ring = coverage(canvas, outer) - coverage(canvas, inner);
  const bool keeps_opaque = !image.has_alpha() && is_box && step.colour.alpha == 255;
  if (keeps_opaque) return rounded(placed * (1 - ring) + ring * pixel_of(step.colour, placed), placed);
  return ringed(with_alpha(placed), ring, step.colour, step.is_outside);
}

}  // namespace calotype::engine
