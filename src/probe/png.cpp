#include "probe/headers.h"
#include "probe/tiff_directory.h"

// PNG, third edition: IHDR, and of the other chunks those that change how a picture is handled. An APNG is read as its
// still picture. CRCs are checked where a lie would cost something: in IHDR.
namespace calotype::probe {
namespace {

constexpr std::uint64_t kFirstChunk = 8;
constexpr std::uint64_t kChunkFrame = 12;  // length, type, CRC

/// The CRC of ISO 3309, bit by bit: 17 bytes need no table.
std::uint32_t crc(const Octets& octets) {
  std::uint32_t value = ~0U;
  for (const auto octet : octets.view()) {
    value ^= static_cast<std::uint32_t>(octet);
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ ((value & 1U) != 0 ? 0xedb88320U : 0U);
  }
  return ~value;
}

bool is_depth_of(std::uint8_t colour_type, std::uint8_t depth) {
  switch (colour_type) {
    case 0: return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case 3: return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case 2:
    case 4:
    case 6: return depth == 8 || depth == 16;
    default: return false;
  }
}

ImageInfo read_ihdr(const Octets& file) {
  if (file.u32be(8) != 13 || file.text(12, 4) != "IHDR") file.damaged("it does not begin with IHDR");
  if (crc(file.slice(12, 17)) != file.u32be(29)) file.damaged("the checksum of IHDR is wrong");
  ImageInfo info{.format = ImageFormat::png};
  info.size = checked_size(file, file.u32be(16), file.u32be(20));
  const auto depth = file.u8(24);
  const auto colour_type = file.u8(25);
  if (!is_depth_of(colour_type, depth)) file.damaged("there is no such colour type and depth");
  if (file.u8(26) != 0 || file.u8(27) != 0 || file.u8(28) > 1) file.damaged("there is no such method");
  info.bit_depth = colour_type == 3 ? 8 : depth;
  info.colour_space = colour_type == 0 || colour_type == 4 ? ColourSpace::grey : ColourSpace::rgb;
  info.has_alpha = colour_type == 4 || colour_type == 6;
  info.is_interlaced = file.u8(28) == 1;
  return info;
}

}  // namespace

ImageInfo read_png(const Octets& file) {
  auto info = read_ihdr(file);
  bool has_data = false;
  for (auto at = kFirstChunk + 13 + kChunkFrame; file.has(at, 8);) {
    const std::uint64_t length = file.u32be(at);
    const auto type = file.text(at + 4, 4);
    if (length > 0x7fffffff) file.damaged("a chunk is longer than can be");
    has_data = has_data || type == "IDAT";
    if (type == "IEND") break;
    if (type == "tRNS" && !has_data) info.has_alpha = true;
    if (type == "iCCP" && !has_data) info.has_profile = true;
    if (type == "eXIf") info.orientation = exif_orientation(file.rest(at + 8, length));
    at += length + kChunkFrame;
  }
  if (!has_data) file.damaged("it ends before the picture");
  return info;
}

}  // namespace calotype::probe
