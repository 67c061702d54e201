#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "planar/arena.h"

/// Pictures as three planes, luma and two of colour difference, as JPEG and WebP hold them: a photo need never become
/// RGB on its way from the one to the other.
namespace calotype::planar {

/// Room behind each row that may be read and written, so that a vector need not stop at the edge.
constexpr int kRowSlack = 64;

/// 8-bit samples. Borrowed from an arena.
struct Plane {
  std::uint8_t* samples = nullptr;
  int width = 0;
  int height = 0;
  std::ptrdiff_t stride = 0;

  std::uint8_t* row(int y) const { return samples + y * stride; }
};

inline Plane make_plane(Arena& arena, int width, int height) {
  const std::ptrdiff_t stride = (static_cast<std::ptrdiff_t>(width) + kRowSlack + 63) / 64 * 64;
  return {.samples = arena.take<std::uint8_t>(static_cast<std::size_t>(stride) * static_cast<std::size_t>(height)),
          .width = width,
          .height = height,
          .stride = stride};
}

/// How many luma pixels, across and down, one sample of chroma stands for.
struct Sampling {
  int across = 1;
  int down = 1;
  bool operator==(const Sampling&) const = default;
};

/// BT.601 luma and chroma; chroma is absent (no samples) in a grey picture.
struct Planes {
  std::array<Plane, 3> plane;
  std::array<int, 3> scale{8, 8, 8};  ///< eighths of its full size that each is decoded at
  Sampling chroma;

  bool is_grey() const { return plane[1].samples == nullptr; }
  Sampling sampling(int component) const { return component == 0 ? Sampling{} : chroma; }
};

}  // namespace calotype::planar
