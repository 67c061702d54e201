#include <algorithm>
#include <cmath>

#include "engine/coverage.h"
#include "engine/steps.h"

namespace calotype::engine {
namespace {

/// Above it, a Gaussian is computed on a smaller copy: the cost does not grow with sigma.
constexpr double kDirectSigma = 8;
constexpr int kBlurLevels = 4;

/// Far enough out that nothing is lost in 8 bits.
VImage convolved(const VImage& values, double sigma) {
  return values.gaussblur(sigma, VImage::option()->set("min_ampl", 0.01)->set("precision", VIPS_PRECISION_FLOAT));
}

VImage blurred_small(const VImage& values, double sigma) {
  const double factor = std::min(sigma / (kDirectSigma / 2), std::min(values.width(), values.height()) / 4.0);
  if (factor <= 1.5) return convolved(values, sigma);
  const plan::Resize down{.size = {.width = std::max(1, static_cast<int>(std::lround(values.width() / factor))),
                                   .height = std::max(1, static_cast<int>(std::lround(values.height() / factor)))},
                          .kernel = rule::Kernel::linear};
  const VImage small =
      in_memory(resize(values.copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_MULTIBAND)), down));
  const VImage soft = convolved(small, sigma / factor);
  const plan::Resize up{.size = size_of(values), .kernel = rule::Kernel::cubic};
  return resize(in_memory(soft).copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_MULTIBAND)), up);
}

/// Puts back the alpha, which a filter of colours leaves as it is.
VImage with_alpha_of(const VImage& colours, const VImage& image) {
  if (!image.has_alpha()) return rounded(colours, image);
  return rounded(colours, image)
      .bandjoin(alpha_of(image))
      .copy(VImage::option()->set("interpretation", image.interpretation()));
}

/// Between two pictures; weight 0..1 is the second's part.
VImage mixed(const VImage& a, const VImage& b, const VImage& weight) {
  return premultiplied(a, [&](const VImage& first) {
    const VImage second = a.has_alpha() ? premultiply(b) : b;
    return first * (1 - weight) + second * weight;
  });
}

/// Several blurs, each twice as far from the picture as the next weaker one, mixed in pairs: no sharp ghost shines
/// through a blurred part.
VImage progressive(const VImage& image, double sigma, const rule::Progressive& along) {
  const VImage amount = ramp(size_of(image), along.angle, along.start, along.stop) * kBlurLevels;
  VImage result = image;
  for (int level = 1; level <= kBlurLevels; ++level) {
    const VImage stronger = in_memory(gaussian(image, sigma * std::pow(2.0, level - kBlurLevels)));
    const VImage over = amount - (level - 1);
    const VImage weight = (over > 1).ifthenelse(1.0, (over < 0).ifthenelse(0.0, over));
    result = in_memory(rounded(mixed(result, stronger, weight), image));
  }
  return result;
}

}  // namespace

VImage gaussian(const VImage& image, double sigma) {
  if (sigma < 0.2) return image;
  return rounded(premultiplied(image,
                               [sigma](const VImage& values) {
                                 if (sigma > kDirectSigma) return blurred_small(in_memory(values), sigma);
                                 return convolved(values, sigma);
                               }),
                 image);
}

VImage blur(const VImage& image, const rule::Blur& values) {
  if (!values.progressive) return gaussian(image, values.sigma);
  return progressive(in_memory(image), values.sigma, *values.progressive);
}

VImage pixelate(const VImage& image, int cell) {
  if (cell <= 1) return image;
  const int across = (image.width() + cell - 1) / cell;
  const int down = (image.height() + cell - 1) / cell;
  // A band of ones counts the pixels that a partial cell really has.
  const VImage ones = VImage::black(image.width(), image.height()).linear(0.0, 1.0).cast(VIPS_FORMAT_FLOAT);
  return premultiplied(image, [&](const VImage& values) {
    const VImage counted = values.cast(VIPS_FORMAT_FLOAT).bandjoin(ones);
    const VImage whole_cells = counted.embed(0, 0, across * cell, down * cell);
    const VImage sums = in_memory(whole_cells.shrink(cell, cell));
    const VImage means =
        sums.extract_band(0, VImage::option()->set("n", image.bands())) / sums.extract_band(image.bands());
    return rounded(means.zoom(cell, cell).extract_area(0, 0, image.width(), image.height()), values);
  });
}

VImage median(const VImage& image, int window) {
  if (window <= 1) return image;
  // libvips refuses a window that is larger than the picture.
  const VImage around = colours_of(image).embed(window, window, image.width() + 2 * window, image.height() + 2 * window,
                                                VImage::option()->set("extend", VIPS_EXTEND_COPY));
  return with_alpha_of(in_memory(around).median(window).extract_area(window, window, image.width(), image.height()),
                       image);
}

VImage sharpen(const VImage& image, const rule::Sharpen& values) {
  auto* options = VImage::option()
                      ->set("sigma", values.sigma)
                      ->set("x1", values.threshold)
                      ->set("y2", values.max_bright)
                      ->set("y3", values.max_dark)
                      ->set("m1", values.flat)
                      ->set("m2", values.jagged);
  return with_alpha_of(colours_of(image).sharpen(options), image);
}

}  // namespace calotype::engine
