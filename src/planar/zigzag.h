#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace calotype::planar {

/// Where the coefficient of each step along the zigzag lies: row * 8 + column (ITU-T T.81, figure A.6).
inline constexpr std::array<std::uint8_t, 64> kZigzag{0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,
                                                      12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,
                                                      35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
                                                      58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

constexpr double kRootOfEight = 2.8284271247461903;

/// By what Arai's, Agui's and Nakajima's transform of eight points leaves the coefficient of one direction too large.
inline double aan_scale(std::size_t index) {
  constexpr double kPi = 3.14159265358979323846;
  return index == 0 ? 1 : std::cos(static_cast<double>(index) * kPi / 16) * std::sqrt(2.0);
}

/// What the transform of `size` points wants the coefficient of one direction multiplied by. The smaller ones have it
/// in their constants, but for the root that all of them share.
inline double inverse_scale(int index, int size) {
  return (size < 8 ? 1 : aan_scale(static_cast<std::size_t>(index))) / kRootOfEight;
}

}  // namespace calotype::planar
