#include "transform/overlay.h"

#include <algorithm>

#include <fmt/format.h>

#include "transform/laying.h"
#include "transform/length.h"
#include "transform/watermark.h"

namespace calotype::transform {
namespace {

plan::Laying laid(const rule::Laying& laying, Size output, double dpr) {
  return {.placing = placing_of(laying, output, dpr),
          .degrees = normal_angle(laying.rotate),
          .opacity = laying.opacity,
          .blend = laying.blend,
          .shadow = shadow_of(laying, dpr)};
}

void require_drawable(Size bounds, const Limits& limits) {
  if (bounds.width <= limits.result_side && bounds.height <= limits.result_side &&
      bounds.pixels() <= limits.result_pixels) {
    return;
  }
  refuse("overlay-too-large",
         fmt::format(
             "draw an overlay at {}x{}: the limits are {} pixels a side (result_side) and {} in all (result_pixels)",
             bounds.width, bounds.height, limits.result_side, limits.result_pixels));
}

/// Of a box whose absent sides are the output's; nothing where none of it is seen. Throws as overlay().
std::optional<Size> box_size(const std::optional<rule::Length>& width, const std::optional<rule::Length>& height,
                             Size output, const rule::Laying& laying, double dpr, const Limits& limits) {
  const Size size{.width = width ? side_of(pixels_of(*width, output.width, dpr)) : output.width,
                  .height = height ? side_of(pixels_of(*height, output.height, dpr)) : output.height};
  const auto bounds = rotated_bounds(size, laying.rotate);
  require_drawable(bounds, limits);
  const auto positions = mark_positions(laying, bounds, output, dpr);
  const bool is_seen = std::any_of(positions.begin(), positions.end(), [&](Point at) {
    return clip_to({.left = at.x, .top = at.y, .width = bounds.width, .height = bounds.height}, output).has_value();
  });
  return is_seen ? std::optional(size) : std::nullopt;
}

struct Drafter {
  Draft& draft;
  const Rule& rule;
  const std::vector<std::optional<ImageInfo>>& marks;
  const Limits& limits;

  void operator()(const rule::Rect& rect) const {
    const auto output = draft.size();
    if (!is_shown(rect.laying, output, rule.dpr) || rect.colour.alpha == 0) return;
    const auto size = box_size(rect.width, rect.height, output, rect.laying, rule.dpr, limits);
    if (!size) return;
    const double shorter = std::min(size->width, size->height);
    draft.add(plan::Rect{.size = *size,
                         .colour = rect.colour,
                         .radius = std::clamp(pixels_of(rect.radius, shorter, rule.dpr), 0.0, shorter / 2),
                         .laying = laid(rect.laying, output, rule.dpr)});
  }

  void operator()(const rule::Gradient& gradient) const {
    const auto output = draft.size();
    if (!is_shown(gradient.laying, output, rule.dpr)) return;
    if (gradient.from.alpha == 0 && gradient.colour.alpha == 0) return;
    const auto size = box_size(gradient.width, gradient.height, output, gradient.laying, rule.dpr, limits);
    if (!size) return;
    draft.add(plan::Gradient{.size = *size,
                             .from = gradient.from,
                             .colour = gradient.colour,
                             .angle = gradient.angle,
                             .start = gradient.start,
                             .stop = gradient.stop,
                             .laying = laid(gradient.laying, output, rule.dpr)});
  }

  void operator()(const rule::Picture& picture) const {
    const auto& header = marks[picture.mark];
    if (!header) return;
    watermark(draft, rule.watermarks[picture.mark], static_cast<int>(picture.mark), *header, rule.dpr, limits);
  }
};

}  // namespace

void overlay(Draft& draft, const rule::Overlay& overlay, const Rule& rule,
             const std::vector<std::optional<ImageInfo>>& marks, const Limits& limits) {
  std::visit(Drafter{.draft = draft, .rule = rule, .marks = marks, .limits = limits}, overlay);
}

}  // namespace calotype::transform
