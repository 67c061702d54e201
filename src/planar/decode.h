#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "planar/arena.h"
#include "planar/jpeg_header.h"
#include "planar/planes.h"

namespace calotype::planar {

/// What is wanted of a JPEG: its planes at `scale` eighths of their size, and of them at least the pixels of `box`.
struct Wanted {
  int scale = 8;             ///< 1, 2, 3, 4 or 8
  Box box;                   ///< in luma pixels of the whole picture; the planes count from its top left all the same
  bool is_thorough = false;  ///< scans of which nothing is wanted are looked at all the same
};

/// How the stream was, from good to hopeless. As libjpeg-turbo sees it.
enum class Health { clean, warned, truncated, refused };

struct Decoded {
  Planes planes;  ///< all of the picture's width; heights end below the box
  Health health = Health::clean;
  std::string complaint;  ///< the first; empty when clean
};

/// How many samples of a plane there are at that scale.
inline int scaled_length(int length, int sampling, int scale) {
  return (length * scale + sampling * 8 - 1) / (sampling * 8);
}

/// Room for the planes in whole blocks; their widths and heights say how much of it is picture.
Planes padded_planes(const JpegHeader& header, const Wanted& wanted, std::array<int, 3> scale, Arena& arena);

/// With libjpeg-turbo, which may give chroma at twice the scale, where it is subsampled. Whatever the stream, it ends:
/// with grey where nothing could be read. Throws bad_alloc.
Decoded decode_turbo(std::span<const std::byte> file, const JpegHeader& header, const Wanted& wanted, Arena& arena);

/// Of progressive ones, in the same way. Keeps the coefficients that the scale wants, and of the others which are 0;
/// passes over whole scans that change neither.
std::optional<Planes> decode_progressive(std::span<const std::byte> file, const JpegHeader& header,
                                         const Wanted& wanted, Arena& arena);

/// What decode_progressive() takes of the arena for coefficients.
std::int64_t progressive_bytes(const JpegHeader& header, int scale);

/// Without it: nearly twice as fast, and sharper where the scale is less than 8. Only for streams that are whole in
/// every respect; nothing for all others, which libjpeg-turbo then judges. What lies left, right and above of the box
/// is not written. Throws bad_alloc.
std::optional<Planes> decode_own(std::span<const std::byte> file, const JpegHeader& header, const Wanted& wanted,
                                 Arena& arena);

}  // namespace calotype::planar
