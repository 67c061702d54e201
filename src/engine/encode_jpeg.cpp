#include <algorithm>
#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include "engine/encode.h"
#include "engine/iptc.h"
#include "engine/workbench.h"
#include "planar/encode.h"
#include "planar/from_rgb.h"
#include "planar/zigzag.h"

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
  const unsigned char* pixels;   ///< RGB; or
  const planar::Planes* planes;  ///< with the chroma that the file will have
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
  info.in_color_space = job.planes != nullptr ? JCS_YCbCr : JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, job.quality, TRUE);
  info.optimize_coding = TRUE;
  info.raw_data_in = job.planes != nullptr ? TRUE : FALSE;
  info.comp_info[0].h_samp_factor = job.sampling_x;
  info.comp_info[0].v_samp_factor = job.sampling_y;
  if (job.dpi > 0) {
    info.density_unit = 1;
    info.X_density = static_cast<UINT16>(job.dpi);
    info.Y_density = static_cast<UINT16>(job.dpi);
  }
  if (job.is_progressive) jpeg_simple_progression(&info);
}

void write_pixels(jpeg_compress_struct& info, const Job& job) {
  while (info.next_scanline < info.image_height) {
    auto* row =
        const_cast<JSAMPLE*>(job.pixels + std::size_t{info.next_scanline} * static_cast<std::size_t>(job.width) * 3);
    jpeg_write_scanlines(&info, &row, 1);
  }
}

void write_planes(jpeg_compress_struct& info, const planar::Planes& planes) {
  constexpr int kMostRows = 2 * DCTSIZE;
  JSAMPROW rows[3][kMostRows];
  JSAMPARRAY arrays[3] = {rows[0], rows[1], rows[2]};
  while (info.next_scanline < info.image_height) {
    for (int c = 0; c < 3; ++c) {
      const auto& plane = planes.plane[static_cast<std::size_t>(c)];
      const int height = info.comp_info[c].v_samp_factor * DCTSIZE;
      const int first = static_cast<int>(info.next_scanline) / info.max_v_samp_factor * info.comp_info[c].v_samp_factor;
      for (int i = 0; i < height; ++i) rows[c][i] = plane.row(std::min(first + i, plane.height - 1));
    }
    jpeg_write_raw_data(&info, arrays, static_cast<JDIMENSION>(info.max_v_samp_factor * DCTSIZE));
  }
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
  if (job.planes != nullptr) {
    write_planes(info, *job.planes);
  } else {
    write_pixels(info, job);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  return true;
}

/// Repeats the last sample of each row up to a whole number of blocks.
void fill_edges(const planar::Planes& planes) {
  for (const auto& plane : planes.plane) {
    for (int y = 0; y < plane.height; ++y) {
      std::uint8_t* row = plane.row(y);
      std::fill(row + plane.width, row + plane.width + 2 * DCTSIZE, row[plane.width - 1]);
    }
  }
}

/// What goes before the picture, as its markers hold it.
struct Extras {
  std::string exif;
  std::string xmp;
  std::string photoshop;
  std::string icc;
  int dpi = 0;
};

Extras extras_of(const Attached& attached) {
  return {.exif = attached.exif.empty() ? "" : std::string("Exif\0\0", 6) + attached.exif,
          .xmp = attached.xmp.empty() ? "" : std::string("http://ns.adobe.com/xap/1.0/\0", 29) + attached.xmp,
          .photoshop = attached.iptc.empty() ? "" : iptc::photoshop_block(attached.iptc),
          .icc = attached.icc,
          .dpi = static_cast<int>(attached.dpi)};
}

std::string written(Job job, const plan::Output& output, const Attached& attached) {
  const auto extras = extras_of(attached);
  const planar::Sampling sampling = jpeg_sampling(output);
  job.quality = output.quality;
  job.sampling_x = sampling.across;
  job.sampling_y = sampling.down;
  job.is_progressive = output.encoder.progressive;
  job.dpi = extras.dpi;
  job.exif = &extras.exif;
  job.xmp = &extras.xmp;
  job.photoshop = &extras.photoshop;
  job.icc = &extras.icc;
  unsigned char* data = nullptr;
  unsigned long size = 0;
  Failure failure{};
  const bool is_done = compress(job, &data, &size, failure);
  std::string body = is_done ? std::string(reinterpret_cast<const char*>(data), size) : std::string();
  std::free(data);
  if (!is_done) throw Error(Fault::internal, std::string("encode a jpeg: ") + failure.message);
  return body;
}

/// The standard's tables at a quality, as libjpeg scales them.
planar::QuantisationSteps steps_of(int quality) {
  jpeg_compress_struct info;
  jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  info.in_color_space = JCS_YCbCr;
  info.input_components = 3;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  planar::QuantisationSteps steps{};
  for (std::size_t kind = 0; kind < steps.size(); ++kind) {
    for (std::size_t i = 0; i < DCTSIZE2; ++i) {
      // libjpeg keeps them row by row.
      steps[kind][i] = static_cast<std::uint8_t>(info.quant_tbl_ptrs[kind]->quantval[planar::kZigzag[i]]);
    }
  }
  jpeg_destroy_compress(&info);
  return steps;
}

void put_marker(std::string& file, int marker, const std::string& data) {
  if (data.empty() || data.size() > kMostInMarker) return;
  const auto length = data.size() + 2;
  file += {'\xFF', static_cast<char>(marker), static_cast<char>(length >> 8U), static_cast<char>(length & 255U)};
  file += data;
}

/// What a file begins with, up to its tables.
std::string head_of(const Extras& extras) {
  const auto high = static_cast<char>(extras.dpi > 0 ? extras.dpi >> 8 : 0);
  const auto low = static_cast<char>(extras.dpi > 0 ? extras.dpi & 255 : 1);
  const char unit = extras.dpi > 0 ? '\1' : '\0';
  std::string file("\xFF\xD8", 2);
  put_marker(file, JPEG_APP0, std::string("JFIF\0\1\1", 7) + unit + high + low + high + low + std::string(2, '\0'));
  put_marker(file, JPEG_APP0 + 1, extras.exif);
  put_marker(file, JPEG_APP0 + 1, extras.xmp);
  put_marker(file, JPEG_APP0 + 13, extras.photoshop);
  return file;
}

}  // namespace

