#include "engine/framing.h"

#include <utility>

namespace calotype::engine {
namespace {

class Framer {
 public:
  explicit Framer(const Plan& plan) : plan_(plan) {
    framing_.source = {
        .left = 0, .top = 0, .width = plan.decode.info.size.width, .height = plan.decode.info.size.height};
  }

  std::optional<Framing> run() {
    for (const plan::Step& step : plan_.steps) {
      if (!take(step)) break;
      ++framing_.steps;
    }
    if (is_lost_) return std::nullopt;
    if (!is_scaled_) scale_to(kept_size());
    return framing_;
  }

 private:
  bool take(const plan::Step& step) {
    if (const auto* orient = std::get_if<plan::Orient>(&step)) {
      if (framing_.steps != 0) return false;
      framing_.stance = stance_of(orient->orientation);
      return true;
    }
    if (const auto* turns = std::get_if<plan::QuarterTurns>(&step)) {
      framing_.stance.turn(turns->turns);
      return true;
    }
    if (const auto* flips = std::get_if<plan::Flip>(&step)) {
      framing_.stance.flip(flips->horizontal, flips->vertical);
      return true;
    }
    if (const auto* crop = std::get_if<plan::Crop>(&step)) return cut(crop->box);
    if (const auto* resize = std::get_if<plan::Resize>(&step)) return scale(*resize);
    return false;
  }

  Size kept_size() const { return is_scaled_ ? framing_.target.size() : framing_.source.size(); }

  /// From what is seen to what is stored.
  bool cut(Box box) {
    Box& kept = is_scaled_ ? framing_.target : framing_.source;
    if (framing_.stance.is_transposed) {
      std::swap(box.left, box.top);
      std::swap(box.width, box.height);
    }
    const bool is_inside = box.left >= 0 && box.top >= 0 && box.width > 0 && box.height > 0 &&
                           box.width <= kept.width - box.left && box.height <= kept.height - box.top;
    if (!is_inside) {
      is_lost_ = true;
      return false;
    }
    if (framing_.stance.flips_across) box.left = kept.width - box.left - box.width;
    if (framing_.stance.flips_down) box.top = kept.height - box.top - box.height;
    kept = {.left = kept.left + box.left, .top = kept.top + box.top, .width = box.width, .height = box.height};
    return true;
  }

  void scale_to(Size size) {
    framing_.scaled = size;
    framing_.target = {.left = 0, .top = 0, .width = size.width, .height = size.height};
    is_scaled_ = true;
  }

  bool scale(const plan::Resize& step) {
    if (is_scaled_) return false;
    Size size = step.size;
    if (framing_.stance.is_transposed) std::swap(size.width, size.height);
    const Size from = kept_size();
    const bool is_ours = !step.is_linear && step.kernel != rule::Kernel::nearest && size.width > 0 && size.height > 0 &&
                         size.width <= from.width && size.height <= from.height;
    if (!is_ours) {
      is_lost_ = true;
      return false;
    }
    framing_.kernel = step.kernel;
    scale_to(size);
    return true;
  }

  const Plan& plan_;
  Framing framing_;
  bool is_scaled_ = false;
  bool is_lost_ = false;
};

}  // namespace

void Stance::flip(bool horizontal, bool vertical) {
  if (is_transposed) std::swap(horizontal, vertical);
  flips_across ^= horizontal;
  flips_down ^= vertical;
}

void Stance::turn(int quarters) {
  for (int i = 0; i < ((quarters % 4) + 4) % 4; ++i) {
    flip(false, true);
    is_transposed = !is_transposed;
  }
}

Stance stance_of(int orientation) {
  switch (orientation) {
    case 2: return {.flips_across = true};
    case 3: return {.flips_across = true, .flips_down = true};
    case 4: return {.flips_down = true};
    case 5: return {.is_transposed = true};
    case 6: return {.flips_down = true, .is_transposed = true};
    case 7: return {.flips_across = true, .flips_down = true, .is_transposed = true};
    case 8: return {.flips_across = true, .is_transposed = true};
    default: return {};
  }
}

std::optional<Framing> make_framing(const Plan& plan) { return Framer(plan).run(); }

}  // namespace calotype::engine
