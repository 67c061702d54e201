#include "transform/draft.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "core/error.h"

namespace calotype::transform {
namespace {

/// What quarter turns, clockwise, do to a spot of a picture of this size.
Spot turned(Spot spot, Size size, int turns) {
  switch (turns) {
    case 1: return {.x = size.height - spot.y, .y = spot.x};
    case 2: return {.x = size.width - spot.x, .y = size.height - spot.y};
    case 3: return {.x = spot.y, .y = size.width - spot.x};
    default: return spot;
  }
}

Spot turned_freely(Spot spot, Size from, Size canvas, double degrees) {
  const double radians = degrees * std::numbers::pi / 180.0;
  const double x = spot.x - from.width / 2.0;
  const double y = spot.y - from.height / 2.0;
  return {.x = x * std::cos(radians) - y * std::sin(radians) + canvas.width / 2.0,
          .y = x * std::sin(radians) + y * std::cos(radians) + canvas.height / 2.0};
}

}  // namespace

void refuse(const char* code, const std::string& message) { throw Error(Fault::unprocessable, message, code); }

Draft::Draft(Size picture, const Limits& limits) : limits_(limits), size_(picture), largest_pixels_(picture.pixels()) {}

void Draft::become(Size size) {
  size_ = size;
  largest_pixels_ = std::max(largest_pixels_, size.pixels());
}

void Draft::require_allowed(Size size, const char* what) const {
  const bool is_larger = size.width > size_.width || size.height > size_.height;
  if (!is_larger) return;
  if (size.width > limits_.result_side || size.height > limits_.result_side) {
    refuse("result-too-large", fmt::format("{} to {}x{}: the limit of a side is {} pixels (result_side)", what,
                                           size.width, size.height, limits_.result_side));
  }
  if (size.pixels() > limits_.result_pixels) {
    refuse("result-too-large", fmt::format("{} to {}x{}: {} pixels, the limit is {} (result_pixels)", what, size.width,
                                           size.height, size.pixels(), limits_.result_pixels));
  }
}

void Draft::orient(int orientation) {
  if (orientation < 2 || orientation > 8) return;
  steps_.emplace_back(plan::Orient{.orientation = orientation});
  if (orientation >= 5) become({.width = size_.height, .height = size_.width});
}

void Draft::crop(Box box) {
  const auto kept = clip_to(box, size_);
  if (!kept) {
    refuse("empty-crop", fmt::format("crop {}x{} at {},{} from a picture of {}x{}: nothing is left", box.width,
                                     box.height, box.left, box.top, size_.width, size_.height));
  }
  if (kept->size() == size_) return;
  steps_.emplace_back(plan::Crop{.box = *kept});
  if (focal_) focal_ = Spot{.x = focal_->x - kept->left, .y = focal_->y - kept->top};
  become(kept->size());
}

void Draft::smart_crop(Size kept, plan::SmartCrop::By by, Point shift) {
  kept = {.width = std::min(kept.width, size_.width), .height = std::min(kept.height, size_.height)};
  if (kept == size_) return;
  steps_.emplace_back(plan::SmartCrop{.size = kept, .by = by, .shift = shift});
  focal_.reset();
  become(kept);
}

void Draft::smart_pad(plan::SmartPad step) {
  focal_.reset();
  become(step.size);
  steps_.emplace_back(step);
}

void Draft::turn_quarters(int turns) {
  if (turns % 4 == 0) return;
  steps_.emplace_back(plan::QuarterTurns{.turns = turns});
  if (focal_) focal_ = turned(*focal_, size_, turns);
  if (turns % 2 == 1) become({.width = size_.height, .height = size_.width});
}

void Draft::turn(double degrees, Paint background) {
  const auto canvas = rotated_bounds(size_, degrees);
  if (canvas.pixels() > limits_.hard_pixels) {
    refuse("image-too-large",
           fmt::format("rotate a picture of {}x{} by {} degrees: {} pixels, the limit is {} (hard_pixels)", size_.width,
                       size_.height, degrees, canvas.pixels(), limits_.hard_pixels));
  }
  steps_.emplace_back(plan::Turn{.degrees = degrees, .canvas = canvas, .background = background});
  if (focal_) focal_ = turned_freely(*focal_, size_, canvas, degrees);
  become(canvas);
}

void Draft::flip(bool horizontal, bool vertical) {
  if (!horizontal && !vertical) return;
  steps_.emplace_back(plan::Flip{.horizontal = horizontal, .vertical = vertical});
  if (focal_ && horizontal) focal_->x = size_.width - focal_->x;
  if (focal_ && vertical) focal_->y = size_.height - focal_->y;
}

void Draft::resize(Size size, rule::Kernel kernel, bool is_linear) {
  if (size == size_) return;
  require_allowed(size, "resize");
  steps_.emplace_back(plan::Resize{.size = size, .kernel = kernel, .is_linear = is_linear});
  const double across = 1.0 * size.width / size_.width;
  const double down = 1.0 * size.height / size_.height;
  if (focal_) focal_ = Spot{.x = focal_->x * across, .y = focal_->y * down};
  shrink_ /= std::sqrt(across * down);
  become(size);
}

void Draft::extend(plan::Extend step) {
  if (step.canvas == size_ && step.at == Point{}) return;
  if (!clip_to({.left = step.at.x, .top = step.at.y, .width = size_.width, .height = size_.height}, step.canvas)) {
    refuse("empty-crop", fmt::format("extend a picture of {}x{} to {}x{} at {},{}: nothing of it is left", size_.width,
                                     size_.height, step.canvas.width, step.canvas.height, step.at.x, step.at.y));
  }
  require_allowed(step.canvas, "extend");
  if (focal_) focal_ = Spot{.x = focal_->x + step.at.x, .y = focal_->y + step.at.y};
  become(step.canvas);
  steps_.emplace_back(step);
}

void Draft::border(plan::Border step) {
  const auto [top, right, bottom, left] = step.widths;
  if (top == 0 && right == 0 && bottom == 0 && left == 0) return;
  if (step.is_outside) {
    const Size framed{.width = size_.width + left + right, .height = size_.height + top + bottom};
    require_allowed(framed, "frame");
    if (focal_) focal_ = Spot{.x = focal_->x + left, .y = focal_->y + top};
    become(framed);
  }
  steps_.emplace_back(step);
}

}  // namespace calotype::transform
