#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/plan.h"
#include "transform/geometry.h"
#include "transform/planner.h"

namespace calotype::transform {

/// The steps of a plan so far, and what they have made of the picture: the stages append to it in the order of the
/// fixed pipeline. Steps that change nothing are left out. Grown pictures are held against the limits as they appear.
class Draft {
 public:
  Draft(Size picture, const Limits& limits);

  Size size() const { return size_; }
  /// Where the focal point is now; it moves with the picture. nullopt: none, or lost in a smart crop.
  std::optional<Spot> focal() const { return focal_; }
  void set_focal(Spot spot) { focal_ = spot; }
  /// How many times longer sides were before the resizes.
  double shrink() const { return shrink_; }
  /// Of the largest picture that any step saw or made.
  std::int64_t largest_pixels() const { return largest_pixels_; }

  const std::vector<plan::Step>& steps() const { return steps_; }
  std::vector<plan::Step> take_steps() { return std::move(steps_); }

  void orient(int orientation);
  /// Throws: unprocessable "empty-crop" when the box holds nothing of the picture.
  void crop(Box box);
  void smart_crop(Size kept, plan::SmartCrop::By by, Point shift);
  /// The picture covers the step's size.
  void smart_pad(plan::SmartPad step);
  void turn_quarters(int turns);
  void turn(double degrees, Paint background);
  void flip(bool horizontal, bool vertical);
  void resize(Size size, rule::Kernel kernel, bool is_linear);
  void extend(plan::Extend step);
  void border(plan::Border step);
  /// A step that leaves the size alone.
  void add(plan::Step step) { steps_.push_back(std::move(step)); }

 private:
  void become(Size size);
  void require_allowed(Size size, const char* what) const;

  const Limits& limits_;
  std::vector<plan::Step> steps_;
  Size size_;
  std::optional<Spot> focal_;
  double shrink_ = 1;
  std::int64_t largest_pixels_;
};

/// Throws unprocessable: the picture or the rule cannot be rendered.
[[noreturn]] void refuse(const char* code, const std::string& message);

}  // namespace calotype::transform
