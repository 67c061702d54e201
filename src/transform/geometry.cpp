#include "transform/geometry.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "core/error.h"
#include "transform/length.h"

namespace calotype::transform {
namespace {

std::int64_t wide(int side) { return side; }

/// |cos| and |sin|, with the dust of quarter turns swept away.
struct Slopes {
  double cosine;
  double sine;
};

Slopes slopes_of(double degrees) {
  if (const auto turns = quarter_turns(degrees)) {
    return *turns % 2 == 0 ? Slopes{.cosine = 1, .sine = 0} : Slopes{.cosine = 0, .sine = 1};
  }
  const double radians = normal_angle(degrees) * std::numbers::pi / 180.0;
  return {.cosine = std::abs(std::cos(radians)), .sine = std::abs(std::sin(radians))};
}

}  // namespace

Box crop_to_fill(Size source, Size target) {
  if (source.width < 1 || source.height < 1 || target.width < 1 || target.height < 1) {
    throw Error(Fault::invalid, fmt::format("crop {}x{} to fill {}x{}: no area", source.width, source.height,
                                            target.width, target.height));
  }
  Size kept = source;
  if (wide(source.width) * target.height > wide(source.height) * target.width) {
    kept.width = static_cast<int>(std::max<std::int64_t>(1, wide(source.height) * target.width / target.height));
  } else {
    kept.height = static_cast<int>(std::max<std::int64_t>(1, wide(source.width) * target.height / target.width));
  }
  const auto at = anchor(kept, source, Location::center);
  return {.left = at.x, .top = at.y, .width = kept.width, .height = kept.height};
}

Size scaled_to_width(Size source, int width) {
  return {.width = width, .height = scaled_side(source.height, width, source.width)};
}

Size scaled_to_height(Size source, int height) {
  return {.width = scaled_side(source.width, height, source.height), .height = height};
}

Size fit_inside(Size source, Size box) {
  const bool is_width_short = wide(box.width) * source.height <= wide(box.height) * source.width;
  auto fitted = is_width_short ? scaled_to_width(source, box.width) : scaled_to_height(source, box.height);
  fitted.width = std::min(fitted.width, box.width);
  fitted.height = std::min(fitted.height, box.height);
  return fitted;
}

Size cover(Size source, Size box) {
  const bool is_width_short = wide(box.width) * source.height <= wide(box.height) * source.width;
  auto covering = is_width_short ? scaled_to_height(source, box.height) : scaled_to_width(source, box.width);
  covering.width = std::max(covering.width, box.width);
  covering.height = std::max(covering.height, box.height);
  return covering;
}

Size shrink_into(Size box, Size limit) {
  return box.width <= limit.width && box.height <= limit.height ? box : fit_inside(box, limit);
}

std::optional<Box> clip_to(Box box, Size picture) {
  const auto left = std::max<std::int64_t>(0, box.left);
  const auto top = std::max<std::int64_t>(0, box.top);
  const auto right = std::min<std::int64_t>(picture.width, wide(box.left) + box.width);
  const auto bottom = std::min<std::int64_t>(picture.height, wide(box.top) + box.height);
  if (right <= left || bottom <= top) return std::nullopt;
  return Box{.left = static_cast<int>(left),
             .top = static_cast<int>(top),
             .width = static_cast<int>(right - left),
             .height = static_cast<int>(bottom - top)};
}

bool is_inside(Box box, Size picture) { return box.width >= 1 && box.height >= 1 && clip_to(box, picture) == box; }

Box around(Size inner, Size outer, Spot spot) {
  const Size size{.width = std::min(inner.width, outer.width), .height = std::min(inner.height, outer.height)};
  const Box box{.left = nearest(spot.x - size.width / 2.0),
                .top = nearest(spot.y - size.height / 2.0),
                .width = size.width,
                .height = size.height};
  return push_inside(box, outer);
}

Box push_inside(Box box, Size picture) {
  box.left = std::clamp(box.left, 0, std::max(0, picture.width - box.width));
  box.top = std::clamp(box.top, 0, std::max(0, picture.height - box.height));
  return box;
}

Size rotated_bounds(Size size, double degrees) {
  const auto [cosine, sine] = slopes_of(degrees);
  return {.width = side_of(size.width * cosine + size.height * sine),
          .height = side_of(size.width * sine + size.height * cosine)};
}

Size inscribed(Size size, double degrees) {
  const auto [cosine, sine] = slopes_of(degrees);
  const double scale = std::min(size.width / (size.width * cosine + size.height * sine),
                                size.height / (size.width * sine + size.height * cosine));
  return {.width = std::max(1, at_most(size.width * scale)), .height = std::max(1, at_most(size.height * scale))};
}

double normal_angle(double degrees) {
  const double rest = std::fmod(degrees, 360.0);
  const double angle = rest < 0 ? rest + 360.0 : rest;
  return angle >= 360.0 ? 0.0 : angle;
}

std::optional<int> quarter_turns(double degrees) {
  const double quarters = normal_angle(degrees) / 90.0;
  if (quarters != std::floor(quarters)) return std::nullopt;
  return static_cast<int>(quarters);
}

}  // namespace calotype::transform
