#pragma once

#include <cstdint>

#include "planar/arena.h"
#include "planar/planes.h"
#include "planar/weights.h"

/// The work on samples, in SIMD for the processor at hand.
namespace calotype::planar {

/// What is done to a value on its way out: `value * gain + offset`, rounded, clipped.
struct Level {
  float gain = 1;
  float offset = 0;
  int least = 0;
  int most = 255;
};

/// From the full range of JPEG to the narrow one that WebP holds.
inline constexpr Level kStudioLuma{.gain = 219.0F / 255, .offset = 16, .least = 16, .most = 235};
inline constexpr Level kStudioChroma{
    .gain = 224.0F / 255, .offset = 128.0F * (1 - 224.0F / 255), .least = 16, .most = 240};

/// And back.
inline constexpr Level kFullLuma{.gain = 255.0F / 219, .offset = -16 * 255.0F / 219};
inline constexpr Level kFullChroma{.gain = 255.0F / 224, .offset = 128.0F * (1 - 255.0F / 224)};

/// Separable, in 14-bit integers, with one rounding at the end. The target has the size of the weights.
Plane resample(const Plane& source, const Weights& across, const Weights& down, const Level& level, Arena& arena);

/// Samples of several bands side by side, row after row without gaps.
struct Interleaved {
  const std::uint8_t* samples = nullptr;
  int width = 0;
  int height = 0;
  int bands = 3;  ///< 1 or 3

  static constexpr int kLeastSamples = 128;  ///< of a row that resample() can take
};

/// The same for these. `into`: of the size of the weights, without gaps.
void resample(const Interleaved& source, const Weights& across, const Weights& down, std::uint8_t* into, Arena& arena);

/// Rows become columns.
Plane transposed(const Plane& source, Arena& arena);

Plane filled(int width, int height, std::uint8_t value, Arena& arena);

/// Full-range BT.601 at full resolution to interleaved 8-bit RGB, row after row without gaps. A grey picture gives
/// three equal channels.
void to_rgb(const Planes& planes, std::uint8_t* rgb);

}  // namespace calotype::planar
