#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/salience.h"
#include "engine/steps.h"

namespace calotype::engine {

VImage quarter_turn(const VImage& image, int turns) {
  switch (((turns % 4) + 4) % 4) {
    case 1: return image.rot(VIPS_ANGLE_D90);
    case 2: return image.rot(VIPS_ANGLE_D180);
    case 3: return image.rot(VIPS_ANGLE_D270);
    default: return image;
  }
}

VImage flip(const VImage& image, bool horizontal, bool vertical) {
  if (horizontal && vertical) return image.rot(VIPS_ANGLE_D180);
  if (horizontal) return image.flip(VIPS_DIRECTION_HORIZONTAL);
  if (vertical) return image.flip(VIPS_DIRECTION_VERTICAL);
  return image;
}

VImage orient(const VImage& image, int orientation) {
  switch (orientation) {
    case 2: return flip(image, true, false);
    case 3: return flip(image, true, true);
    case 4: return flip(image, false, true);
    case 5: return flip(quarter_turn(image, 1), true, false);
    case 6: return quarter_turn(image, 1);
    case 7: return flip(quarter_turn(image, 3), true, false);
    case 8: return quarter_turn(image, 3);
    default: return image;
  }
}

VImage smart_crop(const VImage& image, const plan::SmartCrop& step, Decided& decided) {
  if (!decided.box) {
    const auto interesting =
        step.by == plan::SmartCrop::By::entropy ? VIPS_INTERESTING_ENTROPY : VIPS_INTERESTING_ATTENTION;
    const VImage found = in_memory(image).smartcrop(step.size.width, step.size.height,
                                                    VImage::option()->set("interesting", interesting));
    // The origin of what was cut lies outside of it: its offset is where the cut began, negated.
    const int left = -found.xoffset() + step.shift.x;
    const int top = -found.yoffset() + step.shift.y;
    decided.box = Box{.left = std::clamp(left, 0, std::max(0, image.width() - step.size.width)),
                      .top = std::clamp(top, 0, std::max(0, image.height() - step.size.height)),
                      .width = step.size.width,
                      .height = step.size.height};
  }
  return cut(image, *decided.box);
}

VImage smart_pad(const VImage& image, const plan::SmartPad& step, Decided& decided) {
  if (!decided.box) {
    const plan::SmartCrop crop{
        .size = step.size, .by = step.by.value_or(plan::SmartCrop::By::attention), .shift = step.shift};
    Decided found;
    if (!step.by)
      found.box = Box{.left = step.cut.x, .top = step.cut.y, .width = step.size.width, .height = step.size.height};
    if (step.by) smart_crop(image, crop, found);
    decided.box = salient_share(in_memory(image), *found.box) >= step.keep ? *found.box : whole(image);
  }
  if (decided.box->size() == step.size) return cut(image, *decided.box);
  const VImage small =
      in_memory(resize(image, {.size = step.inside, .kernel = step.kernel, .is_linear = step.is_linear}));
  return extend(small, {.canvas = step.size, .at = step.at, .background = step.background}, decided);
}

VImage turn(const VImage& image, double degrees, Size canvas, Colour background) {
  const double angle = degrees * std::numbers::pi / 180;
  const double cosine = std::cos(angle);
  const double sine = std::sin(angle);
  // The centre of the picture, (width - 1) / 2, comes to the centre of the canvas.
  const double from_x = (image.width() - 1) / 2.0;
  const double from_y = (image.height() - 1) / 2.0;
  const double to_x = (canvas.width - 1) / 2.0;
  const double to_y = (canvas.height - 1) / 2.0;

  const bool needs_alpha = background.alpha < 255 || image.has_alpha();
  const VImage input = needs_alpha ? with_alpha(image) : image;
  std::vector<double> outside = pixel_of(background, input);
  if (needs_alpha) {
    for (std::size_t i = 0; i < 3; ++i) outside[i] *= background.alpha / 255.0;
  }
  return premultiplied(input, [&](const VImage& values) {
    auto* options = VImage::option()
                        ->set("interpolate", vips::VInterpolate::new_from_name("bicubic"))
                        ->set("oarea", std::vector<int>{0, 0, canvas.width, canvas.height})
                        ->set("odx", to_x - (cosine * from_x - sine * from_y))
                        ->set("ody", to_y - (sine * from_x + cosine * from_y))
                        ->set("background", outside)
                        ->set("extend", VIPS_EXTEND_BACKGROUND);
    return values.affine({cosine, -sine, sine, cosine}, options);
  });
}

}  // namespace calotype::engine
