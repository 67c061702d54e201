#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/geometry.h"
#include "planar/planes.h"

namespace calotype::planar {

/// As a DHT segment holds it: how many codes there are of each length, and what they mean, in rising order.
struct HuffmanSpec {
  std::array<std::uint8_t, 17> counts{};  ///< [1..16]
  std::array<std::uint8_t, 256> symbols{};
  int total = 0;  ///< 0: not given
};

struct Component {
  int id = 0;
  int across = 1;  ///< sampling factors, as written
  int down = 1;
  int quantisation = 0;
  int dc_table = 0;
  int ac_table = 0;
};

/// One of the scans of a progressive JPEG: some bits of some coefficients of some components.
struct ProgressiveScan {
  std::array<std::size_t, 3> part{};  ///< which components, in rising order
  std::size_t count = 0;              ///< how many
  int first = 0;                      ///< along the zigzag
  int last = 0;
  int high = 0;                       ///< so many lower bits were not known before; 0: this is the first time
  int low = 0;                        ///< so many still are not
  std::array<HuffmanSpec, 3> tables;  ///< of each component; unused where a DC is refined
  int restart_interval = 0;
  std::size_t begin = 0;  ///< of its entropy-coded bytes

  bool is_dc() const { return first == 0; }
};

/// What a JPEG says before its first scan.
struct JpegHeader {
  Size size;
  bool is_progressive = false;
  std::vector<Component> components;                            ///< 1 or 3
  std::array<std::array<std::uint16_t, 64>, 4> quantisation{};  ///< in zigzag order
  std::array<HuffmanSpec, 4> dc;
  std::array<HuffmanSpec, 4> ac;
  int restart_interval = 0;  ///< in MCUs; 0: none
  std::size_t scan = 0;      ///< where the entropy-coded bytes begin

  /// Of a progressive one: all, where they are in order and make every coefficient known to its last bit; else none.
  std::vector<ProgressiveScan> scans;

  // Payloads of APPn segments without their names, in order; they lie in the file.
  std::vector<std::string_view> exif;
  std::vector<std::string_view> xmp;
  std::vector<std::string_view> photoshop;
  std::vector<std::string_view> profile;  ///< parts of an ICC profile: each its number, how many there are, and bytes

  bool is_grey() const { return components.size() == 1; }
  Sampling chroma() const {
    return is_grey() ? Sampling{} : Sampling{.across = components[0].across, .down = components[0].down};
  }
};

/// Reads the header of a JPEG that the planar path can decode: 8 bits, Huffman, baseline, extended or progressive;
/// grey, or YCbCr with chroma at full or half resolution; in one scan unless progressive. Nothing for any other file,
/// damaged ones included: those are left to libvips, which knows more and says what is wrong. Never reads a
/// byte outside.
std::optional<JpegHeader> read_jpeg_header(std::span<const std::byte> file);

}  // namespace calotype::planar
