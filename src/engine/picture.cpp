#include "engine/picture.h"

#include <fmt/format.h>

namespace calotype::engine {

bool is_wide(const VImage& image) { return image.format() == VIPS_FORMAT_USHORT; }

double full_scale(const VImage& image) {
  const auto meaning = image.interpretation();
  return is_wide(image) || meaning == VIPS_INTERPRETATION_RGB16 || meaning == VIPS_INTERPRETATION_GREY16 ? 65535 : 255;
}

VImage colours_of(const VImage& image) {
  return image.has_alpha() ? image.extract_band(0, VImage::option()->set("n", image.bands() - 1)) : image;
}

VImage alpha_of(const VImage& image) { return image.extract_band(image.bands() - 1); }

VImage with_alpha(const VImage& image) { return image.has_alpha() ? image : image.bandjoin_const({full_scale(image)}); }

std::vector<double> pixel_of(Colour colour, const VImage& image) {
  const double unit = full_scale(image) / 255;
  std::vector<double> values{colour.red * unit, colour.green * unit, colour.blue * unit};
  if (image.bands() == 4) values.push_back(colour.alpha * unit);
  return values;
}

VImage filled(Size size, Colour colour, const VImage& like) {
  const VImage one = VImage::black(1, 1, VImage::option()->set("bands", like.bands()));
  const VImage pixel = rounded(one + pixel_of(colour, like), like);
  return pixel.embed(0, 0, size.width, size.height, VImage::option()->set("extend", VIPS_EXTEND_COPY));
}

VImage rounded(const VImage& computed, const VImage& like) {
  const bool is_whole = vips_band_format_isint(computed.format());
  const VImage values = is_whole ? computed : computed.rint();
  return values.cast(like.format()).copy(VImage::option()->set("interpretation", like.interpretation()));
}

VImage from_pixels(const void* pixels, Size size, int bands, VipsBandFormat format, VipsInterpretation meaning) {
  const auto bytes = static_cast<std::size_t>(size.pixels() * bands) * vips_format_sizeof(format);
  VipsImage* made = vips_image_new_from_memory_copy(pixels, bytes, size.width, size.height, bands, format);
  if (made == nullptr) throw vips::VError();
  return VImage(made).copy(VImage::option()->set("interpretation", meaning));
}

VImage in_memory(const VImage& image) { return image.copy_memory(); }

VImage cut(const VImage& image, const Box& box) {
  if (box == whole(image)) return image;
  const bool is_inside = box.left >= 0 && box.top >= 0 && box.width > 0 && box.height > 0 &&
                         box.width <= image.width() - box.left && box.height <= image.height() - box.top;
  if (!is_inside) {
    throw Error(Fault::internal, fmt::format("cut {}x{} at {},{} from {}x{}: outside", box.width, box.height, box.left,
                                             box.top, image.width(), image.height()));
  }
  return image.extract_area(box.left, box.top, box.width, box.height);
}

VImage premultiply(const VImage& image) {
  return image.premultiply(VImage::option()->set("max_alpha", full_scale(image)));
}

VImage unpremultiply(const VImage& computed, const VImage& like) {
  return rounded(computed.unpremultiply(VImage::option()->set("max_alpha", full_scale(like))), like);
}

std::string take_vips_error() {
  std::string text = vips_error_buffer();
  vips_error_clear();
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (char& c : text) {
    if (c == '\n') c = ';';
  }
  return text;
}

Error damaged(const std::string& why) {
  return Error(Fault::unprocessable, "decode the picture: " + why, "image-damaged");
}

}  // namespace calotype::engine
