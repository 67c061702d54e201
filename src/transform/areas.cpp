#include "transform/areas.h"

#include <algorithm>
#include <cmath>

#include "transform/length.h"

namespace calotype::transform {
namespace {

using plan::CoverArea;

/// A blur weaker than this part of the shorter side can be read back.
constexpr double kLeastBlur = 1.0 / 16;
/// Of redact: at strength 100 sigma is a quarter of the shorter side, and two cells lie across it.
constexpr double kStrongestBlur = 1.0 / 4;
constexpr double kFewestCells = 2;
constexpr double kMostCells = 16;
constexpr int kSmallestCell = 8;

int shorter_side(Box box) { return std::min(box.width, box.height); }

double safe_sigma(double sigma, Box box) { return std::max(sigma, shorter_side(box) * kLeastBlur); }

/// Right and bottom edges moved out until the cells, which start at the top left, are whole; cut to the picture again.
Box whole_cells(Box box, int cell, Size picture) {
  const auto rounded_up = [cell](int side) {
    const auto cells = (std::int64_t{side} + cell - 1) / cell;
    return static_cast<int>(std::min<std::int64_t>(cells * cell, kFarthest));
  };
  box.width = rounded_up(box.width);
  box.height = rounded_up(box.height);
  return clip_to(box, picture).value_or(box);
}

rule::Length grown(rule::Length edge, rule::Length side, double by, double whole) {
  const double pixels = pixels_of(edge, whole, 1) + by * pixels_of(side, whole, 1);
  return {.value = pixels, .unit = rule::Length::Unit::pixels};
}

/// Larger by a part of its sides, half of that at either end.
rule::Area grown(const rule::Area& area, double grow, Size picture) {
  return {.left = grown(area.left, area.width, -grow / 2, picture.width),
          .top = grown(area.top, area.height, -grow / 2, picture.height),
          .width = grown(area.width, area.width, grow, picture.width),
          .height = grown(area.height, area.height, grow, picture.height)};
}

int redaction_cell(Box box, int strength) {
  const double across = kMostCells - (kMostCells - kFewestCells) * strength / 100.0;
  return std::max(kSmallestCell, at_least(shorter_side(box) / across));
}

}  // namespace

std::optional<Box> box_of(const rule::Area& area, Size picture) {
  const double left = pixels_of(area.left, picture.width, 1);
  const double top = pixels_of(area.top, picture.height, 1);
  const int first_x = at_most(left);
  const int first_y = at_most(top);
  const int last_x = at_least(left + pixels_of(area.width, picture.width, 1));
  const int last_y = at_least(top + pixels_of(area.height, picture.height, 1));
  return clip_to({.left = first_x, .top = first_y, .width = last_x - first_x, .height = last_y - first_y}, picture);
}

void blur_areas(Draft& draft, const rule::BlurAreas& blur) {
  for (const auto& area : blur.areas) {
    const auto box = box_of(area, draft.size());
    if (!box) continue;
    draft.add(CoverArea{
        .box = *box, .mode = CoverArea::Mode::blur, .sigma = safe_sigma(blur.sigma, *box), .feather = blur.feather});
  }
}

void pixelate_areas(Draft& draft, const std::vector<rule::PixelateArea>& areas) {
  for (const auto& [area, min_nr_of_pixels, min_pixel_size] : areas) {
    const auto box = box_of(area, draft.size());
    if (!box) continue;
    const int cell = std::max({1, min_pixel_size, shorter_side(*box) / std::max(1, min_nr_of_pixels)});
    draft.add(CoverArea{.box = whole_cells(*box, cell, draft.size()), .mode = CoverArea::Mode::pixelate, .cell = cell});
  }
}

void redact(Draft& draft, const rule::Redact& redaction) {
  for (const auto& area : redaction.areas) {
    const auto box = box_of(grown(area, redaction.grow, draft.size()), draft.size());
    if (!box) continue;
    CoverArea step{.box = *box, .is_ellipse = redaction.shape == rule::Redact::Shape::ellipse};
    switch (redaction.mode) {
      case rule::Redact::Mode::blur:
        step.mode = CoverArea::Mode::blur;
        step.sigma = safe_sigma(shorter_side(*box) * kStrongestBlur * redaction.strength / 100.0, *box);
        break;
      case rule::Redact::Mode::pixelate:
        step.mode = CoverArea::Mode::pixelate;
        step.cell = redaction_cell(*box, redaction.strength);
        step.box = whole_cells(*box, step.cell, draft.size());
        break;
      case rule::Redact::Mode::fill:
        step.mode = CoverArea::Mode::fill;
        step.colour = redaction.colour;
        break;
    }
    draft.add(step);
  }
}

}  // namespace calotype::transform
