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
    case ImageFormat::json: return "json";
    case ImageFormat::blurhash: return "blurhash";
    case ImageFormat::palette: return "palette";
  }
  std::abort();
}

std::optional<ImageFormat> format_named(std::string_view name) {
  for (const auto format : kImageFormats) {
    if (name_of(format) == name) return format;
  }
  for (const auto format : kInfoFormats) {
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
    case ImageFormat::json:
    case ImageFormat::palette: return "application/json";
    case ImageFormat::blurhash: return "text/plain";
  }
  std::abort();
}

bool is_document(ImageFormat format) { return format == ImageFormat::pdf; }

bool is_info(ImageFormat format) { return format >= ImageFormat::json; }

bool is_written(ImageFormat format) { return format != ImageFormat::heic && !is_document(format); }

bool keeps_alpha(ImageFormat format) { return format != ImageFormat::jpg; }

bool keeps_animation(ImageFormat format) { return format == ImageFormat::gif || format == ImageFormat::webp; }

}  // namespace calotype
