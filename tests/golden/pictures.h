#pragma once

#include <cstdint>
#include <vector>

#include "model/colour.h"
#include "model/geometry.h"

/// Pictures that the project draws itself, to test with: the same on every machine, free of anybody's rights.
namespace calotype::drawn {

/// 8-bit RGBA, row after row.
struct Picture {
  Size size;
  std::vector<std::uint8_t> pixels;

  explicit Picture(Size of, Colour fill = kTransparent);
  Colour at(int x, int y) const;
  void set(int x, int y, Colour colour);
};

/// Red grows to the right, green downwards; blue stays at 90.
Picture gradient(Size size);
/// Four quarters: red, green, blue, yellow (reading order), and a white block at the top left corner of a twelfth of
/// the sides: no turn or flip leaves it as it was.
Picture quarters(Size size);
/// A landscape: sky, sun, hills, a tree and a fence, with fine detail in its lower part.
Picture landscape(Size size);
/// A black and white checkerboard.
Picture checkerboard(Size size, int cell);
/// A mark: an orange ring with a soft edge around a white bar, on nothing.
Picture badge(Size size);
/// A plain field in one colour with a block of another in it.
Picture block(Size size, Colour field, Box box, Colour inside);

}  // namespace calotype::drawn
