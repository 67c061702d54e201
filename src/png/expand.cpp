#include "png/expand.h"

#include <bit>
#include <cstring>

namespace calotype::png {
namespace {

/// What one stored octet of samples of less than 8 bits holds, and where in it.
class SmallSamples {
 public:
  explicit SmallSamples(int depth) : depth_(depth), mask_((1 << depth) - 1), in_octet_(8 / depth) {}

  int at(const std::uint8_t* row, int x) const {
    const int shift = 8 - depth_ * (x % in_octet_ + 1);
    return row[x / in_octet_] >> shift & mask_;
  }

 private:
  int depth_;
  int mask_;
  int in_octet_;
};

/// One row of indices. `most`: the highest that was looked up.
template <int kBands>
int look_up(const Header& header, const std::uint8_t* row, std::uint8_t* into) {
  const SmallSamples samples(header.depth);
  int most = 0;
  for (int x = 0; x < header.size.width; ++x) {
    const int index = header.depth == 8 ? row[x] : samples.at(row, x);
    most = index > most ? index : most;
    std::memcpy(into, header.palette[static_cast<std::size_t>(index)].data(), kBands);
    into += kBands;
  }
  return most;
}

/// Grey of up to 8 bits, with alpha where one value is transparent.
void spread(const Header& header, const std::uint8_t* row, std::uint8_t* into) {
  const SmallSamples samples(header.depth);
  const int unit = 255 / ((1 << header.depth) - 1);
  const int transparent = header.transparent[0] & ((1 << header.depth) - 1);
  for (int x = 0; x < header.size.width; ++x) {
    const int value = header.depth == 8 ? row[x] : samples.at(row, x);
    *into++ = static_cast<std::uint8_t>(value * unit);
    if (header.has_transparency) *into++ = value == transparent ? 0 : 255;
  }
}

/// Adds alpha: none where all samples of a pixel are those of the transparent colour.
void mark_transparent(const Header& header, const std::uint8_t* row, std::uint8_t* into) {
  const auto bytes = static_cast<std::size_t>(header.depth) / 8;
  const auto pixel = static_cast<std::size_t>(header.pixel_bytes());
  std::uint8_t colour[6] = {};
  for (std::size_t i = 0, at = 0; at < pixel; ++i, at += bytes) {
    if (bytes == 2) colour[at] = static_cast<std::uint8_t>(header.transparent[i] >> 8U);
    colour[at + bytes - 1] = static_cast<std::uint8_t>(header.transparent[i] & 255U);
  }
  for (int x = 0; x < header.size.width; ++x, row += pixel, into += pixel + bytes) {
    std::memcpy(into, row, pixel);
    std::memset(into + pixel, std::memcmp(row, colour, pixel) == 0 ? 0 : 255, bytes);
  }
}

}  // namespace

int bands_of(const Header& header) {
  const int alpha = header.has_transparency ? 1 : 0;
  switch (header.colours) {
    case Colours::grey: return 1 + alpha;
    case Colours::grey_alpha: return 2;
    case Colours::rgb:
    case Colours::palette: return 3 + alpha;
    case Colours::rgb_alpha: return 4;
  }
  return 3;
}

bool needs_expansion(const Header& header) {
  return header.depth < 8 || header.colours == Colours::palette || header.has_transparency;
}

bool expand(const Header& header, const std::uint8_t* stored, std::uint8_t* into) {
  const std::size_t from_row = header.row_bytes();
  const auto bytes = static_cast<std::size_t>(header.depth == 16 ? 2 : 1);
  const std::size_t into_row =
      static_cast<std::size_t>(header.size.width) * static_cast<std::size_t>(bands_of(header)) * bytes;
  for (int y = 0; y < header.size.height; ++y, stored += from_row, into += into_row) {
    if (header.colours == Colours::palette) {
      const int most = header.has_transparency ? look_up<4>(header, stored, into) : look_up<3>(header, stored, into);
      if (most >= header.palette_size) return false;
    } else if (header.colours == Colours::grey && header.depth <= 8) {
      spread(header, stored, into);
    } else {
      mark_transparent(header, stored, into);
    }
  }
  return true;
}

void swap_bytes(std::uint8_t* samples, std::size_t bytes) {
  static_assert(std::endian::native == std::endian::little);
  for (std::size_t i = 0; i + 1 < bytes; i += 2) {
    const std::uint8_t high = samples[i];
    samples[i] = samples[i + 1];
    samples[i + 1] = high;
  }
}

}  // namespace calotype::png
