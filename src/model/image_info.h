#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "model/geometry.h"

namespace calotype {

/// The types that are read, of which `heic` and `pdf` are never written; then what is written about a picture instead
/// of it, and never read. Their numbers are kept in files: new ones come last.
enum class ImageFormat : std::uint8_t { jpg, png, webp, avif, gif, tiff, heic, pdf, json, blurhash, palette };

inline constexpr std::array kImageFormats{ImageFormat::jpg, ImageFormat::png,  ImageFormat::webp, ImageFormat::avif,
                                          ImageFormat::gif, ImageFormat::tiff, ImageFormat::heic, ImageFormat::pdf};
inline constexpr std::array kInfoFormats{ImageFormat::json, ImageFormat::blurhash, ImageFormat::palette};

/// "jpg", "png", ...: as rules, file names and metrics spell it.
std::string_view name_of(ImageFormat format);
std::optional<ImageFormat> format_named(std::string_view name);
/// "image/jpeg", "image/png", ...
std::string_view content_type_of(ImageFormat format);
bool keeps_alpha(ImageFormat format);
bool keeps_animation(ImageFormat format);
/// Has pages that are drawn at any size, by workers of their own.
bool is_document(ImageFormat format);
/// Says something about a picture: one of kInfoFormats.
bool is_info(ImageFormat format);
/// A rendition may be of this type.
bool is_written(ImageFormat format);

enum class ColourSpace : std::uint8_t { grey, rgb, cmyk };

/// What the header of an original says, read by our own parser before anything is decoded.
struct ImageInfo {
  ImageFormat format = ImageFormat::jpg;
  Size size;       ///< of one frame or page, before EXIF orientation is applied; of a document: as it is drawn
  int frames = 1;  ///< frames of an animation, or pages
  bool is_animated = false;  ///< frames are shown in time; false for pages
  int bit_depth = 8;         ///< of one channel
  ColourSpace colour_space = ColourSpace::rgb;
  bool has_alpha = false;
  bool is_interlaced = false;  ///< progressive JPEG, Adam7 PNG: decoding needs the whole picture in memory
  bool has_profile = false;    ///< an ICC profile is embedded
  int orientation = 1;         ///< EXIF, 1..8
  int loop = 0;                ///< of an animation; 0 = for ever

  /// As it is seen: width and height swapped for orientations 5 to 8.
  Size upright() const { return orientation >= 5 ? Size{.width = size.height, .height = size.width} : size; }
  bool operator==(const ImageInfo&) const = default;
};

}  // namespace calotype
