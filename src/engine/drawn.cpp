#include "engine/coverage.h"
#include "engine/steps.h"

namespace calotype::engine {
namespace {

/// One pixel of what layers are: RGBA of 8 bits.
VImage layer_pixel() {
  return VImage::black(1, 1, VImage::option()->set("bands", 4))
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
}

std::vector<double> premultiplied_of(Colour colour) {
  const double alpha = colour.alpha / 255.0;
  return {colour.red * alpha, colour.green * alpha, colour.blue * alpha, static_cast<double>(colour.alpha)};
}

}  // namespace

VImage draw(const plan::Rect& step) {
  const VImage plain = in_memory(filled(step.size, step.colour, layer_pixel()));
  if (step.radius <= 0) return plain;
  const Shape shape{.width = static_cast<double>(step.size.width),
                    .height = static_cast<double>(step.size.height),
                    .radii = {step.radius, step.radius, step.radius, step.radius}};
  const VImage alpha = (coverage(step.size, shape) * static_cast<double>(step.colour.alpha)).rint();
  const VImage colours = colours_of(plain);
  return in_memory(colours.bandjoin(alpha.cast(VIPS_FORMAT_UCHAR))
                       .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB)));
}

VImage draw(const plan::Gradient& step) {
  // Premultiplied, so that what fades away keeps its colour.
  const auto from = premultiplied_of(step.from);
  const auto to = premultiplied_of(step.colour);
  std::vector<double> growth;
  for (std::size_t i = 0; i < from.size(); ++i) growth.push_back(to[i] - from[i]);
  const VImage mixed = ramp(step.size, step.angle, step.start, step.stop).linear(growth, from);
  return in_memory(unpremultiply(mixed, layer_pixel()));
}

}  // namespace calotype::engine
