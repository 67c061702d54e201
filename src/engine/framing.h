#pragma once

#include <cstddef>
#include <optional>

#include "model/plan.h"

namespace calotype::engine {

/// One of the eight ways to lay a picture down: mirrored in its own axes, and then perhaps with rows for columns.
struct Stance {
  bool flips_across = false;
  bool flips_down = false;
  bool is_transposed = false;
  bool operator==(const Stance&) const = default;

  /// What is seen is mirrored.
  void flip(bool horizontal, bool vertical);
  /// What is seen is turned clockwise.
  void turn(int quarters);
};

Stance stance_of(int orientation);

/// The beginning of a plan that only picks pixels and scales them, as one step in the coordinates of the stored
/// picture.
struct Framing {
  Box source;   ///< what is kept of the stored picture
  Size scaled;  ///< what it becomes, as it is stored
  Box target;   ///< of that, what is kept
  Stance stance;
  rule::Kernel kernel = rule::Kernel::lanczos3;
  std::size_t steps = 0;  ///< how many of the plan's first steps it stands for
};

/// Pure. Takes the longest beginning of crops, turns by quarters, flips and one resize that makes nothing larger;
/// nothing when the plan begins with another resize.
std::optional<Framing> make_framing(const Plan& plan);

}  // namespace calotype::engine
