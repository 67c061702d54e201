#include "model/placing.h"

#include <algorithm>
#include <cmath>

namespace calotype {
namespace {

Point single_place(const Placing& placing, Size bounds, Size picture) {
  auto at = anchor(bounds, picture, placing.location);
  using enum Location;
  const auto location = placing.location;
  if (location == northwest || location == west || location == southwest) at.x += placing.margin.x;
  if (location == northeast || location == east || location == southeast) at.x -= placing.margin.x;
  if (location == northwest || location == north || location == northeast) at.y += placing.margin.y;
  if (location == southwest || location == south || location == southeast) at.y -= placing.margin.y;
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

Axis across_of(const Placing& placing, Size bounds, Size picture) {
  return axis_of(placing.margin.x, bounds.width, placing.spacing.x, picture.width);
}

Axis down_of(const Placing& placing, Size bounds, Size picture) {
  return axis_of(placing.margin.y, bounds.height, placing.spacing.y, picture.height);
}

}  // namespace

Point anchor(Size inner, Size outer, Location location) {
  const int free_x = outer.width - inner.width;
  const int free_y = outer.height - inner.height;
  Point at{.x = static_cast<int>(std::floor(free_x / 2.0)), .y = static_cast<int>(std::floor(free_y / 2.0))};
  using enum Location;
  if (location == northwest || location == west || location == southwest) at.x = 0;
  if (location == northeast || location == east || location == southeast) at.x = free_x;
  if (location == northwest || location == north || location == northeast) at.y = 0;
  if (location == southwest || location == south || location == southeast) at.y = free_y;
  return at;
}

std::int64_t count_places(const Placing& placing, Size bounds, Size picture) {
  if (placing.pattern == Placing::Pattern::single) return 1;
  return across_of(placing, bounds, picture).count * down_of(placing, bounds, picture).count;
}

bool are_too_many(const Placing& placing, Size bounds, Size picture) {
  const bool is_chess = placing.pattern == Placing::Pattern::chess;
  return count_places(placing, bounds, picture) > kMostPlaces * (is_chess ? 2 : 1);
}

std::vector<Point> places_of(const Placing& placing, Size bounds, Size picture) {
  if (placing.pattern == Placing::Pattern::single) return {single_place(placing, bounds, picture)};
  const auto across = across_of(placing, bounds, picture);
  const auto down = down_of(placing, bounds, picture);
  std::vector<Point> places;
  for (auto row = down.first; row < down.first + down.count; ++row) {
    for (auto column = across.first; column < across.first + across.count; ++column) {
      if (placing.pattern == Placing::Pattern::chess && (row + column) % 2 == 1) continue;
      places.push_back({.x = static_cast<int>(across.start + column * across.step),
                        .y = static_cast<int>(down.start + row * down.step)});
    }
  }
  return places;
}

}  // namespace calotype
