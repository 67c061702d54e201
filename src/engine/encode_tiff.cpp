#include "engine/encode.h"

namespace calotype::engine {
namespace {

void set_blob(VImage& image, const char* name, const std::string& data) {
  if (data.empty()) return;
  vips_image_set_blob_copy(image.get_image(), name, data.data(), data.size());
}

}  // namespace

/// Lossy (JPEG inside) like the other photographic formats, unless lossless is asked for or the pixels do not fit in
/// JPEG.
std::string encode_tiff(const VImage& image, const plan::Output& output, const Attached& attached) {
  VImage picture = bare(image);
  set_blob(picture, VIPS_META_ICC_NAME, attached.icc);
  set_blob(picture, VIPS_META_XMP_NAME, attached.xmp);
  set_blob(picture, VIPS_META_IPTC_NAME, attached.iptc);
  const bool is_lossy = !output.encoder.lossless && !picture.has_alpha() && !is_wide(picture);
  auto* options = VImage::option()->set(
      "compression", is_lossy ? VIPS_FOREIGN_TIFF_COMPRESSION_JPEG : VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE);
  options->set("predictor", VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL)->set("Q", output.quality);
  if (attached.dpi > 0) {
    constexpr double kMillimetres = 25.4;
    options->set("resunit", VIPS_FOREIGN_TIFF_RESUNIT_INCH)
        ->set("xres", attached.dpi / kMillimetres)
        ->set("yres", attached.dpi / kMillimetres);
  }
  return text_of(picture.tiffsave_buffer(options));
}

}  // namespace calotype::engine
