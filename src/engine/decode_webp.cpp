#include "engine/decode_webp.h"

#include <memory>
#include <new>

#include <webp/decode.h>
#include <webp/mux.h>

namespace calotype::engine {
namespace {

const std::uint8_t* bytes_of(std::span<const std::byte> file) {
  return reinterpret_cast<const std::uint8_t*>(file.data());
}

/// Nothing where the file has no place for such blocks, or they cannot be found.
std::optional<Carried> carried_by(std::span<const std::byte> file) {
  const WebPData data{bytes_of(file), file.size()};
  const std::unique_ptr<WebPMux, void (*)(WebPMux*)> mux(WebPMuxCreate(&data, 0), WebPMuxDelete);
  if (!mux) return std::nullopt;
  const auto block = [&mux](const char* name) {
    WebPData chunk{};
    if (WebPMuxGetChunk(mux.get(), name, &chunk) != WEBP_MUX_OK) return std::string();
    return std::string(reinterpret_cast<const char*>(chunk.bytes), chunk.size);
  };
  return Carried{.exif = block("EXIF"), .iptc = {}, .xmp = block("XMP ")};
}

}  // namespace

std::optional<WebpPlanes> decode_webp(std::span<const std::byte> file, Size size, planar::Arena& arena) {
  constexpr int kLossy = 1;
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) return std::nullopt;
  if (WebPGetFeatures(bytes_of(file), file.size(), &config.input) != VP8_STATUS_OK) return std::nullopt;
  const auto& features = config.input;
  const bool is_ours = features.format == kLossy && features.has_alpha == 0 && features.has_animation == 0;
  if (!is_ours || features.width != size.width || features.height != size.height) return std::nullopt;
  const auto carried = carried_by(file);
  if (!carried) return std::nullopt;

  planar::Planes planes{.chroma = {.across = 2, .down = 2}};
  planes.plane[0] = planar::make_plane(arena, size.width, size.height);
  for (std::size_t i = 1; i < 3; ++i) {
    planes.plane[i] = planar::make_plane(arena, (size.width + 1) / 2, (size.height + 1) / 2);
  }
  const auto length = [](const planar::Plane& plane) {
    return static_cast<std::size_t>(plane.stride) * static_cast<std::size_t>(plane.height);
  };
  config.output.colorspace = MODE_YUV;
  config.output.is_external_memory = 1;
  WebPYUVABuffer& yuv = config.output.u.YUVA;
  yuv.y = planes.plane[0].samples;
  yuv.u = planes.plane[1].samples;
  yuv.v = planes.plane[2].samples;
  yuv.y_stride = static_cast<int>(planes.plane[0].stride);
  yuv.u_stride = static_cast<int>(planes.plane[1].stride);
  yuv.v_stride = static_cast<int>(planes.plane[2].stride);
  yuv.y_size = length(planes.plane[0]);
  yuv.u_size = length(planes.plane[1]);
  yuv.v_size = length(planes.plane[2]);
  const auto status = WebPDecode(bytes_of(file), file.size(), &config);
  WebPFreeDecBuffer(&config.output);
  if (status == VP8_STATUS_OUT_OF_MEMORY) throw std::bad_alloc();
  if (status != VP8_STATUS_OK) return std::nullopt;
  return WebpPlanes{.planes = planes, .carried = *carried};
}

}  // namespace calotype::engine
