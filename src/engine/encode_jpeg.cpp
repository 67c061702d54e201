#include <algorithm>
#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include "engine/encode.h"
#include "engine/iptc.h"

// libjpeg-turbo itself rather than libvips' saver: for 4:2:2, and for EXIF blocks that are written as they are.
namespace calotype::engine {
namespace {

constexpr int kFullChromaFrom = 90;
constexpr unsigned kMostInMarker = 65533;

struct Failure {
  jpeg_error_mgr manager;
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
};

void on_error(j_common_ptr info) {
  auto* failure = reinterpret_cast<Failure*>(info->err);
  info->err->format_message(info, failure->message);
  std::longjmp(failure->jump, 1);
}

void on_message(j_common_ptr /*info*/) {}

/// Everything that libjpeg gets; plain values only, because an error jumps over destructors.
struct Job {
  const unsigned char* pixels;
  int width;
  int height;
  int quality;
  int sampling_x;
  int sampling_y;
  bool is_progressive;
  int dpi;
  const std::string* exif;
  const std::string* xmp;
  const std::string* photoshop;
  const std::string* icc;
};

void write_marker(jpeg_compress_struct& info, int marker, const std::string& data) {
  if (data.empty() || data.size() > kMostInMarker) return;
  jpeg_write_marker(&info, marker, reinterpret_cast<const JOCTET*>(data.data()), static_cast<unsigned>(data.size()));
}

void configure(jpeg_compress_struct& info, const Job& job) {
  info.image_width = static_cast<JDIMENSION>(job.width);
  info.image_height = static_cast<JDIMENSION>(job.height);
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, job.quality, TRUE);
  info.optimize_coding = TRUE;
  info.comp_info[0].h_samp_factor = job.sampling_x;
  info.comp_info[0].v_samp_factor = job.sampling_y;
  if (job.dpi > 0) {
    info.density_unit = 1;
    info.X_density = static_cast<UINT16>(job.dpi);
    info.Y_density = static_cast<UINT16>(job.dpi);
  }
  if (job.is_progressive) jpeg_simple_progression(&info);
}

/// False, with the message in `failure`, when libjpeg gave up.
bool compress(const Job& job, unsigned char** data, unsigned long* size, Failure& failure) {
  jpeg_compress_struct info;
  info.err = jpeg_std_error(&failure.manager);
  failure.manager.error_exit = on_error;
  failure.manager.output_message = on_message;
  if (setjmp(failure.jump) != 0) {
    jpeg_destroy_compress(&info);
    return false;
  }
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, data, size);
  configure(info, job);
  jpeg_start_compress(&info, TRUE);
  write_marker(info, JPEG_APP0 + 1, *job.exif);
  write_marker(info, JPEG_APP0 + 1, *job.xmp);
  write_marker(info, JPEG_APP0 + 13, *job.photoshop);
  if (!job.icc->empty()) {
    jpeg_write_icc_profile(&info, reinterpret_cast<const JOCTET*>(job.icc->data()),
                           static_cast<unsigned>(job.icc->size()));
  }
  while (info.next_scanline < info.image_height) {
    auto* row =
        const_cast<JSAMPLE*>(job.pixels + std::size_t{info.next_scanline} * static_cast<std::size_t>(job.width) * 3);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  return true;
}

}  // namespace

std::string encode_jpeg(const VImage& image, const plan::Output& output, const Attached& attached) {
  using Chroma = rule::Encoder::Chroma;
  const VImage rgb = in_memory(image);
  const std::string exif = attached.exif.empty() ? "" : std::string("Exif\0\0", 6) + attached.exif;
  const std::string xmp = attached.xmp.empty() ? "" : std::string("http://ns.adobe.com/xap/1.0/\0", 29) + attached.xmp;
  const std::string photoshop = attached.iptc.empty() ? "" : iptc::photoshop_block(attached.iptc);
  const Chroma chroma = output.encoder.chroma;
  const bool is_full = chroma == Chroma::c444 || (chroma == Chroma::automatic && output.quality >= kFullChromaFrom);
  const Job job{.pixels = static_cast<const unsigned char*>(rgb.data()),
                .width = rgb.width(),
                .height = rgb.height(),
                .quality = output.quality,
                .sampling_x = is_full ? 1 : 2,
                .sampling_y = is_full || chroma == Chroma::c422 ? 1 : 2,
                .is_progressive = output.encoder.progressive,
                .dpi = static_cast<int>(attached.dpi),
                .exif = &exif,
                .xmp = &xmp,
                .photoshop = &photoshop,
                .icc = &attached.icc};
  unsigned char* data = nullptr;
  unsigned long size = 0;
  Failure failure{};
  const bool is_done = compress(job, &data, &size, failure);
  std::string body = is_done ? std::string(reinterpret_cast<const char*>(data), size) : std::string();
  std::free(data);
  if (!is_done) throw Error(Fault::internal, std::string("encode a jpeg: ") + failure.message);
  return body;
}

}  // namespace calotype::engine
