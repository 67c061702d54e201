#include <algorithm>
#include <cmath>
#include <cstdint>

#include "engine/coverage.h"
#include "engine/steps.h"

namespace calotype::engine {
namespace {

using Mode = plan::CoverArea::Mode;

Box grown(const Box& box, int by, const VImage& image) {
  const int left = std::max(0, box.left - by);
  const int top = std::max(0, box.top - by);
  return {.left = left,
          .top = top,
          .width = std::min(image.width(), box.left + box.width + by) - left,
          .height = std::min(image.height(), box.top + box.height + by) - top};
}

VImage made_unrecognisable(const VImage& part, const plan::CoverArea& step) {
  switch (step.mode) {
    case Mode::blur: return gaussian(part, step.sigma);
    case Mode::pixelate: return pixelate(part, std::max(1, step.cell));
    case Mode::fill: return filled(size_of(part), step.colour, part);
  }
  return part;
}

/// A pixel is border when it is transparent (and transparency is trimmed), or differs from the colour by no more than
/// the threshold in every band. Gives 255 where it is not.
VImage content_of(const VImage& image, const plan::FindTrim& step) {
  const double unit = full_scale(image) / 255;
  const std::vector<double> border = step.colour ? pixel_of(*step.colour, image) : image.getpoint(0, 0);
  VImage content = ((image.cast(VIPS_FORMAT_INT) - border).abs() > step.threshold * unit).bandor();
  if (step.alpha && image.has_alpha()) content = content & (alpha_of(image) > step.threshold * unit);
  return content;
}

struct Range {
  int first = 0;
  int count = 0;
};

/// From the first to the last value that is not nothing.
Range occupied(const VImage& sums) {
  const VImage line = in_memory(sums.cast(VIPS_FORMAT_UINT));
  const auto* values = static_cast<const std::uint32_t*>(line.data());
  const int length = std::max(line.width(), line.height());
  int first = 0;
  while (first < length && values[first] == 0) ++first;
  int last = length;
  while (last > first && values[last - 1] == 0) --last;
  return {.first = first, .count = last - first};
}

}  // namespace

VImage cover_area(const VImage& image, const plan::CoverArea& step) {
  const bool is_soft = step.mode == Mode::blur && step.feather > 0;
  const int reach = is_soft ? static_cast<int>(std::ceil(step.feather)) : 0;
  const Box box = grown(step.box, reach, image);
  const bool fills_wholly = step.mode != Mode::fill || step.colour.alpha == 255;
  const VImage picture = fills_wholly ? image : with_alpha(image);
  const VImage part = cut(picture, box);
  const VImage covered = made_unrecognisable(in_memory(part), step);
  if (!step.is_ellipse && !is_soft) return picture.insert(covered, box.left, box.top);

  const Shape shape{.left = static_cast<double>(step.box.left - box.left),
                    .top = static_cast<double>(step.box.top - box.top),
                    .width = static_cast<double>(step.box.width),
                    .height = static_cast<double>(step.box.height),
                    .is_ellipse = step.is_ellipse};
  const VImage weight = (coverage(box.size(), shape, is_soft ? step.feather : 0) * 255).rint().cast(VIPS_FORMAT_UCHAR);
  const VImage mixed = weight.ifthenelse(covered, part, VImage::option()->set("blend", true));
  return picture.insert(rounded(mixed, picture), box.left, box.top);
}

Box find_trim(const VImage& image, const plan::FindTrim& step) {
  const VImage picture = in_memory(image);
  VImage rows;
  const VImage columns = content_of(picture, step).project(&rows);
  const Range x = occupied(columns);
  const Range y = occupied(rows);
  if (x.count == 0 || y.count == 0) return whole(image);
  return {.left = x.first, .top = y.first, .width = x.count, .height = y.count};
}

}  // namespace calotype::engine
