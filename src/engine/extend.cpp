#include <algorithm>
#include <cmath>

#include "engine/paint.h"
#include "engine/steps.h"

namespace calotype::engine {
namespace {

using Mode = rule::Extend::Mode;

VImage embedded(const VImage& image, const plan::Extend& step, VipsExtend how) {
  return image.embed(step.at.x, step.at.y, step.canvas.width, step.canvas.height, VImage::option()->set("extend", how));
}

VImage on_colour(const VImage& image, const plan::Extend& step, Colour background) {
  const VImage picture = background.alpha < 255 ? with_alpha(image) : image;
  return picture.embed(
      step.at.x, step.at.y, step.canvas.width, step.canvas.height,
      VImage::option()->set("extend", VIPS_EXTEND_BACKGROUND)->set("background", pixel_of(background, picture)));
}

/// The picture over a blurred copy of itself that covers the canvas.
VImage on_blur(const VImage& image, const plan::Extend& step) {
  const double scale = std::max(static_cast<double>(step.canvas.width) / image.width(),
                                static_cast<double>(step.canvas.height) / image.height());
  const plan::Resize cover{
      .size = {.width = std::max(step.canvas.width, static_cast<int>(std::lround(image.width() * scale))),
               .height = std::max(step.canvas.height, static_cast<int>(std::lround(image.height() * scale)))},
      .kernel = rule::Kernel::linear};
  const VImage large = resize(image, cover);
  const VImage back = gaussian(cut(large, {.left = (cover.size.width - step.canvas.width) / 2,
                                           .top = (cover.size.height - step.canvas.height) / 2,
                                           .width = step.canvas.width,
                                           .height = step.canvas.height}),
                               step.sigma);
  if (!image.has_alpha()) return back.insert(image, step.at.x, step.at.y);
  const VImage layer = embedded(image, step, VIPS_EXTEND_BLACK);
  return rounded(back.composite2(layer, VIPS_BLEND_MODE_OVER), image);
}

}  // namespace

VImage extend(const VImage& image, const plan::Extend& step, Decided& decided) {
  switch (step.mode) {
    case Mode::background: return on_colour(image, step, resolve(step.background, image, decided));
    case Mode::copy: return embedded(image, step, VIPS_EXTEND_COPY);
    case Mode::repeat: return embedded(image, step, VIPS_EXTEND_REPEAT);
    case Mode::mirror: return embedded(image, step, VIPS_EXTEND_MIRROR);
    case Mode::blur: return on_blur(in_memory(image), step);
  }
  return image;
}

}  // namespace calotype::engine
