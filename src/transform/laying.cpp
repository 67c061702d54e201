#include "transform/laying.h"

#include <fmt/format.h>

#include "transform/draft.h"
#include "transform/length.h"

namespace calotype::transform {

bool is_shown(const rule::Laying& laying, Size output, double dpr) {
  if (output.width < laying.if_min_width * dpr || output.height < laying.if_min_height * dpr) return false;
  return laying.opacity > 0;
}

Placing placing_of(const rule::Laying& laying, Size output, double dpr) {
  return {.pattern = laying.pattern,
          .location = laying.location,
          .margin = {.x = nearest(pixels_of(laying.margin_x, output.width, dpr)),
                     .y = nearest(pixels_of(laying.margin_y, output.height, dpr))},
          .spacing = {.x = nearest(pixels_of(laying.spacing, output.width, dpr)),
                      .y = nearest(pixels_of(laying.spacing, output.height, dpr))}};
}

std::optional<rule::Shadow> shadow_of(const rule::Laying& laying, double dpr) {
  auto shadow = laying.shadow;
  if (shadow) shadow->sigma *= dpr;
  return shadow;
}

std::vector<Point> mark_positions(const rule::Laying& laying, Size bounds, Size output, double dpr) {
  const auto placing = placing_of(laying, output, dpr);
  if (are_too_many(placing, bounds, output)) {
    refuse("too-many-marks",
           fmt::format("tile a picture of {}x{} with marks of {}x{}: {} places, the limit is {}", output.width,
                       output.height, bounds.width, bounds.height, count_places(placing, bounds, output), kMostPlaces));
  }
  return places_of(placing, bounds, output);
}

}  // namespace calotype::transform
