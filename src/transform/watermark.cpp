#include "transform/watermark.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "transform/laying.h"
#include "transform/length.h"

namespace calotype::transform {
namespace {

int base_of(rule::Watermark::Of of, Size output) {
  switch (of) {
    case rule::Watermark::Of::width: return output.width;
    case rule::Watermark::Of::height: return output.height;
    case rule::Watermark::Of::longer: return std::max(output.width, output.height);
    case rule::Watermark::Of::shorter: return std::min(output.width, output.height);
  }
  std::abort();
}

/// The largest size of the mark's ratio in a box: here the box's side counts even where the mark's other side would be
/// longer by rounding, so that "20 % of 300" is 60 on one side exactly.
Size within(Size natural, double width, double height) {
  return fit_inside(natural, {.width = side_of(width), .height = side_of(height)});
}

}  // namespace

Size mark_size(const rule::Watermark& mark, Size natural, Size output, double dpr) {
  if (mark.dimension) {
    const double side = pixels_of(*mark.dimension, base_of(mark.of, output), dpr);
    return within(natural, side, side);
  }
  if (mark.width && mark.height) {
    return within(natural, pixels_of(*mark.width, output.width, dpr), pixels_of(*mark.height, output.height, dpr));
  }
  if (mark.width) return scaled_to_width(natural, side_of(pixels_of(*mark.width, output.width, dpr)));
  if (mark.height) return scaled_to_height(natural, side_of(pixels_of(*mark.height, output.height, dpr)));
  return {.width = side_of(natural.width * dpr), .height = side_of(natural.height * dpr)};
}

void watermark(Draft& draft, const rule::Watermark& mark, int index, const ImageInfo& info, double dpr,
               const Limits& limits) {
  const auto& laying = mark.laying;
  const auto output = draft.size();
  if (!is_shown(laying, output, dpr)) return;

  const auto size = mark_size(mark, info.upright(), output, dpr);
  const auto bounds = rotated_bounds(size, laying.rotate);
  if (bounds.width > limits.result_side || bounds.height > limits.result_side ||
      bounds.pixels() > limits.result_pixels) {
    refuse("watermark-too-large",
           fmt::format(
               "draw a watermark at {}x{}: the limits are {} pixels a side (result_side) and {} in all (result_pixels)",
               bounds.width, bounds.height, limits.result_side, limits.result_pixels));
  }
  auto positions = mark_positions(laying, bounds, output, dpr);
  std::erase_if(positions, [&](Point at) {
    return !clip_to({.left = at.x, .top = at.y, .width = bounds.width, .height = bounds.height}, output);
  });
  if (positions.empty()) return;

  draft.add(plan::Watermark{.mark = index,
                            .size = size,
                            .degrees = normal_angle(laying.rotate),
                            .positions = std::move(positions),
                            .opacity = laying.opacity,
                            .blend = laying.blend,
                            .shadow = shadow_of(laying, dpr)});
}

}  // namespace calotype::transform
