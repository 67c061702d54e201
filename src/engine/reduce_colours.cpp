#include <libimagequant.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "engine/encode.h"

namespace calotype::engine {
namespace {

template <class Thing, void (*destroy)(Thing*)>
using Owned = std::unique_ptr<Thing, std::integral_constant<decltype(destroy), destroy>>;

[[noreturn]] void fail() { throw Error(Fault::internal, "reduce a picture's colours: the quantiser gave up"); }

}  // namespace

VImage reduce_colours(const VImage& image, int colours, const rule::Encoder& encoder) {
  VImage eight = is_wide(image) ? image.colourspace(VIPS_INTERPRETATION_sRGB) : image;
  eight = in_memory(with_alpha(eight));
  const Owned<liq_attr, liq_attr_destroy> attributes(liq_attr_create());
  if (!attributes || liq_set_max_colors(attributes.get(), colours) != LIQ_OK) fail();
  const Owned<liq_image, liq_image_destroy> pixels(
      liq_image_create_rgba(attributes.get(), eight.data(), eight.width(), eight.height(), 0));
  if (!pixels) fail();
  liq_set_speed(attributes.get(), std::clamp(10 - encoder.effort, 1, 10));
  liq_result* made = nullptr;
  if (liq_image_quantize(pixels.get(), attributes.get(), &made) != LIQ_OK) fail();
  const Owned<liq_result, liq_result_destroy> result(made);
  liq_set_dithering_level(result.get(), static_cast<float>(encoder.dither));
  std::vector<std::uint8_t> indexes(static_cast<std::size_t>(size_of(eight).pixels()));
  if (liq_write_remapped_image(result.get(), pixels.get(), indexes.data(), indexes.size()) != LIQ_OK) fail();

  const liq_palette* palette = liq_get_palette(result.get());
  const auto bands = static_cast<std::size_t>(image.bands());
  std::vector<std::uint8_t> reduced;
  reduced.reserve(indexes.size() * bands);
  for (const std::uint8_t index : indexes) {
    const liq_color& entry = palette->entries[index];
    reduced.insert(reduced.end(), {entry.r, entry.g, entry.b});
    if (bands == 4) reduced.push_back(entry.a);
  }
  return from_pixels(reduced.data(), size_of(image), image.bands(), VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB);
}

}  // namespace calotype::engine
