#pragma once

#include "model/image_info.h"
#include "probe/octets.h"

/// One parser for each type; probe() chooses. Each throws unprocessable.
namespace calotype::probe {

ImageInfo read_jpeg(const Octets& file);
ImageInfo read_png(const Octets& file);
ImageInfo read_gif(const Octets& file);
ImageInfo read_webp(const Octets& file);
/// AVIF and HEIC.
ImageInfo read_heif(const Octets& file);
ImageInfo read_tiff(const Octets& file);

/// No picture of ours has a longer side; the codecs' own arithmetic is safe below it.
inline constexpr std::uint32_t kMaxSide = 1'000'000;
/// More frames or pages are not counted.
inline constexpr int kMaxFrames = 1'000'000;

/// Checks both sides. Throws unprocessable: "image-damaged" for 0, "image-too-large" above kMaxSide.
Size checked_size(const Octets& file, std::uint64_t width, std::uint64_t height);

}  // namespace calotype::probe
