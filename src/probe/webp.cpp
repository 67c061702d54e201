#include "probe/headers.h"
#include "probe/tiff_directory.h"

// RFC 9649: a RIFF file whose first chunk is VP8 (lossy), VP8L (lossless), or VP8X with everything else behind it.
namespace calotype::probe {
namespace {

constexpr std::uint64_t kFirstChunk = 12;

Size lossy_size(const Octets& chunk) {
  if ((chunk.u8(0) & 1U) != 0) chunk.damaged("it does not begin with a key frame");
  if (!chunk.says(3, "\x9d\x01\x2a")) chunk.damaged("the frame has no start code");
  return checked_size(chunk, chunk.u16le(6) & 0x3fffU, chunk.u16le(8) & 0x3fffU);
}

struct Lossless {
  Size size;
  bool has_alpha = false;
};

Lossless lossless_head(const Octets& chunk) {
  if (chunk.u8(0) != 0x2f) chunk.damaged("the lossless picture has no signature");
  const auto bits = chunk.u32le(1);
  if (bits >> 29U != 0) chunk.unsupported("another version of the lossless form");
  return {.size = checked_size(chunk, (bits & 0x3fffU) + 1, (bits >> 14U & 0x3fffU) + 1),
          .has_alpha = (bits >> 28U & 1U) != 0};
}

void read_extended(const Octets& file, ImageInfo& info) {
  const auto head = file.slice(kFirstChunk + 8, 10);
  const auto flags = head.u8(0);
  info.size = checked_size(file, std::uint64_t{head.u24le(4)} + 1, std::uint64_t{head.u24le(7)} + 1);
  info.has_profile = (flags & 0x20U) != 0;
  info.has_alpha = (flags & 0x10U) != 0;
  const bool is_animated = (flags & 0x02U) != 0;
  int frames = 0;
  bool has_picture = false;
  for (auto at = kFirstChunk; file.has(at, 8);) {
    const auto type = file.text(at, 4);
    const std::uint64_t length = file.u32le(at + 4);
    const auto chunk = file.rest(at + 8, length);
    if (type == "ANIM") info.loop = chunk.u16le(4);
    if (type == "ANMF" && chunk.has(0, 16) && frames < kMaxFrames) ++frames;
    if (type == "VP8L" && !has_picture) info.has_alpha = info.has_alpha || lossless_head(chunk).has_alpha;
    has_picture = has_picture || type == "VP8 " || type == "VP8L" || type == "ANMF";
    if (type == "EXIF") info.orientation = exif_orientation(chunk.says(0, "Exif") ? chunk.rest(6) : chunk);
    at += 8 + length + (length & 1U);
  }
  if (!has_picture || (is_animated && frames == 0)) file.damaged("it ends before the picture");
  info.frames = is_animated ? frames : 1;
  info.is_animated = info.frames > 1;
  if (!info.is_animated) info.loop = 0;
}

}  // namespace

ImageInfo read_webp(const Octets& file) {
  ImageInfo info{.format = ImageFormat::webp};
  const auto type = file.text(kFirstChunk, 4);
  const auto chunk = file.rest(kFirstChunk + 8, file.u32le(kFirstChunk + 4));
  if (type == "VP8 ") {
    info.size = lossy_size(chunk);
  } else if (type == "VP8L") {
    const auto head = lossless_head(chunk);
    info.size = head.size;
    info.has_alpha = head.has_alpha;
  } else if (type == "VP8X") {
    read_extended(file, info);
  } else {
    file.damaged("it does not begin with a picture");
  }
  return info;
}

}  // namespace calotype::probe
