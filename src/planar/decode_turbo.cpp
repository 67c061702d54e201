#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>

#include <jerror.h>
#include <jpeglib.h>

#include "planar/decode.h"

namespace calotype::planar {
namespace {

/// As libvips has it: so many warnings are more than a damaged picture has.
constexpr long kMostWarnings = 100;
constexpr int kMostRows = 16;

/// Everything that an error must not lose; plain values only, because it jumps over destructors.
struct Session {
  jpeg_error_mgr manager;
  std::jmp_buf jump;
  jpeg_decompress_struct info;
  bool is_cut_off;
  char complaint[JMSG_LENGTH_MAX];
};

Session& session_of(j_common_ptr info) { return *static_cast<Session*>(info->client_data); }

void note(j_common_ptr info) {
  Session& session = session_of(info);
  if (session.complaint[0] == '\0') info->err->format_message(info, session.complaint);
}

void on_error(j_common_ptr info) {
  note(info);
  std::longjmp(session_of(info).jump, 1);
}

void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;
  note(info);
  if (info->err->msg_code == JWRN_JPEG_EOF) session_of(info).is_cut_off = true;
  if (++info->err->num_warnings >= kMostWarnings) std::longjmp(session_of(info).jump, 1);
}

void on_output(j_common_ptr /*info*/) {}

/// The rows of one turn, pointing into the planes.
struct Rows {
  std::array<std::array<JSAMPROW, kMostRows>, 3> row;
  std::array<JSAMPARRAY, 3> of;
};

void read_rows(jpeg_decompress_struct& info, const Planes& planes, int rows) {
  const int lines = info.max_v_samp_factor * info.min_DCT_scaled_size;
  Rows target{};
  for (int turn = 0; turn * lines < rows && info.output_scanline < info.output_height; ++turn) {
    for (std::size_t c = 0; c < static_cast<std::size_t>(info.num_components); ++c) {
      const int height = info.comp_info[c].v_samp_factor * info.comp_info[c].DCT_scaled_size;
      for (int i = 0; i < height; ++i) {
        target.row[c][static_cast<std::size_t>(i)] = planes.plane[c].row(turn * height + i);
      }
      target.of[c] = target.row[c].data();
    }
    jpeg_read_raw_data(&info, target.of.data(), static_cast<JDIMENSION>(lines));
  }
}

/// libjpeg enlarges subsampled chroma in its inverse DCT where it can, so that nothing is left to do later.
int scale_of_chroma(Sampling chroma, int scale) {
  const bool is_doubled = chroma.across == 2 && chroma.down == 2 && scale < 8;
  return is_doubled ? scale * 2 : scale;
}

bool is_as_planned(const jpeg_decompress_struct& info, const JpegHeader& header, const Planes& planes) {
  if (static_cast<std::size_t>(info.num_components) != header.components.size()) return false;
  if (static_cast<int>(info.image_width) != header.size.width) return false;
  if (static_cast<int>(info.image_height) != header.size.height) return false;
  for (std::size_t c = 0; c < header.components.size(); ++c) {
    const auto& part = info.comp_info[c];
    if (part.DCT_scaled_size != planes.scale[c]) return false;
    if (part.h_samp_factor != header.components[c].across || part.v_samp_factor != header.components[c].down)
      return false;
  }
  return true;
}

/// False when libjpeg-turbo gave up.
bool run(Session& session, std::span<const std::byte> file, const JpegHeader& header, const Wanted& wanted,
         const Planes& planes) {
  jpeg_decompress_struct& info = session.info;
  info.err = jpeg_std_error(&session.manager);
  session.manager.error_exit = on_error;
  session.manager.emit_message = on_message;
  session.manager.output_message = on_output;
  info.client_data = &session;
  if (setjmp(session.jump) != 0) {
    jpeg_destroy_decompress(&info);
    return false;
  }
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(file.data()), static_cast<unsigned long>(file.size()));
  jpeg_read_header(&info, TRUE);
  info.out_color_space = info.jpeg_color_space;
  info.raw_data_out = TRUE;
  info.do_fancy_upsampling = FALSE;
  info.dct_method = JDCT_ISLOW;
  info.scale_num = static_cast<unsigned>(wanted.scale);
  info.scale_denom = 8;
  jpeg_start_decompress(&info);
  const bool is_known = is_as_planned(info, header, planes);
  if (is_known) read_rows(info, planes, scaled_length(wanted.box.top + wanted.box.height, 1, wanted.scale));
  jpeg_destroy_decompress(&info);
  return is_known;
}

}  // namespace

Decoded decode_turbo(std::span<const std::byte> file, const JpegHeader& header, const Wanted& wanted, Arena& arena) {
  const int chroma = scale_of_chroma(header.chroma(), wanted.scale);
  Decoded decoded{.planes = padded_planes(header, wanted, {wanted.scale, chroma, chroma}, arena)};
  Session session{};
  const bool is_done = run(session, file, header, wanted, decoded.planes);
  decoded.complaint = session.complaint;
  if (!is_done) {
    decoded.health = Health::refused;
  } else if (session.is_cut_off) {
    decoded.health = Health::truncated;
  } else if (session.manager.num_warnings > 0) {
    decoded.health = Health::warned;
  }
  return decoded;
}

}  // namespace calotype::planar
