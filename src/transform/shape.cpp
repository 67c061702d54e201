#include "transform/shape.h"

#include <algorithm>

#include "transform/length.h"

namespace calotype::transform {
namespace {

constexpr double kRoundedPart = 0.1;

/// What a border follows.
struct Outline {
  std::array<double, 4> radii{};
  bool is_ellipse = false;
};

double shorter_side(Size size) { return std::min(size.width, size.height); }

Outline mask(Draft& draft, const rule::Mask& mask) {
  const auto size = draft.size();
  plan::Mask step{.box = {.width = size.width, .height = size.height}, .background = mask.background};
  switch (mask.shape) {
    case rule::Mask::Shape::ellipse: step.is_ellipse = true; break;
    case rule::Mask::Shape::circle: {
      step.is_ellipse = true;
      step.box = crop_to_fill(size, {.width = 1, .height = 1});
      if (mask.trim) {
        draft.crop(step.box);
        step.box = {.width = draft.size().width, .height = draft.size().height};
      }
      break;
    }
    case rule::Mask::Shape::rounded: step.radii.fill(shorter_side(size) * kRoundedPart); break;
  }
  draft.add(step);
  const bool fills = step.box.size() == draft.size();
  return fills ? Outline{.radii = step.radii, .is_ellipse = step.is_ellipse} : Outline{};
}

std::array<double, 4> radii_of(const rule::Round& round, Size size, double dpr) {
  const double most = shorter_side(size) / 2;
  std::array<double, 4> radii{};
  for (std::size_t i = 0; i < radii.size(); ++i) {
    radii[i] = round.is_max ? most : std::clamp(pixels_of(round.radius[i], shorter_side(size), dpr), 0.0, most);
  }
  return radii;
}

void border(Draft& draft, const rule::Border& border, const Outline& outline, double dpr) {
  std::array<int, 4> widths{};
  for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(0, nearest(border.width[i] * dpr));
  auto& [top, right, bottom, left] = widths;
  const bool is_outside = border.mode == rule::Border::Mode::outside;
  if (!is_outside) {
    left = std::min(left, draft.size().width);
    right = std::min(right, draft.size().width - left);
    top = std::min(top, draft.size().height);
    bottom = std::min(bottom, draft.size().height - top);
  }
  draft.border({.widths = widths,
                .colour = border.colour,
                .is_outside = is_outside,
                .radii = outline.radii,
                .is_ellipse = outline.is_ellipse});
}

}  // namespace

void shape(Draft& draft, const rule::Actions& actions, double dpr) {
  Outline outline;
  if (actions.mask) outline = mask(draft, *actions.mask);
  if (actions.round) {
    const auto size = draft.size();
    const auto radii = radii_of(*actions.round, size, dpr);
    if (radii != std::array<double, 4>{}) {
      draft.add(plan::Mask{.box = {.width = size.width, .height = size.height},
                           .radii = radii,
                           .background = actions.round->background});
      outline = {.radii = radii};
    }
  }
  if (actions.border) border(draft, *actions.border, outline, dpr);
}

}  // namespace calotype::transform
