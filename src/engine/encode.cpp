#include "engine/encode.h"

#include <array>

#include <fmt/format.h>

namespace calotype::engine {

std::string text_of(VipsBlob* blob) {
  std::size_t size = 0;
  const void* data = vips_blob_get(blob, &size);
  std::string text(static_cast<const char*>(data), size);
  vips_area_unref(reinterpret_cast<VipsArea*>(blob));
  return text;
}

VImage bare(const VImage& image) {
  VImage copy = image.copy();
  // Width, height and the like are among the fields, and stay.
  char** names = vips_image_get_fields(copy.get_image());
  for (char** name = names; *name != nullptr; ++name) vips_image_remove(copy.get_image(), *name);
  g_strfreev(names);
  return copy;
}

VImage stacked(const Film& film, int loop) {
  VImage image =
      film.frames.size() == 1 ? film.frames[0] : VImage::arrayjoin(film.frames, VImage::option()->set("across", 1));
  image = bare(image);
  if (film.frames.size() > 1) {
    image.set("page-height", film.frames[0].height());
    image.set("delay", film.delays);
    image.set("loop", loop);
  }
  return image;
}

std::string encode(const planar::Planes& planes, const plan::Output& output, const Attached& attached) {
  if (output.format == ImageFormat::jpg) return encode_jpeg(planes, output, attached);
  if (output.format == ImageFormat::webp) return encode_webp(planes, output, attached);
  throw Error(Fault::internal, "encode the picture: its format is not made from planes");
}

std::string encode(const Film& film, const plan::Output& output, const Attached& attached) {
  const VImage& first = film.frames.at(0);
  switch (output.format) {
    case ImageFormat::jpg: return encode_jpeg(first, output, attached);
    case ImageFormat::png: return encode_png(first, output, attached);
    case ImageFormat::webp: return encode_webp(film, output, attached);
    case ImageFormat::avif: return encode_avif(first, output, attached);
    case ImageFormat::gif: return encode_gif(film, output);
    case ImageFormat::tiff: return encode_tiff(first, output, attached);
    case ImageFormat::heic:
    case ImageFormat::pdf: break;
    case ImageFormat::json:
    case ImageFormat::blurhash:
    case ImageFormat::palette: break;  // info.h
  }
  throw Error(Fault::internal, fmt::format("encode the picture: {} is never written", name_of(output.format)));
}

}  // namespace calotype::engine