planar::Sampling jpeg_sampling(const plan::Output& output) {
  using Chroma = rule::Encoder::Chroma;
  const Chroma chroma = output.encoder.chroma;
  const bool is_full = chroma == Chroma::c444 || (chroma == Chroma::automatic && output.quality >= kFullChromaFrom);
  if (is_full) return {};
  return {.across = 2, .down = chroma == Chroma::c422 ? 1 : 2};
}

namespace {

/// Larger ones would take more memory for their symbols than for their samples; those with a profile are rare.
bool is_for_planar(Size size, const plan::Output& output, const Attached& attached) {
  constexpr std::int64_t kMostPixels = 2'000'000;
  return !output.encoder.progressive && attached.icc.empty() && size.pixels() <= kMostPixels;
}

}  // namespace

std::string encode_jpeg(const VImage& image, const plan::Output& output, const Attached& attached) {
  const VImage rgb = in_memory(image);
  if (is_for_planar(size_of(rgb), output, attached)) {
    auto& arena = workbench().arena;
    const auto place = arena.place();
    const auto* pixels = static_cast<const std::uint8_t*>(rgb.data());
    const auto planes = planar::from_rgb(pixels, rgb.width(), rgb.height(), jpeg_sampling(output), arena);
    std::string body = encode_jpeg(planes, output, attached);
    arena.rewind(place);
    return body;
  }
  Job job{};
  job.pixels = static_cast<const unsigned char*>(rgb.data());
  job.width = rgb.width();
  job.height = rgb.height();
  return written(job, output, attached);
}

std::string encode_jpeg(const planar::Planes& planes, const plan::Output& output, const Attached& attached) {
  const Size size{.width = planes.plane[0].width, .height = planes.plane[0].height};
  if (is_for_planar(size, output, attached)) {
    return head_of(extras_of(attached)) + planar::encode_baseline(planes, steps_of(output.quality), workbench().arena);
  }
  fill_edges(planes);
  Job job{};
  job.planes = &planes;
  job.width = size.width;
  job.height = size.height;
  return written(job, output, attached);
}

}  // namespace calotype::engine
