#include "transform/fit.h"

#include <algorithm>
#include <cstdlib>

#include "transform/gravity.h"
#include "transform/length.h"

namespace calotype::transform {
namespace {

using rule::FitType;

bool is_larger(Size a, Size b) { return a.width > b.width || a.height > b.height; }

/// Wide, tall, or both for a square.
bool share_orientation(Size a, Size b) {
  return (a.width >= a.height && b.width >= b.height) || (a.width <= a.height && b.width <= b.height);
}

Size inside(Size picture, Target target, const Bounds& bounds, bool may_enlarge) {
  const auto fitted = target.is_proportional ? target.box : fit_inside(picture, target.box);
  const auto result = bounded_in_ratio(fitted, picture, bounds);
  return !may_enlarge && is_larger(result, picture) ? picture : result;
}

Size covering(Size picture, Target target, const Bounds& bounds, bool may_enlarge) {
  const auto covered = target.is_proportional ? target.box : cover(picture, target.box);
  const auto result = bounded_in_ratio(covered, picture, bounds);
  return !may_enlarge && is_larger(result, picture) ? picture : result;
}

Fitting padded(Size picture, Target target, const Bounds& bounds, bool may_enlarge) {
  const auto box = bounded(target.box, bounds);
  const bool is_same_shape = target.is_proportional && box == target.box;
  const auto size = inside(picture, {.box = box, .is_proportional = is_same_shape}, Bounds{}, may_enlarge);
  return {.size = size, .canvas = box};
}

Size exact(Size picture, Target target, const Bounds& bounds, bool may_enlarge) {
  const auto box = bounded(target.box, bounds);
  if (may_enlarge || !is_larger(box, picture)) return box;
  return target.is_proportional && box == target.box ? picture : shrink_into(box, picture);
}

Target turned_if_better(Size picture, Target target) {
  const Target other{.box = {.width = target.box.height, .height = target.box.width}, .is_proportional = false};
  const auto upright = fit_inside(picture, target.box);
  const auto lying = fit_inside(picture, other.box);
  return lying.pixels() > upright.pixels() ? other : target;
}

/// What of a picture fills a size. All of it where the ratios are the same but for the rounding to whole pixels.
Size part_that_fills(Size picture, Size size) {
  const bool is_same_ratio =
      scaled_to_width(picture, size.width) == size || scaled_to_height(picture, size.height) == size;
  return is_same_ratio ? picture : crop_to_fill(picture, size).size();
}

rule::Extend::Mode padding_of(FitType type) {
  switch (type) {
    case FitType::clamp: return rule::Extend::Mode::copy;
    case FitType::mirror: return rule::Extend::Mode::mirror;
    case FitType::blurfill: return rule::Extend::Mode::blur;
    default: return rule::Extend::Mode::background;
  }
}

/// Leaves it to the engine whether the picture is cut or padded. False where there is no choice: nothing would be cut,
/// or the picture is too small for a cut.
bool smart_pad(Draft& draft, const Rule& rule, const rule::Resize& resize, const Fitting& fitting, bool may_enlarge) {
  const auto box = *fitting.canvas;
  const auto covering = cover(draft.size(), box);
  if (part_that_fills(draft.size(), box) == draft.size()) return false;
  if (is_larger(covering, draft.size()) && !may_enlarge) return false;
  const auto& wanted = resize.fit;
  draft.resize(covering, resize.kernel, resize.linear);
  const auto cut = cut_for(box, covering, choose_pull(wanted.gravity, draft), rule.dpr);
  draft.smart_pad({.size = box,
                   .keep = wanted.keep,
                   .by = cut.by,
                   .cut = {.x = cut.box.left, .y = cut.box.top},
                   .shift = cut.by ? cut.shift : Point{},
                   .inside = fitting.size,
                   .at = anchor(fitting.size, box, wanted.location),
                   .background = wanted.background.value_or(rule.background),
                   .kernel = resize.kernel,
                   .is_linear = resize.linear});
  return true;
}

}  // namespace

Fitting fit(FitType type, Size picture, Target target, const Bounds& bounds, bool may_enlarge) {
  switch (type) {
    case FitType::clip: return {.size = inside(picture, target, bounds, may_enlarge)};
    case FitType::max: return {.size = inside(picture, target, bounds, false)};
    case FitType::crop: return {.size = exact(picture, target, bounds, may_enlarge), .is_cut = true};
    case FitType::min: return {.size = exact(picture, target, bounds, false), .is_cut = true};
    case FitType::fill:
    case FitType::clamp:
    case FitType::mirror:
    case FitType::smartpad:
    case FitType::blurfill: return padded(picture, target, bounds, may_enlarge);
    case FitType::fillmax: return padded(picture, target, bounds, false);
    case FitType::scale: return {.size = exact(picture, target, bounds, may_enlarge)};
    case FitType::outside: return {.size = covering(picture, target, bounds, may_enlarge)};
    case FitType::automatic:
      if (share_orientation(picture, target.box)) return fit(FitType::crop, picture, target, bounds, may_enlarge);
      return fit(FitType::clip, picture, target, bounds, may_enlarge);
    case FitType::adaptive: return {.size = inside(picture, turned_if_better(picture, target), bounds, may_enlarge)};
  }
  std::abort();
}

void crop_resize(Draft& draft, Size size, const rule::Gravities& gravities, double dpr, rule::Kernel kernel,
                 bool is_linear) {
  const auto pull = choose_pull(gravities, draft);
  const bool is_found =
      pull.gravity.kind == rule::Gravity::Kind::attention || pull.gravity.kind == rule::Gravity::Kind::entropy;
  const double zoom = pull.gravity.zoom;
  if (is_found) {
    const Size magnified{.width = side_of(size.width * zoom), .height = side_of(size.height * zoom)};
    const auto scaled = cover(draft.size(), magnified);
    if (!is_larger(scaled, draft.size())) {
      draft.resize(scaled, kernel, is_linear);
      keep(draft, size, pull, dpr);
      return;
    }
  }
  const auto kept = zoomed(part_that_fills(draft.size(), size), zoom);
  keep(draft, kept, pull, dpr * kept.width / size.width);
  draft.resize(size, kernel, is_linear);
}

void resize(Draft& draft, const Rule& rule, const rule::Resize& resize) {
  const auto& wanted = resize.fit;
  const auto target = target_of(resize, draft.size(), rule.dpr);
  const bool may_enlarge = resize.enlarge.value_or(rule.enlarge);
  const auto fitting = fit(wanted.type, draft.size(), target, bounds_of(resize, rule.dpr), may_enlarge);
  if (wanted.type == FitType::smartpad && smart_pad(draft, rule, resize, fitting, may_enlarge)) return;
  if (fitting.is_cut) {
    crop_resize(draft, fitting.size, wanted.gravity, rule.dpr, resize.kernel, resize.linear);
  } else {
    draft.resize(fitting.size, resize.kernel, resize.linear);
  }
  if (!fitting.canvas) return;
  draft.extend({.canvas = *fitting.canvas,
                .at = anchor(draft.size(), *fitting.canvas, wanted.location),
                .mode = padding_of(wanted.type),
                .background = wanted.background.value_or(rule.background),
                .sigma = wanted.sigma * rule.dpr});
}

void crop_resize(Draft& draft, const Rule& rule, const rule::CropResize& resize) {
  const auto picture = draft.size();
  const Size box{.width = side_of(pixels_of(resize.width, picture.width, rule.dpr)),
                 .height = side_of(pixels_of(resize.height, picture.height, rule.dpr))};
  const auto fitting = fit(FitType::crop, picture, {.box = box}, Bounds{}, rule.enlarge);
  crop_resize(draft, fitting.size, resize.gravity, rule.dpr, rule::Kernel::lanczos3, false);
}

}  // namespace calotype::transform
