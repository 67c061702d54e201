#pragma once

#include <cstdint>

namespace calotype {

/// In pixels. Both sides of a real picture are at least 1.
struct Size {
  int width = 0;
  int height = 0;
  std::int64_t pixels() const { return std::int64_t{width} * height; }
  bool operator==(const Size&) const = default;
};

struct Point {
  int x = 0;
  int y = 0;
  bool operator==(const Point&) const = default;
};

/// A rectangle in pixels from the top left; the right and bottom edges are exclusive.
struct Box {
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;
  Size size() const { return {.width = width, .height = height}; }
  bool operator==(const Box&) const = default;
};

/// One of the nine anchors of a rectangle.
enum class Location { north, northeast, east, southeast, south, southwest, west, northwest, center };

}  // namespace calotype
