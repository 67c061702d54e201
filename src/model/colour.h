#pragma once

#include <cstdint>

namespace calotype {

/// sRGB, 8 bits a channel, alpha not premultiplied.
struct Colour {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  std::uint8_t alpha = 255;
  bool operator==(const Colour&) const = default;
};

/// A colour that is given, or that the engine takes from the picture itself: its most frequent colour, or the mean of
/// its edge pixels.
struct Paint {
  enum class Kind { solid, dominant, edge };
  Kind kind = Kind::solid;
  Colour colour;
  bool operator==(const Paint&) const = default;
};

inline constexpr Colour kWhite{.red = 255, .green = 255, .blue = 255};
inline constexpr Colour kTransparent{.red = 0, .green = 0, .blue = 0, .alpha = 0};

}  // namespace calotype
