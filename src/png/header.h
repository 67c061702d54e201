#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/geometry.h"

namespace calotype::png {

enum class Colours : std::uint8_t { grey = 0, rgb = 2, palette = 3, grey_alpha = 4, rgb_alpha = 6 };

/// What a PNG says, and where its picture lies.
struct Header {
  Size size;
  int depth = 8;  ///< bits of a sample, as stored
  Colours colours = Colours::rgb;
  std::array<std::array<std::uint8_t, 4>, 256> palette{};  ///< red, green, blue, alpha
  int palette_size = 0;
  bool has_transparency = false;                 ///< a tRNS chunk: of the palette, or one colour that is not there
  std::array<std::uint16_t, 3> transparent{};    ///< that colour, as stored; grey in the first
  std::vector<std::span<const std::byte>> data;  ///< of each IDAT chunk
  std::size_t data_size = 0;

  /// Samples of a pixel, as stored.
  int channels() const;
  /// Of one row, without the octet that names its filter.
  std::size_t row_bytes() const;
  /// Of the whole picture as it is deflated: rows with their filters.
  std::size_t raw_bytes() const { return (row_bytes() + 1) * static_cast<std::size_t>(size.height); }
  /// From a sample to the one of the same kind in the next pixel; 1 where pixels are smaller.
  int pixel_bytes() const;
};

/// Reads every chunk up to IEND with its checksum. Only of files that are whole and in order in every respect, and not
/// interlaced; nothing for all others, which libpng judges. Reads each byte at most once and never one outside.
std::optional<Header> read_header(std::span<const std::byte> file);

}  // namespace calotype::png
