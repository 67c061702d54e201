#pragma once

#include <optional>

#include "model/geometry.h"
#include "model/placing.h"

/// Boxes in boxes, in whole pixels. Everything is exact integer arithmetic but the turned boxes.
namespace calotype::transform {

/// A place between pixels, from the top left.
struct Spot {
  double x = 0;
  double y = 0;
  bool operator==(const Spot&) const = default;
};

/// The part of `source` to keep so that it fills `target` exactly after scaling; centred.
/// Units: pixels. Throws: invalid when either has no area. Rounds down, never past an edge.
Box crop_to_fill(Size source, Size target);

/// `source` scaled to this width, or height; the other side is rounded to the nearest.
Size scaled_to_width(Size source, int width);
Size scaled_to_height(Size source, int height);

/// The largest size of `source`'s ratio inside `box`: one side is the box's, the other rounded and never longer.
Size fit_inside(Size source, Size box);

/// The smallest size of `source`'s ratio that covers `box`: one side is the box's, the other rounded and never shorter.
Size cover(Size source, Size box);

/// `box` made smaller, its ratio kept, until it is no larger than `limit` in either direction; rounded, at least 1.
Size shrink_into(Size box, Size limit);

/// What `box` and a picture of this size have in common; nullopt: nothing.
std::optional<Box> clip_to(Box box, Size picture);

/// True when the box has an area and lies inside a picture of this size.
bool is_inside(Box box, Size picture);

/// `inner` around a spot, pushed back inside `outer`; cut to `outer` where it is larger.
Box around(Size inner, Size outer, Spot spot);

/// `box` moved back inside a picture that is at least as large.
Box push_inside(Box box, Size picture);

/// The size that holds a picture turned by any angle; each side rounded to the nearest.
Size rotated_bounds(Size size, double degrees);

/// The largest box of the picture's own ratio that holds nothing but picture once it is turned; rounded down.
Size inscribed(Size size, double degrees);

/// 0 up to 360.
double normal_angle(double degrees);

/// Quarter turns in a whole angle: 0..3; nullopt for every other one.
std::optional<int> quarter_turns(double degrees);

}  // namespace calotype::transform
