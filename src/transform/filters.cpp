#include "transform/filters.h"

#include "transform/length.h"

namespace calotype::transform {
namespace {

constexpr double kShrinkThatSoftens = 1.5;

bool does_something(const rule::Tone& tone) {
  const bool has_amount = tone.kind == rule::Tone::Kind::sepia || tone.kind == rule::Tone::Kind::tint;
  return !has_amount || tone.amount > 0;
}

}  // namespace

void filter(Draft& draft, const rule::Actions& actions, double dpr) {
  if (actions.adjust && *actions.adjust != rule::Adjust{}) draft.add(plan::Adjust{.values = *actions.adjust});
  if (actions.tone && does_something(*actions.tone)) draft.add(plan::Tone{.values = *actions.tone});
  if (actions.blur) {
    auto blur = *actions.blur;
    blur.sigma *= dpr;
    draft.add(plan::Blur{.values = blur});
  }
  if (actions.pixelate) {
    const int cell = side_of(*actions.pixelate * dpr);
    if (cell > 1) draft.add(plan::Pixelate{.cell = cell});
  }
  if (actions.median) draft.add(plan::Median{.window = *actions.median});
  if (actions.sharpen && (!actions.sharpen->automatic || draft.shrink() > kShrinkThatSoftens)) {
    auto sharpen = *actions.sharpen;
    sharpen.sigma *= dpr;
    sharpen.automatic = false;
    draft.add(plan::Sharpen{.values = sharpen});
  }
}

}  // namespace calotype::transform
