#include <string_view>

#include "probe/headers.h"
#include "probe/tiff_directory.h"

// ITU-T T.81, annex B: markers from SOI to the first SOS. libjpeg-turbo reads what is Huffman- or arithmetic-coded with
// 8 bits, sequential or progressive; lossless, hierarchical and 12-bit files are refused here.
namespace calotype::probe {
namespace {

constexpr std::uint8_t kSos = 0xda;
constexpr std::uint8_t kEoi = 0xd9;
constexpr std::uint8_t kApp1 = 0xe1;
constexpr std::uint8_t kApp2 = 0xe2;

bool stands_alone(std::uint8_t marker) { return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8); }

/// SOF0..SOF15 without DHT, JPG and DAC, which share the range.
bool is_frame(std::uint8_t marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

void read_frame(const Octets& segment, std::uint8_t marker, ImageInfo& info) {
  switch (marker) {
    case 0xc0:
    case 0xc1:
    case 0xc9: break;
    case 0xc2:
    case 0xca: info.is_interlaced = true; break;
    default: segment.unsupported("a lossless or hierarchical frame");
  }
  if (segment.u8(0) != 8) segment.unsupported("a frame of other than 8 bits");
  info.size = checked_size(segment, segment.u16be(3), segment.u16be(1));
  switch (segment.u8(5)) {
    case 1: info.colour_space = ColourSpace::grey; break;
    case 3: info.colour_space = ColourSpace::rgb; break;
    case 4: info.colour_space = ColourSpace::cmyk; break;
    default: segment.unsupported("a frame of other than 1, 3 or 4 components");
  }
  if (!segment.has(6, std::uint64_t{3} * segment.u8(5))) segment.damaged("the frame is cut off");
}

/// The next marker at or after `at`: what stands between segments is skipped, and FF may be repeated.
std::uint64_t next_marker(const Octets& file, std::uint64_t at) {
  while (file.u8(at) != 0xff) ++at;
  while (file.u8(at) == 0xff) ++at;
  return at;
}

}  // namespace

ImageInfo read_jpeg(const Octets& file) {
  using namespace std::string_view_literals;
  ImageInfo info{.format = ImageFormat::jpg};
  bool has_frame = false;
  bool has_exif = false;
  for (std::uint64_t at = 2;;) {
    at = next_marker(file, at);
    const auto marker = file.u8(at++);
    if (marker == 0 || stands_alone(marker)) continue;
    if (marker == kEoi) file.damaged("it ends before the first scan");
    const auto length = file.u16be(at);
    if (length < 2) file.damaged("a segment has no length");
    const auto segment = file.slice(at + 2, length - 2U);
    at += length;
    if (is_frame(marker)) {
      if (has_frame) file.damaged("it has two frames");
      read_frame(segment, marker, info);
      has_frame = true;
    } else if (marker == kApp1 && !has_exif && segment.says(0, "Exif\0"sv)) {
      info.orientation = exif_orientation(segment.rest(6));
      has_exif = true;
    } else if (marker == kApp2 && segment.says(0, "ICC_PROFILE\0"sv)) {
      info.has_profile = true;
    } else if (marker == kSos) {
      if (!has_frame) file.damaged("a scan comes before the frame");
      return info;
    }
  }
}

}  // namespace calotype::probe
