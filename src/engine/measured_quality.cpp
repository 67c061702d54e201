#include "engine/measured_quality.h"

#include <webp/decode.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "engine/decode.h"
#include "engine/quality_search.h"
#include "engine/ssim.h"
#include "engine/workbench.h"
#include "planar/decode.h"

namespace calotype::engine {
namespace {

/// A row of blocks: of 8 luma samples, and as many of chroma at half the resolution.
constexpr int kBand = 16;
/// One band in so many is measured; of larger pictures, as few as have this many pixels.
constexpr int kOneIn = 4;
constexpr std::int64_t kEnoughPixels = 40'000;
/// Lower pictures are measured whole.
constexpr int kLeastBands = 8;

/// The first rows of the bands that are measured.
std::vector<int> bands_of(Size size) {
  const int bands = size.height / kBand;
  int step = 1;
  if (bands >= kLeastBands) {
    const auto by_pixels = static_cast<int>(std::min<std::int64_t>(size.pixels() / kEnoughPixels, bands / 2));
    step = std::max(kOneIn, by_pixels);
  }
  std::vector<int> rows;
  for (int band = std::min(step / 2, std::max(bands - 1, 0)); band < std::max(bands, 1); band += step) {
    rows.push_back(band * kBand);
  }
  return rows;
}

/// A file's luma, kept.
struct Luma {
  std::vector<std::uint8_t> samples;
  Size size;

  LumaView view() const {
    return {.samples = samples.data(), .width = size.width, .height = size.height, .stride = size.width};
  }
};

[[noreturn]] void unreadable() { throw Error(Fault::internal, "measure the quality: what was encoded cannot be read"); }

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

double similarity_of_jpeg(const LumaView& original, const std::string& file) {
  auto& arena = workbench().arena;
  const auto place = arena.place();
  const auto header = planar::read_jpeg_header(bytes_of(file));
  if (!header) unreadable();
  const planar::Wanted all{.box = {.width = original.width, .height = original.height}};
  const auto planes = planar::decode_own(bytes_of(file), *header, all, arena);
  if (!planes) unreadable();
  const planar::Plane& luma = planes->plane[0];
  const double found = similarity(
      original, {.samples = luma.samples, .width = luma.width, .height = luma.height, .stride = luma.stride});
  arena.rewind(place);
  return found;
}

double similarity_of_webp(const LumaView& original, const std::string& file) {
  int width = 0;
  int height = 0;
  int stride = 0;
  int chroma_stride = 0;
  std::uint8_t* u = nullptr;
  std::uint8_t* v = nullptr;
  const std::unique_ptr<std::uint8_t, void (*)(void*)> luma(
      WebPDecodeYUV(reinterpret_cast<const std::uint8_t*>(file.data()), file.size(), &width, &height, &u, &v, &stride,
                    &chroma_stride),
      WebPFree);
  if (!luma) unreadable();
  return similarity(original, {.samples = luma.get(), .width = width, .height = height, .stride = stride});
}

/// 8-bit RGB without alpha.
VImage opaque(const VImage& picture) {
  VImage rgb = picture;
  if (picture.has_alpha()) {
    auto* options = VImage::option()
                        ->set("background", std::vector<double>(3, full_scale(picture)))
                        ->set("max_alpha", full_scale(picture));
    rgb = rounded(picture.flatten(options), colours_of(picture));
  }
  if (is_wide(rgb)) rgb = rgb.colourspace(VIPS_INTERPRETATION_sRGB);
  return rgb.cast(VIPS_FORMAT_UCHAR);
}

/// As the format holds it: webp in studio range, others in full range.
Luma luma_of(const VImage& picture, bool is_studio) {
  const VImage rgb = in_memory(picture);
  Luma luma{.samples = {}, .size = size_of(rgb)};
  luma.samples.resize(static_cast<std::size_t>(luma.size.pixels()));
  const auto* pixel = static_cast<const std::uint8_t*>(rgb.data());
  for (auto& sample : luma.samples) {
    const double full = 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
    sample = static_cast<std::uint8_t>((is_studio ? 16 + full * 219 / 255 : full) + 0.5);
    pixel += 3;
  }
  return luma;
}

double similarity_of_avif(const LumaView& original, const std::string& file) {
  const ImageInfo info{.format = ImageFormat::avif, .size = {.width = original.width, .height = original.height}};
  return similarity(original, luma_of(opaque(decode_still(info, bytes_of(file))), false).view());
}

double similarity_of(ImageFormat format, const LumaView& original, const std::string& file) {
  switch (format) {
    case ImageFormat::jpg: return similarity_of_jpeg(original, file);
    case ImageFormat::webp: return similarity_of_webp(original, file);
    case ImageFormat::avif: return similarity_of_avif(original, file);
    default: throw Error(Fault::internal, "measure the quality: the format has none");
  }
}

/// How the samples are encoded: as the picture will be, but for what does not change its pixels.
plan::Output plain(const plan::Output& output) {
  plan::Output made = output;
  made.encoder.progressive = false;
  made.is_animated = false;
  return made;
}

template <class Encode>
int searched(const plan::Output& output, const LumaView& original, Encode encode) {
  plan::Output trial = plain(output);
  return least_quality(*output.measured, output.quality, [&](int quality) {
    trial.quality = quality;
    return similarity_of(output.format, original, encode(trial));
  });
}

planar::Plane banded(const planar::Plane& from, const std::vector<int>& rows, int down, planar::Arena& arena) {
  const int height = std::min(kBand / down, from.height);
  const planar::Plane made = planar::make_plane(arena, from.width, height * static_cast<int>(rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (int y = 0; y < height; ++y) {
      std::memcpy(made.row(static_cast<int>(i) * height + y), from.row(rows[i] / down + y),
                  static_cast<std::size_t>(from.width));
    }
  }
  return made;
}

}  // namespace

int measured_quality(const VImage& picture, const plan::Output& output) {
  const Size size = size_of(picture);
  const int height = std::min(kBand, size.height);
  std::vector<VImage> bands;
  for (const int top : bands_of(size)) {
    bands.push_back(cut(picture, {.top = top, .width = size.width, .height = height}));
  }
  const VImage joined = bands.size() == 1 ? bands[0] : VImage::arrayjoin(bands, VImage::option()->set("across", 1));
  const VImage sample = in_memory(opaque(bare(joined)));
  const Luma luma = luma_of(sample, output.format == ImageFormat::webp);
  return searched(output, luma.view(),
                  [&](const plan::Output& trial) { return encode({.frames = {sample}, .delays = {}}, trial, {}); });
}

int measured_quality(const planar::Planes& planes, const plan::Output& output) {
  auto& arena = workbench().arena;
  const auto place = arena.place();
  const planar::Plane& all = planes.plane[0];
  const auto rows = bands_of({.width = all.width, .height = all.height});
  planar::Planes sample{.chroma = planes.chroma};
  for (std::size_t i = 0; i < planes.plane.size(); ++i) {
    sample.plane[i] = banded(planes.plane[i], rows, planes.sampling(static_cast<int>(i)).down, arena);
  }
  const planar::Plane& luma = sample.plane[0];
  const LumaView original{.samples = luma.samples, .width = luma.width, .height = luma.height, .stride = luma.stride};
  const int quality = searched(output, original, [&](const plan::Output& trial) {
    const auto before = arena.place();
    auto file = encode(sample, trial, {});
    arena.rewind(before);
    return file;
  });
  arena.rewind(place);
  return quality;
}

}  // namespace calotype::engine
