#include "transform/watermark.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

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

Point margin_of(const rule::Watermark& mark, Size output, double dpr) {
  return {.x = nearest(pixels_of(mark.margin_x, output.width, dpr)),
          .y = nearest(pixels_of(mark.margin_y, output.height, dpr))};
}

Point single_position(const rule::Watermark& mark, Size bounds, Size output, double dpr) {
  auto at = anchor(bounds, output, mark.location);
  const auto margin = margin_of(mark, output, dpr);
  using enum Location;
  const auto location = mark.location;
  if (location == northwest || location == west || location == southwest) at.x += margin.x;
  if (location == northeast || location == east || location == southeast) at.x -= margin.x;
  if (location == northwest || location == north || location == northeast) at.y += margin.y;
  if (location == southwest || location == south || location == southeast) at.y -= margin.y;
  return at;
}

/// One axis of a grid: cells first, first + 1, ... `count` of them, touch the picture.
struct Axis {
  std::int64_t start;
  std::int64_t step;
  std::int64_t first;
  std::int64_t count;
};

Axis axis_of(std::int64_t start, std::int64_t side, std::int64_t spacing, std::int64_t length) {
  const std::int64_t step = std::max<std::int64_t>(1, side + spacing);
  const std::int64_t hidden = start + side > 0 ? 0 : -(start + side) / step + 1;
  const std::int64_t begin = start + hidden * step;
  const std::int64_t count = begin >= length ? 0 : (length - begin + step - 1) / step;
  return {.start = start, .step = step, .first = hidden, .count = count};
}

std::vector<Point> grid(const rule::Watermark& mark, Size bounds, Size output, double dpr) {
  const auto margin = margin_of(mark, output, dpr);
  const auto across =
      axis_of(margin.x, bounds.width, nearest(pixels_of(mark.spacing, output.width, dpr)), output.width);
  const auto down =
      axis_of(margin.y, bounds.height, nearest(pixels_of(mark.spacing, output.height, dpr)), output.height);
  const bool is_chess = mark.pattern == rule::Watermark::Pattern::chess;
  const auto number = across.count * down.count;
  if (number > kMostMarks * (is_chess ? 2 : 1)) {
    refuse("too-many-marks",
           fmt::format("tile a picture of {}x{} with a watermark of {}x{}: {} places, the limit is {}", output.width,
                       output.height, bounds.width, bounds.height, number, kMostMarks));
  }
  std::vector<Point> positions;
  for (auto row = down.first; row < down.first + down.count; ++row) {
    for (auto column = across.first; column < across.first + across.count; ++column) {
      if (is_chess && (row + column) % 2 == 1) continue;
      positions.push_back({.x = static_cast<int>(across.start + column * across.step),
                           .y = static_cast<int>(down.start + row * down.step)});
    }
  }
  return positions;
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

std::vector<Point> mark_positions(const rule::Watermark& mark, Size bounds, Size output, double dpr) {
  if (mark.pattern != rule::Watermark::Pattern::single) return grid(mark, bounds, output, dpr);
  return {single_position(mark, bounds, output, dpr)};
}

void watermark(Draft& draft, const rule::Watermark& mark, int index, const ImageInfo& info, double dpr,
               const Limits& limits) {
  const auto output = draft.size();
  if (output.width < mark.if_min_width * dpr || output.height < mark.if_min_height * dpr) return;
  if (mark.opacity <= 0) return;

  const auto size = mark_size(mark, info.upright(), output, dpr);
  const auto bounds = rotated_bounds(size, mark.rotate);
  if (bounds.width > limits.result_side || bounds.height > limits.result_side ||
      bounds.pixels() > limits.result_pixels) {
    refuse("watermark-too-large",
           fmt::format(
               "draw a watermark at {}x{}: the limits are {} pixels a side (result_side) and {} in all (result_pixels)",
               bounds.width, bounds.height, limits.result_side, limits.result_pixels));
  }
  auto positions = mark_positions(mark, bounds, output, dpr);
  std::erase_if(positions, [&](Point at) {
    return !clip_to({.left = at.x, .top = at.y, .width = bounds.width, .height = bounds.height}, output);
  });
  if (positions.empty()) return;

  auto shadow = mark.shadow;
  if (shadow) shadow->sigma *= dpr;
  draft.add(plan::Watermark{.mark = index,
                            .size = size,
                            .degrees = normal_angle(mark.rotate),
                            .positions = std::move(positions),
                            .opacity = mark.opacity,
                            .blend = mark.blend,
                            .shadow = shadow});
}

}  // namespace calotype::transform
