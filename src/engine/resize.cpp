#include <algorithm>

#include "engine/steps.h"
#include "engine/workbench.h"
#include "planar/resample.h"
#include "planar/resample_alpha.h"

namespace calotype::engine {
namespace {

VipsKernel kernel_of(rule::Kernel kernel) {
  switch (kernel) {
    case rule::Kernel::nearest: return VIPS_KERNEL_NEAREST;
    case rule::Kernel::linear: return VIPS_KERNEL_LINEAR;
    case rule::Kernel::cubic: return VIPS_KERNEL_CUBIC;
    case rule::Kernel::mitchell: return VIPS_KERNEL_MITCHELL;
    case rule::Kernel::lanczos2: return VIPS_KERNEL_LANCZOS2;
    case rule::Kernel::lanczos3: return VIPS_KERNEL_LANCZOS3;
  }
  return VIPS_KERNEL_LANCZOS3;
}

/// libvips may be a pixel off either way: cuts it, or repeats the last one.
VImage exactly(const VImage& image, Size size) {
  if (size_of(image) == size) return image;
  if (image.width() >= size.width && image.height() >= size.height) {
    return image.extract_area(0, 0, size.width, size.height);
  }
  return image.embed(0, 0, size.width, size.height, VImage::option()->set("extend", VIPS_EXTEND_COPY));
}

/// 8-bit pictures that fit into memory well are scaled there in SIMD: libvips scales in strips, but in a sandbox
/// without its code generator; and where there is alpha, in floating point.
bool is_for_planar(const VImage& image, Size size, rule::Kernel kernel) {
  const bool is_opaque = image.bands() == 1 || image.bands() == 3;
  const bool has_alpha = image.has_alpha() && image.bands() <= 4;
  if (image.format() != VIPS_FORMAT_UCHAR || !(is_opaque || has_alpha)) return false;
  if (kernel == rule::Kernel::nearest || size.width > image.width() || size.height > image.height()) return false;
  const bool has_room = has_alpha || image.width() * image.bands() >= planar::Interleaved::kLeastSamples;
  return has_room && size_of(image).pixels() <= plan::kHeldPixels;
}

std::shared_ptr<const planar::Weights> weights_of(int from, int to, rule::Kernel kernel) {
  return workbench().weights.get(
      {.map = {.begin = 0, .end = static_cast<double>(from), .size = to, .first = 0, .count = to},
       .source_unit = 1,
       .source_count = from,
       .target_unit = 1,
       .kernel = kernel});
}

VImage planar_resampled(const VImage& image, Size size, rule::Kernel kernel) {
  auto& arena = workbench().arena;
  const auto place = arena.place();  // planes may lie before it
  const VImage whole = in_memory(image);
  const auto across = weights_of(whole.width(), size.width, kernel);
  const auto down = weights_of(whole.height(), size.height, kernel);
  // A copy of its corner, for what goes with a picture beside its pixels, which are overwritten.
  const VImage made = whole.extract_area(0, 0, size.width, size.height).copy_memory();
  const planar::Interleaved source{.samples = static_cast<const std::uint8_t*>(whole.data()),
                                   .width = whole.width(),
                                   .height = whole.height(),
                                   .bands = whole.bands()};
  auto* into = reinterpret_cast<std::uint8_t*>(VIPS_IMAGE_ADDR(made.get_image(), 0, 0));
  if (whole.has_alpha()) {
    planar::resample_with_alpha(source, *across, *down, into, arena);
  } else {
    planar::resample(source, *across, *down, into, arena);
  }
  arena.rewind(place);
  return made;
}

VImage resampled(const VImage& image, Size size, rule::Kernel kernel) {
  if (is_for_planar(image, size, kernel)) return planar_resampled(image, size, kernel);
  auto* options = VImage::option()
                      ->set("vscale", static_cast<double>(size.height) / image.height())
                      ->set("kernel", kernel_of(kernel));
  return exactly(image.resize(static_cast<double>(size.width) / image.width(), options), size);
}

/// Not with libvips' resize, which moves an enlarged picture by half a pixel: pixel centres stay centres here.
VImage enlarged(const VImage& image, Size size, rule::Kernel kernel) {
  const double across = static_cast<double>(size.width) / image.width();
  const double down = static_cast<double>(size.height) / image.height();
  auto* options = VImage::option()
                      ->set("interpolate",
                            vips::VInterpolate::new_from_name(kernel == rule::Kernel::linear ? "bilinear" : "bicubic"))
                      ->set("oarea", std::vector<int>{0, 0, size.width, size.height})
                      ->set("odx", (across - 1) / 2)
                      ->set("ody", (down - 1) / 2)
                      ->set("extend", VIPS_EXTEND_COPY);
  return image.affine({across, 0, 0, down}, options);
}

VImage scaled(const VImage& image, const plan::Resize& step) {
  if (step.kernel == rule::Kernel::nearest) return resampled(image, step.size, step.kernel);
  const Size smaller{.width = std::min(image.width(), step.size.width),
                     .height = std::min(image.height(), step.size.height)};
  const VImage shrunk = size_of(image) == smaller ? image : resampled(image, smaller, step.kernel);
  return smaller == step.size ? shrunk : enlarged(shrunk, step.size, step.kernel);
}

/// In linear light; the picture is a working one.
VImage scaled_in_light(const VImage& image, const plan::Resize& step) {
  const VImage light = colours_of(image).colourspace(VIPS_INTERPRETATION_scRGB);
  const auto back = [&image](const VImage& linear) {
    return linear.copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_scRGB))
        .colourspace(image.interpretation());
  };
  if (!image.has_alpha()) return back(scaled(light, step));

  const VImage alpha = alpha_of(image).cast(VIPS_FORMAT_FLOAT) / full_scale(image);
  const VImage small = scaled(light * alpha, step);
  const VImage small_alpha = scaled(alpha, step);
  const VImage visible = small_alpha > 1e-4;
  const VImage divisor = visible.ifthenelse(small_alpha, 1.0);
  return back(small / divisor)
      .bandjoin(rounded(small_alpha * full_scale(image), image))
      .copy(VImage::option()->set("interpretation", image.interpretation()));
}

}  // namespace

VImage resize(const VImage& image, const plan::Resize& step) {
  if (size_of(image) == step.size) return image;
  if (step.is_linear) return scaled_in_light(image, step);
  if (step.kernel == rule::Kernel::nearest) return scaled(image, step);
  const bool keeps_scale = is_for_planar(image, step.size, step.kernel);
  return keeps_scale ? planar_resampled(image, step.size, step.kernel)
                     : premultiplied(image, [&step](const VImage& values) { return scaled(values, step); });
}

}  // namespace calotype::engine
