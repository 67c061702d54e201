#include "engine/paint.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace calotype::engine {
namespace {

constexpr int kSampledSide = 256;

/// Adds up pixels, weighted by their alpha.
struct Sum {
  std::array<double, 3> colour{};
  double weight = 0;

  void add(const std::uint8_t* pixel) {
    for (std::size_t i = 0; i < 3; ++i) colour[i] += static_cast<double>(pixel[i]) * pixel[3];
    weight += pixel[3];
  }
  Colour mean() const {
    if (weight <= 0) return kTransparent;
    const auto channel = [this](std::size_t i) { return static_cast<std::uint8_t>(std::lround(colour[i] / weight)); };
    return {.red = channel(0), .green = channel(1), .blue = channel(2)};
  }
};

/// 8-bit RGBA in memory.
VImage sampled(const VImage& image) {
  VImage rgba = with_alpha(image);
  if (is_wide(rgba)) rgba = rgba.colourspace(VIPS_INTERPRETATION_sRGB);
  return in_memory(rgba.cast(VIPS_FORMAT_UCHAR));
}

const std::uint8_t* pixels_of(const VImage& rgba) { return static_cast<const std::uint8_t*>(rgba.data()); }

Colour dominant(const VImage& image) {
  const int step_x = std::max(1, image.width() / kSampledSide);
  const int step_y = std::max(1, image.height() / kSampledSide);
  const VImage few = step_x > 1 || step_y > 1 ? image.subsample(step_x, step_y) : image;
  const VImage rgba = sampled(few);

  std::vector<Sum> bins(16 * 16 * 16);
  const std::uint8_t* pixel = pixels_of(rgba);
  const std::int64_t count = size_of(rgba).pixels();
  for (std::int64_t i = 0; i < count; ++i, pixel += 4) {
    bins[static_cast<std::size_t>((pixel[0] >> 4) << 8 | (pixel[1] >> 4) << 4 | pixel[2] >> 4)].add(pixel);
  }
  return std::max_element(bins.begin(), bins.end(), [](const Sum& a, const Sum& b) { return a.weight < b.weight; })
      ->mean();
}

Colour edge(const VImage& image) {
  Sum sum;
  const auto add = [&sum, &image](const Box& strip) {
    const VImage rgba = sampled(cut(image, strip));
    const std::uint8_t* pixel = pixels_of(rgba);
    for (std::int64_t i = 0; i < size_of(rgba).pixels(); ++i, pixel += 4) sum.add(pixel);
  };
  const auto [width, height] = size_of(image);
  add({.width = width, .height = 1});
  if (height > 1) add({.top = height - 1, .width = width, .height = 1});
  if (height > 2) {
    add({.top = 1, .width = 1, .height = height - 2});
    if (width > 1) add({.left = width - 1, .top = 1, .width = 1, .height = height - 2});
  }
  return sum.mean();
}

}  // namespace

Colour resolve(const Paint& paint, const VImage& image) {
  switch (paint.kind) {
    case Paint::Kind::solid: return paint.colour;
    case Paint::Kind::dominant: return dominant(image);
    case Paint::Kind::edge: return edge(image);
  }
  return paint.colour;
}

Colour resolve(const Paint& paint, const VImage& image, Decided& decided) {
  if (!decided.paint) decided.paint = resolve(paint, image);
  return *decided.paint;
}

}  // namespace calotype::engine
