#include <webp/encode.h>
#include <webp/mux.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>

#include <fmt/format.h>

#include "engine/encode.h"

namespace calotype::engine {
namespace {

/// 4 is libwebp's own default; each method above costs about half as much again.
int method_of(int effort) {
  constexpr std::array kMethods{0, 1, 2, 4, 4, 5, 5, 6, 6};
  return kMethods[static_cast<std::size_t>(std::clamp(effort, 1, 9) - 1)];
}

void add(WebPMux* mux, const char* name, const std::string& data) {
  if (data.empty()) return;
  const WebPData chunk{reinterpret_cast<const uint8_t*>(data.data()), data.size()};
  if (WebPMuxSetChunk(mux, name, &chunk, 1) != WEBP_MUX_OK)
    throw Error(Fault::internal, "encode a webp: attach metadata");
}

std::string with_chunks(const std::string& webp, const Attached& attached) {
  if (attached.exif.empty() && attached.xmp.empty() && attached.icc.empty()) return webp;
  const WebPData body{reinterpret_cast<const uint8_t*>(webp.data()), webp.size()};
  const std::unique_ptr<WebPMux, void (*)(WebPMux*)> mux(WebPMuxCreate(&body, 0), WebPMuxDelete);
  if (!mux) throw Error(Fault::internal, "encode a webp: read what was written");
  add(mux.get(), "ICCP", attached.icc);
  add(mux.get(), "EXIF", attached.exif);
  add(mux.get(), "XMP ", attached.xmp);
  WebPData assembled{};
  if (WebPMuxAssemble(mux.get(), &assembled) != WEBP_MUX_OK) throw Error(Fault::internal, "encode a webp: assemble it");
  std::string out(reinterpret_cast<const char*>(assembled.bytes), assembled.size);
  WebPDataClear(&assembled);
  return out;
}

/// Gives back what libwebp holds, however it ends.
struct Coding {
  WebPPicture picture{};
  WebPMemoryWriter writer{};

  Coding() {
    WebPMemoryWriterInit(&writer);
    if (WebPPictureInit(&picture) == 0) throw Error(Fault::internal, "encode a webp: another libwebp than built with");
  }
  Coding(const Coding&) = delete;
  Coding& operator=(const Coding&) = delete;
  ~Coding() {
    WebPPictureFree(&picture);
    WebPMemoryWriterClear(&writer);
  }
};

}  // namespace

std::string encode_webp(const planar::Planes& planes, const plan::Output& output, const Attached& attached) {
  WebPConfig config;
  if (WebPConfigPreset(&config, WEBP_PRESET_DEFAULT, static_cast<float>(output.quality)) == 0) {
    throw Error(Fault::internal, "encode a webp: another libwebp than built with");
  }
  config.method = method_of(output.encoder.effort);
  Coding coding;
  WebPPicture& picture = coding.picture;
  picture.use_argb = 0;
  picture.colorspace = WEBP_YUV420;
  picture.width = planes.plane[0].width;
  picture.height = planes.plane[0].height;
  picture.y = planes.plane[0].samples;
  picture.u = planes.plane[1].samples;
  picture.v = planes.plane[2].samples;
  picture.y_stride = static_cast<int>(planes.plane[0].stride);
  picture.uv_stride = static_cast<int>(planes.plane[1].stride);
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &coding.writer;
  if (WebPEncode(&config, &picture) == 0) {
    const bool is_memory = picture.error_code == VP8_ENC_ERROR_OUT_OF_MEMORY ||
                           picture.error_code == VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY;
    if (is_memory) throw std::bad_alloc();
    throw Error(Fault::internal, fmt::format("encode a webp: error {}", static_cast<int>(picture.error_code)));
  }
  return with_chunks(std::string(reinterpret_cast<const char*>(coding.writer.mem), coding.writer.size), attached);
}

std::string encode_webp(const Film& film, const plan::Output& output, const Attached& attached) {
  const rule::Encoder& encoder = output.encoder;
  auto* options = VImage::option()->set("effort", method_of(encoder.effort));
  if (encoder.near_lossless) {
    options->set("near_lossless", true)->set("lossless", true)->set("Q", *encoder.near_lossless);
  } else if (encoder.lossless) {
    // Quality is effort here; pixels under full transparency are not kept.
    options->set("lossless", true)->set("Q", 75);
  } else {
    options->set("Q", output.quality)->set("smart_subsample", encoder.chroma == rule::Encoder::Chroma::c444);
  }
  const VImage image = stacked(film, output.loop);
  return with_chunks(text_of(image.webpsave_buffer(options)), attached);
}

}  // namespace calotype::engine
