#include <algorithm>

#include "probe/headers.h"

// GIF89a. Blocks are walked without a look inside: 2,000 frames cost microseconds. Where the format leaves room, this
// follows libnsgif, which is what decodes: see canvas().
namespace calotype::probe {
namespace {

constexpr std::uint8_t kExtension = 0x21;
constexpr std::uint8_t kFrame = 0x2c;
constexpr std::uint8_t kTrailer = 0x3b;
constexpr std::uint8_t kGraphicControl = 0xf9;
constexpr std::uint8_t kApplication = 0xff;

std::uint64_t palette_bytes(std::uint8_t flags) {
  return (flags & 0x80U) != 0 ? std::uint64_t{3} << ((flags & 7U) + 1) : 0;
}

struct Walk {
  const Octets& file;
  std::uint64_t at = 0;
  ImageInfo info{.format = ImageFormat::gif, .frames = 0, .loop = 1};

  /// Past a chain of sub-blocks; false where the file ends first.
  bool skip_blocks() {
    while (file.has(at, 1)) {
      const auto length = file.u8(at++);
      if (length == 0) return true;
      if (!file.has(at, length)) return false;
      at += length;
    }
    return false;
  }

  /// libnsgif takes the screen sizes of old editors, no size, and more than 2048 pixels for a mistake: the first frame
  /// decides then. It also lets the first frame widen the canvas.
  void canvas(std::uint64_t right, std::uint64_t bottom) {
    std::uint64_t width = file.u16le(6);
    std::uint64_t height = file.u16le(8);
    const auto is = [&](std::uint64_t w, std::uint64_t h) { return width == w && height == h; };
    if (is(640, 480) || is(640, 512) || is(800, 600) || is(1024, 768) || is(1280, 1024) || is(1600, 1200) ||
        width == 0 || height == 0 || width > 2048 || height > 2048) {
      width = height = 1;
    }
    info.size = checked_size(file, std::max(width, right), std::max(height, bottom));
  }

  bool frame() {
    if (!file.has(at, 9)) return false;
    if (info.frames == 0) {
      canvas(std::uint64_t{file.u16le(at)} + file.u16le(at + 4),
             std::uint64_t{file.u16le(at + 2)} + file.u16le(at + 6));
    }
    at += 9 + palette_bytes(file.u8(at + 8));
    if (!file.has(at, 1)) return false;
    ++at;  // least code size
    if (info.frames < kMaxFrames) ++info.frames;
    return skip_blocks();
  }

  bool extension() {
    if (!file.has(at, 2)) return false;
    const auto label = file.u8(at++);
    if (label == kGraphicControl && file.u8(at) >= 4 && file.has(at, 2) && (file.u8(at + 1) & 1U) != 0) {
      info.has_alpha = true;
    }
    const bool loops = file.says(at + 1, "NETSCAPE2.0") || file.says(at + 1, "ANIMEXTS1.0");
    if (label == kApplication && file.u8(at) == 11 && loops && file.has(at + 12, 4) && file.u8(at + 12) == 3 &&
        file.u8(at + 13) == 1) {
      // The file counts repetitions; we count, as libvips does, how often it is shown.
      const int repeats = file.u16le(at + 14);
      info.loop = repeats == 0 ? 0 : repeats + 1;
    }
    return skip_blocks();
  }
};

}  // namespace

ImageInfo read_gif(const Octets& file) {
  Walk walk{.file = file};
  walk.at = 13 + palette_bytes(file.u8(10));
  for (bool goes_on = true; goes_on && file.has(walk.at, 1);) {
    switch (file.u8(walk.at++)) {
      case kExtension: goes_on = walk.extension(); break;
      case kFrame: goes_on = walk.frame(); break;
      case kTrailer: goes_on = false; break;
      default: goes_on = false; break;  // rubbish behind the last frame is common, and ends the file for decoders too
    }
  }
  if (walk.info.frames == 0) file.damaged("it ends before the first frame");
  walk.info.is_animated = walk.info.frames > 1;
  if (!walk.info.is_animated) walk.info.loop = 0;
  return walk.info;
}

}  // namespace calotype::probe
