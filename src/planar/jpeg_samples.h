#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <jpeglib.h>

#include "planar/planes.h"

/// For tests: JPEGs of every make, of a picture with edges, slopes and noise.
namespace calotype::planar::samples {

struct Make {
  int width = 64;
  int height = 48;
  int quality = 80;
  int across = 2;  ///< sampling factors of luma
  int down = 2;
  int restart = 0;  ///< MCUs
  bool is_grey = false;
  bool is_progressive = false;
  int script = 0;  ///< of a progressive one: 0, as libjpeg does it; others see scans_of()
  bool is_optimised = false;
  double noise = 12;
  unsigned seed = 1;
};

inline std::vector<std::uint8_t> pixels_of(const Make& make) {
  std::mt19937 random(make.seed);
  std::normal_distribution<double> noise(0, make.noise);
  const int channels = make.is_grey ? 1 : 3;
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < make.height; ++y) {
    for (int x = 0; x < make.width; ++x) {
      for (int c = 0; c < channels; ++c) {
        const bool is_inside = (x / 13 + y / 9 + c) % 3 == 0;
        const double value = 40 + 170.0 * x / make.width * (c == 0) + 120.0 * y / make.height * (c != 1) +
                             (is_inside ? 60 : 0) + noise(random);
        pixels.push_back(static_cast<std::uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value));
      }
    }
  }
  return pixels;
}

/// How a progressive picture of three components is cut. Lives as long as the process.
inline std::span<const jpeg_scan_info> scans_of(int script) {
  static const std::vector<jpeg_scan_info> whole_bands{{3, {0, 1, 2}, 0, 0, 0, 0}, {1, {0}, 1, 2, 0, 0},
                                                       {1, {1}, 1, 63, 0, 0},      {1, {2}, 1, 63, 0, 0},
                                                       {1, {0}, 3, 9, 0, 0},       {1, {0}, 10, 63, 0, 0}};
  static const std::vector<jpeg_scan_info> bit_by_bit{
      {3, {0, 1, 2}, 0, 0, 0, 3}, {1, {0}, 1, 63, 0, 3}, {3, {0, 1, 2}, 0, 0, 3, 2}, {1, {0}, 1, 63, 3, 2},
      {1, {1}, 1, 63, 0, 1},      {1, {0}, 1, 63, 2, 1}, {3, {0, 1, 2}, 0, 0, 2, 1}, {1, {2}, 1, 63, 0, 2},
      {1, {0}, 1, 63, 1, 0},      {1, {2}, 1, 63, 2, 1}, {3, {0, 1, 2}, 0, 0, 1, 0}, {1, {1}, 1, 63, 1, 0},
      {1, {2}, 1, 63, 1, 0}};
  static const std::vector<jpeg_scan_info> one_by_one{
      {1, {0}, 0, 0, 0, 1},  {2, {1, 2}, 0, 0, 0, 1}, {1, {0}, 1, 5, 0, 1}, {1, {0}, 6, 63, 0, 1},
      {1, {1}, 1, 63, 0, 1}, {1, {2}, 1, 63, 0, 0},   {1, {0}, 1, 5, 1, 0}, {1, {0}, 6, 63, 1, 0},
      {1, {1}, 1, 63, 1, 0}, {1, {0}, 0, 0, 1, 0},    {1, {1}, 0, 0, 1, 0}, {1, {2}, 0, 0, 1, 0}};
  return script == 1 ? whole_bands : script == 2 ? bit_by_bit : one_by_one;
}

inline std::string jpeg_of(const Make& make) {
  const auto pixels = pixels_of(make);
  jpeg_compress_struct info;
  jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &data, &size);
  info.image_width = static_cast<JDIMENSION>(make.width);
  info.image_height = static_cast<JDIMENSION>(make.height);
  info.input_components = make.is_grey ? 1 : 3;
  info.in_color_space = make.is_grey ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, make.quality, TRUE);
  info.optimize_coding = make.is_optimised ? TRUE : FALSE;
  info.restart_interval = static_cast<unsigned>(make.restart);
  if (!make.is_grey) {
    info.comp_info[0].h_samp_factor = make.across;
    info.comp_info[0].v_samp_factor = make.down;
  }
  if (make.is_progressive) jpeg_simple_progression(&info);
  if (make.is_progressive && make.script != 0) {
    info.scan_info = scans_of(make.script).data();
    info.num_scans = static_cast<int>(scans_of(make.script).size());
  }
  jpeg_start_compress(&info, TRUE);
  const auto stride = static_cast<std::size_t>(make.width) * (make.is_grey ? 1 : 3);
  while (info.next_scanline < info.image_height) {
    auto* row = const_cast<JSAMPLE*>(pixels.data() + info.next_scanline * stride);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  std::string file(reinterpret_cast<const char*>(data), size);
  std::free(data);
  return file;
}

/// Of every kind that decoders tell apart.
inline std::vector<Make> every_make() {
  return {{.width = 101, .height = 67},
          {.width = 101, .height = 67, .down = 1},
          {.width = 101, .height = 67, .across = 1, .down = 1},
          {.width = 64, .height = 64, .across = 1, .down = 2},
          {.width = 99, .height = 50, .is_grey = true},
          {.width = 200, .height = 150, .restart = 3},
          {.width = 200, .height = 150, .quality = 99, .noise = 60},
          {.width = 200, .height = 150, .quality = 8},
          {.width = 333, .height = 222, .is_optimised = true, .noise = 30},
          {.width = 1, .height = 1},
          {.width = 8, .height = 700, .restart = 1, .is_grey = true}};
}

/// The largest difference of two samples.
inline int furthest(const Plane& a, const Plane& b) {
  int most = 0;
  for (int y = 0; y < a.height; ++y) {
    for (int x = 0; x < a.width; ++x) most = std::max(most, std::abs(a.row(y)[x] - b.row(y)[x]));
  }
  return most;
}

inline std::span<const std::byte> bytes_of(const std::string& file) { return std::as_bytes(std::span(file)); }

}  // namespace calotype::planar::samples