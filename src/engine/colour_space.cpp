#include "engine/colour_space.h"

namespace calotype::engine {
namespace {

using Profile = rule::Metadata::Profile;

bool has_profile(const VImage& image) { return image.get_typeof(VIPS_META_ICC_NAME) != 0; }

VipsInterpretation meaning_of(const VImage& image) { return image.guess_interpretation(); }

bool is_rgb(VipsInterpretation meaning) {
  return meaning == VIPS_INTERPRETATION_sRGB || meaning == VIPS_INTERPRETATION_RGB ||
         meaning == VIPS_INTERPRETATION_RGB16;
}

const char* built_in(Profile profile) { return profile == Profile::p3 ? "p3" : "srgb"; }

/// What a picture without a profile means.
const char* assumed(VipsInterpretation meaning) { return meaning == VIPS_INTERPRETATION_CMYK ? "cmyk" : "srgb"; }

/// By its ICC profile, embedded or assumed. Nothing when that is impossible.
std::optional<VImage> transformed(const VImage& colours, const Working& working) {
  const auto meaning = meaning_of(colours);
  auto* options = VImage::option()
                      ->set("embedded", true)
                      ->set("input_profile", assumed(meaning))
                      ->set("intent", VIPS_INTENT_RELATIVE)
                      ->set("black_point_compensation", true)
                      ->set("depth", working.is_wide ? 16 : 8);
  try {
    return colours.icc_transform(built_in(working.profile), options);
  } catch (const vips::VError&) {
    take_vips_error();
    return std::nullopt;
  }
}

VImage alpha_to(const VImage& alpha, double scale, const Working& working) {
  const double target = working.is_wide ? 65535 : 255;
  const VImage scaled = scale == target ? alpha : (alpha * (target / scale)).rint();
  return scaled.cast(working.is_wide ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR);
}

VImage convert(const VImage& colours, const Working& working) {
  const auto meaning = meaning_of(colours);
  const bool keeps = working.profile == Profile::keep && is_rgb(meaning);
  const bool needs_icc =
      meaning == VIPS_INTERPRETATION_CMYK || (has_profile(colours) && !keeps) || (working.profile == Profile::p3);
  const auto target = working.is_wide ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB;
  if (needs_icc) {
    const VImage rgb =
        meaning == VIPS_INTERPRETATION_CMYK || has_profile(colours) ? colours : colours.colourspace(target);
    if (const auto done = transformed(rgb, working)) return *done;
  }
  return colours.colourspace(target);
}

bool is_working(const VImage& image, const Working& working) {
  const bool is_profile_right =
      working.profile == Profile::keep || (!has_profile(image) && working.profile == Profile::srgb);
  return is_profile_right && !working.is_wide && image.format() == VIPS_FORMAT_UCHAR &&
         image.coding() == VIPS_CODING_NONE && image.interpretation() == VIPS_INTERPRETATION_sRGB &&
         (image.bands() == 3 || image.bands() == 4);
}

}  // namespace

VImage to_working(const VImage& decoded, const Working& working) {
  if (is_working(decoded, working)) return decoded;
  VImage image = decoded;
  if (image.coding() != VIPS_CODING_NONE) image = image.colourspace(VIPS_INTERPRETATION_sRGB);
  const auto meaning = meaning_of(image);
  if (meaning != image.interpretation()) image = image.copy(VImage::option()->set("interpretation", meaning));

  const int colour_bands = meaning == VIPS_INTERPRETATION_CMYK                                           ? 4
                           : meaning == VIPS_INTERPRETATION_B_W || meaning == VIPS_INTERPRETATION_GREY16 ? 1
                                                                                                         : 3;
  const int bands = std::min(colour_bands, image.bands());
  const VImage colours = image.bands() > bands ? image.extract_band(0, VImage::option()->set("n", bands)) : image;
  const VImage converted = convert(colours, working);
  const VImage three = converted.bands() == 1 ? VImage::bandjoin({converted, converted, converted}) : converted;

  VImage result = three.extract_band(0, VImage::option()->set("n", 3));
  if (image.bands() > bands) {
    const VImage alpha = image.extract_band(bands);
    const double scale = is_wide(image) ? 65535 : vips_band_format_isint(image.format()) ? 255 : 1;
    result = result.bandjoin(alpha_to(alpha, scale, working));
  }
  const auto target = working.is_wide ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB;
  return result.cast(working.is_wide ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR)
      .copy(VImage::option()->set("interpretation", target));
}

std::string profile_of(const VImage& decoded, const Working& working) {
  const auto text = [](const void* data, std::size_t size) {
    return std::string(static_cast<const char*>(data), size);
  };
  if (working.profile == Profile::keep && has_profile(decoded) && is_rgb(meaning_of(decoded))) {
    std::size_t size = 0;
    const void* data = decoded.get_blob(VIPS_META_ICC_NAME, &size);
    return text(data, size);
  }
  VipsBlob* blob = nullptr;
  if (vips_profile_load(built_in(working.profile), &blob, nullptr) != 0 || blob == nullptr) {
    throw Error(Fault::internal, "load the built-in colour profile: " + take_vips_error());
  }
  std::size_t size = 0;
  const void* data = vips_blob_get(blob, &size);
  std::string profile = text(data, size);
  vips_area_unref(reinterpret_cast<VipsArea*>(blob));
  return profile;
}

}  // namespace calotype::engine
