#include "engine/salience.h"

#include <algorithm>
#include <cmath>

namespace calotype::engine {
namespace {

constexpr double kSide = 256;
/// Sobel's magnitude that film grain and JPEG's ringing reach, of 255.
constexpr double kNoise = 12;
/// A mean below this is a picture of one colour.
constexpr double kNothing = 0.01;

/// Edges as float, one band. What is transparent has none.
VImage edges_of(const VImage& image) {
  const double scale = std::min(1.0, kSide / std::max(image.width(), image.height()));
  VImage small = image;
  if (small.has_alpha())
    small = small.flatten(VImage::option()->set("background", std::vector<double>(3, full_scale(image) / 2)));
  if (is_wide(image)) small = (small / 257.0).cast(VIPS_FORMAT_UCHAR);
  if (scale < 1) small = small.resize(scale, VImage::option()->set("kernel", VIPS_KERNEL_LINEAR));
  const VImage strength = small.sobel().bandmean().cast(VIPS_FORMAT_FLOAT) - kNoise;
  return in_memory((strength > 0).ifthenelse(strength, 0.0));
}

}  // namespace

double salient_share(const VImage& image, const Box& box) {
  const double of_area =
      static_cast<double>(box.size().pixels()) / (static_cast<double>(image.width()) * image.height());
  const VImage edges = edges_of(image);
  const double whole = edges.avg();
  if (whole < kNothing) return of_area;
  const double across = static_cast<double>(edges.width()) / image.width();
  const double down = static_cast<double>(edges.height()) / image.height();
  const int left = std::clamp(static_cast<int>(std::lround(box.left * across)), 0, edges.width() - 1);
  const int top = std::clamp(static_cast<int>(std::lround(box.top * down)), 0, edges.height() - 1);
  const int right = std::clamp(static_cast<int>(std::lround((box.left + box.width) * across)), left + 1, edges.width());
  const int bottom = std::clamp(static_cast<int>(std::lround((box.top + box.height) * down)), top + 1, edges.height());
  const double inside = edges.extract_area(left, top, right - left, bottom - top).avg();
  const double share = inside * (right - left) * (bottom - top) / (whole * edges.width() * edges.height());
  return std::min(share, 1.0);
}

}  // namespace calotype::engine
