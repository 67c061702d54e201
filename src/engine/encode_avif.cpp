#include <libheif/heif.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>

#include "engine/encode.h"

// libheif itself rather than libvips' saver: for 4:2:2, and for EXIF blocks that are written as they are.
namespace calotype::engine {
namespace {

template <class Thing, void (*release)(Thing*)>
using Owned = std::unique_ptr<Thing, std::integral_constant<decltype(release), release>>;
constexpr int kFullChromaFrom = 90;

using Context = Owned<heif_context, heif_context_free>;
using Encoder = Owned<heif_encoder, heif_encoder_release>;
using Image = Owned<heif_image, [](heif_image* image) { heif_image_release(image); }>;

void check(const heif_error& error) {
  if (error.code != heif_error_Ok) throw Error(Fault::internal, std::string("encode an avif: ") + error.message);
}

/// libaom's speeds: 9 is the quickest. A megapixel of a photograph takes 27 ms at 9, 87 at 8, 136 at 7 and 272 at 6,
/// for 1.18, 1, 0.93 and 0.87 times the bytes at the same likeness (./dev bench encoders).
int speed_of(int effort) {
  constexpr std::array kSpeeds{9, 9, 8, 8, 8, 7, 7, 6, 6};
  return kSpeeds[static_cast<std::size_t>(std::clamp(effort, 1, 9) - 1)];
}

const char* chroma_of(const plan::Output& output) {
  if (output.encoder.lossless) return "444";
  switch (output.encoder.chroma) {
    case rule::Encoder::Chroma::c444: return "444";
    case rule::Encoder::Chroma::c422: return "422";
    case rule::Encoder::Chroma::c420: return "420";
    case rule::Encoder::Chroma::automatic: return output.quality >= kFullChromaFrom ? "444" : "420";
  }
  return "420";
}

/// 8 or 12. Who asks for 10 gets 12: Debian 12's libheif (1.15) picks a profile that has no 10 bits, and libaom then
/// aborts or writes beyond its buffer.
int depth_of(const VImage& image) { return is_wide(image) ? 12 : 8; }

/// 16-bit values become `depth`-bit ones.
void copy_rows(const VImage& image, int depth, std::uint8_t* to, int stride) {
  const VImage pixels = in_memory(image);
  const auto row = static_cast<std::size_t>(image.width()) * static_cast<std::size_t>(image.bands());
  for (int y = 0; y < image.height(); ++y) {
    std::uint8_t* line = to + static_cast<std::ptrdiff_t>(y) * stride;
    if (!is_wide(image)) {
      std::memcpy(line, static_cast<const std::uint8_t*>(pixels.data()) + static_cast<std::size_t>(y) * row, row);
      continue;
    }
    const auto* from = static_cast<const std::uint16_t*>(pixels.data()) + static_cast<std::size_t>(y) * row;
    for (std::size_t i = 0; i < row; ++i) {
      const auto value = static_cast<std::uint16_t>(from[i] >> (16 - depth));
      std::memcpy(line + i * 2, &value, 2);
    }
  }
}

heif_chroma layout_of(const VImage& image) {
  if (is_wide(image))
    return image.has_alpha() ? heif_chroma_interleaved_RRGGBBAA_LE : heif_chroma_interleaved_RRGGBB_LE;
  return image.has_alpha() ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB;
}

Image heif_of(const VImage& image, int depth, const std::string& icc) {
  heif_image* made = nullptr;
  check(heif_image_create(image.width(), image.height(), heif_colorspace_RGB, layout_of(image), &made));
  Image heif(made);
  check(heif_image_add_plane(heif.get(), heif_channel_interleaved, image.width(), image.height(), depth));
  int stride = 0;
  std::uint8_t* plane = heif_image_get_plane(heif.get(), heif_channel_interleaved, &stride);
  copy_rows(image, depth, plane, stride);
  if (!icc.empty()) check(heif_image_set_raw_color_profile(heif.get(), "prof", icc.data(), icc.size()));
  return heif;
}

heif_error append(heif_context* /*context*/, const void* data, std::size_t size, void* out) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(data), size);
  return {heif_error_Ok, heif_suberror_Unspecified, ""};
}

std::string written(heif_context* context) {
  std::string out;
  heif_writer writer{.writer_api_version = 1, .write = append};
  check(heif_context_write(context, &writer, &out));
  return out;
}

Encoder encoder_of(heif_context* context, const plan::Output& output) {
  heif_encoder* made = nullptr;
  check(heif_context_get_encoder_for_format(context, heif_compression_AV1, &made));
  Encoder encoder(made);
  if (output.encoder.lossless) {
    check(heif_encoder_set_lossless(encoder.get(), 1));
  } else {
    check(heif_encoder_set_lossy_quality(encoder.get(), output.quality));
  }
  check(heif_encoder_set_parameter_integer(encoder.get(), "speed", speed_of(output.encoder.effort)));
  check(heif_encoder_set_parameter_integer(encoder.get(), "threads", 1));
  check(heif_encoder_set_parameter_string(encoder.get(), "chroma", chroma_of(output)));
  return encoder;
}

}  // namespace

std::string encode_avif(const VImage& image, const plan::Output& output, const Attached& attached) {
  const Context context(heif_context_alloc());
  const Encoder encoder = encoder_of(context.get(), output);
  const Image heif = heif_of(image, depth_of(image), attached.icc);

  const Owned<heif_encoding_options, heif_encoding_options_free> options(heif_encoding_options_alloc());
  heif_color_profile_nclx nclx{};
  nclx.version = 1;
  nclx.color_primaries = heif_color_primaries_ITU_R_BT_709_5;
  nclx.transfer_characteristics = heif_transfer_characteristic_IEC_61966_2_1;
  nclx.matrix_coefficients =
      output.encoder.lossless ? heif_matrix_coefficients_RGB_GBR : heif_matrix_coefficients_ITU_R_BT_601_6;
  nclx.full_range_flag = 1;
  options->output_nclx_profile = &nclx;
  heif_image_handle* handle = nullptr;
  check(heif_context_encode_image(context.get(), heif.get(), encoder.get(), options.get(), &handle));
  const Owned<heif_image_handle, [](heif_image_handle* h) { heif_image_handle_release(h); }> kept(handle);
  if (!attached.exif.empty()) {
    check(heif_context_add_exif_metadata(context.get(), handle, attached.exif.data(),
                                         static_cast<int>(attached.exif.size())));
  }
  if (!attached.xmp.empty()) {
    check(heif_context_add_XMP_metadata(context.get(), handle, attached.xmp.data(),
                                        static_cast<int>(attached.xmp.size())));
  }
  return written(context.get());
}

}  // namespace calotype::engine
