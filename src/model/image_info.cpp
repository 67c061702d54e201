#include "model/image_info.h"

#include <cstdlib>

namespace calotype {

std::string_view name_of(ImageFormat format) {
  switch (format) {
    case ImageFormat::jpg: return "jpg";
    case ImageFormat::png: return "png";
    case ImageFormat::webp: return "webp";
    case ImageFormat::avif: return "avif";
    case ImageFormat::gif: return "gif";
    case ImageFormat::tiff: return "tiff";
    case ImageFormat::heic: return "heic";
    case ImageFormat::pdf: return "pdf";
  }
  std::abort();
}

std::optional<ImageFormat> format_named(std::string_view name) {
  for (const auto format : kImageFormats) {
    if (name_of(format) == name) return format;
  }
  return std::nullopt;
}

std::string_view content_type_of(ImageFormat format) {
  switch (format) {
    case ImageFormat::jpg: return "image/jpeg";
    case ImageFormat::png: return "image/png";
    case ImageFormat::webp: return "image/webp";
    case ImageFormat::avif: return "image/avif";
    case ImageFormat::gif: return "image/gif";
    case ImageFormat::tiff: return "image/tiff";
    case ImageFormat::heic: return "image/heic";
    case ImageFormat::pdf: return "application/pdf";
  }
  std::abort();
}

bool is_document(ImageFormat format) { return format == ImageFormat::pdf; }

bool keeps_alpha(ImageFormat format) { return format != ImageFormat::jpg; }

bool keeps_animation(ImageFormat format) { return format == ImageFormat::gif || format == ImageFormat::webp; }

}  // namespace calotype
