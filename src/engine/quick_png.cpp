#include "engine/quick_png.h"

#include <array>

#include "engine/workbench.h"
#include "png/read.h"

namespace calotype::engine {
namespace {

/// Held at once, beside what libvips has of the file: nothing.
bool fits(const plan::Budget& budget, const png::Header& header) {
  return budget.memory_bytes <= 0 || png::bytes_to_read(header) <= budget.memory_bytes;
}

/// What goes with a picture beside its pixels, as libvips read it.
void carry_over(const VImage& from, VImage& into) {
  constexpr std::array kBlocks{VIPS_META_ICC_NAME, VIPS_META_EXIF_NAME, VIPS_META_XMP_NAME, VIPS_META_IPTC_NAME};
  for (const char* name : kBlocks) {
    GValue value = G_VALUE_INIT;
    if (from.get_typeof(name) == 0 || vips_image_get(from.get_image(), name, &value) != 0) continue;
    vips_image_set(into.get_image(), name, &value);
    g_value_unset(&value);
  }
}

bool is_alike(const VImage& opened, const png::Pixels& pixels) {
  const auto format = pixels.bits == 16 ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR;
  return opened.format() == format && opened.bands() == pixels.bands && size_of(opened) == pixels.size;
}

}  // namespace

void read_quickly(const Plan& plan, const Input& input, Reel& reel) {
  const ImageInfo& info = plan.decode.info;
  if (info.format != ImageFormat::png || info.is_interlaced) return;
  const auto header = png::read_header(input.original);
  if (!header || !fits(plan.budget, *header)) return;
  const auto pixels = png::read(*header, workbench().arena);
  if (!pixels || !is_alike(reel.image, *pixels)) return;
  const auto bytes = VIPS_IMAGE_SIZEOF_IMAGE(reel.image.get_image());
  VipsImage* borrowed = vips_image_new_from_memory(pixels->samples, bytes, pixels->size.width, pixels->size.height,
                                                   pixels->bands, reel.image.format());
  if (borrowed == nullptr) throw vips::VError();
  VImage image(borrowed);
  borrowed->Type = reel.image.interpretation();
  carry_over(reel.image, image);
  reel.image = image;
}

}  // namespace calotype::engine
