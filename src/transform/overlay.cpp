#include "transform/overlay.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "transform/laying.h"
#include "transform/length.h"
#include "transform/watermark.h"

namespace calotype::transform {
namespace {

/// No bundled font's line is higher, in sizes.
constexpr double kLineHeight = 1.5;
constexpr double kLargestFont = 512;

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

  void operator()(const rule::Text& text) const {
    const auto output = draft.size();
    if (!is_shown(text.laying, output, rule.dpr) || text.text.empty()) return;
    draft.add(planned(text, output));
  }

  void operator()(const rule::Picture& picture) const {
    const auto& header = marks[picture.mark];
    if (!header) return;
    watermark(draft, rule.watermarks[picture.mark], static_cast<int>(picture.mark), *header, rule.dpr, limits);
  }

  /// How long a text may be is known here, how long it is only where it is drawn: the largest box that it may take
  /// stands for it. It is no larger than what of it can be seen.
  plan::Text planned(const rule::Text& text, Size output) const {
    plan::Text step{.text = text.text,
                    .font = text.font,
                    .size = std::clamp(pixels_of(text.size, output.width, rule.dpr), 1.0, kLargestFont * rule.dpr),
                    .colour = text.colour,
                    .background = text.background,
                    .padding = nearest(pixels_of(text.padding, output.width, rule.dpr)),
                    .outline = text.outline,
                    .align = text.align,
                    .wrap = text.wrap,
                    .direction = text.direction,
                    .max_lines = text.wrap == rule::Text::Wrap::none ? 1 : text.max_lines,
                    .has_ellipsis = text.has_ellipsis,
                    .is_width_fixed = text.width.has_value(),
                    .laying = laid(text.laying, output, rule.dpr)};
    if (step.outline) step.outline->width *= rule.dpr;
    step.line_spacing = step.size * text.line_spacing / 100;

    // Along and across its lines.
    const auto room = rotated_bounds(output, step.laying.degrees);
    const int margin = std::max(0, step.laying.placing.margin.x);
    step.width = text.width ? side_of(pixels_of(*text.width, room.width, rule.dpr))
                            : std::max(1, static_cast<int>(std::max<std::int64_t>(1, room.width - 2LL * margin)));
    step.most = {.width = step.width, .height = std::min(room.height, height_of(step))};
    if (step.most.width > limits.result_side) require_drawable(step.most, limits);
    // A picture that is turned is higher along its diagonal.
    const auto rows = std::max<std::int64_t>(1, limits.result_pixels / step.most.width);
    step.most.height = static_cast<int>(std::min<std::int64_t>(step.most.height, rows));
    return step;
  }

  static int height_of(const plan::Text& step) {
    const auto characters =
        std::count_if(step.text.begin(), step.text.end(), [](char c) { return (c & 0xc0) != 0x80; });
    const double lines = std::min<double>(step.max_lines, static_cast<double>(characters));
    const double outline = step.outline ? std::ceil(step.outline->width) : 0;
    return side_of(lines * (step.size * kLineHeight + std::max(0.0, step.line_spacing)) + 2 * (step.padding + outline));
  }
};

}  // namespace

void overlay(Draft& draft, const rule::Overlay& overlay, const Rule& rule,
             const std::vector<std::optional<ImageInfo>>& marks, const Limits& limits) {
  std::visit(Drafter{.draft = draft, .rule = rule, .marks = marks, .limits = limits}, overlay);
}

}  // namespace calotype::transform
