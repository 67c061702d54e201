#pragma once

#include <cstdint>
#include <vector>

#include "model/geometry.h"

namespace calotype {

/// `inner` in `outer`: at an edge, or in the middle (rounded down). Negative where inner is the larger.
Point anchor(Size inner, Size outer, Location location);

/// Where something is laid on a picture: once, at an anchor, or again and again in rows.
struct Placing {
  enum class Pattern { single, tile, chess };
  Pattern pattern = Pattern::single;
  Location location = Location::southeast;
  Point margin;   ///< from the anchored edges; an axis on which it is centred has none
  Point spacing;  ///< between tiles
  bool operator==(const Placing&) const = default;
};

/// Of one thing at most so many copies are laid on a picture.
inline constexpr std::int64_t kMostPlaces = 4096;

/// How many places there are, before any is computed; of a chess board those count that are left out, too.
std::int64_t count_places(const Placing& placing, Size bounds, Size picture);
bool are_too_many(const Placing& placing, Size bounds, Size picture);

/// The top left corners of what has this size. Tiles start at the margin and go on over the right and bottom edges;
/// chess leaves out every second one.
std::vector<Point> places_of(const Placing& placing, Size bounds, Size picture);

}  // namespace calotype
