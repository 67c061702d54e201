#pragma once

#include <csetjmp>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <libdeflate.h>
#include <png.h>

#include "png/header.h"

/// For tests: PNGs of every kind with every filter, and what libpng makes of a file.
namespace calotype::png::samples {

inline std::span<const std::byte> bytes_of(const std::string& file) { return std::as_bytes(std::span(file)); }

inline std::string number(std::uint32_t value) {
  return {static_cast<char>(value >> 24U), static_cast<char>(value >> 16U), static_cast<char>(value >> 8U),
          static_cast<char>(value)};
}

inline std::string chunk(const std::string& type, const std::string& data) {
  const std::string checked = type + data;
  const auto check = libdeflate_crc32(0, checked.data(), checked.size());
  return number(static_cast<std::uint32_t>(data.size())) + checked + number(check);
}

struct Make {
  int width = 37;
  int height = 21;
  Colours colours = Colours::rgb;
  int depth = 8;
  int palette_size = 0;
  bool has_transparency = false;
  int filter = 5;                 ///< 0..4; 5: each row its own
  std::size_t piece = 1'000'000;  ///< bytes of an IDAT chunk
  unsigned seed = 1;
};

inline std::string ihdr(const Make& make) {
  return chunk("IHDR", number(static_cast<std::uint32_t>(make.width)) +
                           number(static_cast<std::uint32_t>(make.height)) +
                           std::string{static_cast<char>(make.depth), static_cast<char>(make.colours), 0, 0, 0});
}

inline std::string deflated(const std::string& raw) {
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(6);
  std::string out(libdeflate_zlib_compress_bound(compressor, raw.size()), '\0');
  out.resize(libdeflate_zlib_compress(compressor, raw.data(), raw.size(), out.data(), out.size()));
  libdeflate_free_compressor(compressor);
  return out;
}

/// A slope with noise. Whatever is taken for filtered is some picture.
inline std::string png_of(const Make& make) {
  std::mt19937 random(make.seed);
  Header header;
  header.size = {.width = make.width, .height = make.height};
  header.colours = make.colours;
  header.depth = make.depth;
  std::string raw;
  for (int y = 0; y < make.height; ++y) {
    raw.push_back(static_cast<char>(make.filter == 5 ? random() % 5 : static_cast<unsigned>(make.filter)));
    for (std::size_t x = 0; x < header.row_bytes(); ++x) {
      const bool is_index = make.colours == Colours::palette && make.palette_size < 1 << make.depth;
      const auto value = random() % 7 == 0 ? random() : x / 3 + static_cast<std::size_t>(y) * 2;
      raw.push_back(is_index ? '\0' : static_cast<char>(value));
    }
  }
  std::string file("\x89PNG\r\n\x1A\n", 8);
  file += ihdr(make);
  std::string palette;
  for (int i = 0; i < 3 * make.palette_size; ++i) palette.push_back(static_cast<char>(random()));
  if (make.palette_size > 0) file += chunk("PLTE", palette);
  if (make.has_transparency) {
    std::string data;
    const int count = make.colours == Colours::palette ? make.palette_size : make.colours == Colours::grey ? 2 : 6;
    for (int i = 0; i < count; ++i)
      data.push_back(static_cast<char>(make.colours == Colours::palette ? random() : i % 2));
    file += chunk("tRNS", data);
  }
  const std::string coded = deflated(raw);
  for (std::size_t at = 0; at < coded.size(); at += make.piece) file += chunk("IDAT", coded.substr(at, make.piece));
  return file + chunk("IEND", "");
}

/// Of every chunk, as far as they can be followed.
inline void put_checksums_right(std::string& file) {
  const auto at32 = [&file](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8U | static_cast<std::uint8_t>(file[at + i]);
    return value;
  };
  for (std::size_t at = 8; file.size() >= at + 12;) {
    const std::size_t length = at32(at);
    if (length > file.size() - at - 12) return;
    file.replace(at + 8 + length, 4, number(libdeflate_crc32(0, file.data() + at + 4, length + 4)));
    at += length + 12;
  }
}

/// Samples as libvips' loader asks libpng for them; nothing where it fails or warns.
struct Reference {
  int bands = 0;
  int bits = 0;
  std::vector<std::uint8_t> samples;
};

struct Source {
  const std::string* file;
  std::size_t at;
};

inline void read_some(png_structp png, png_bytep into, std::size_t bytes) {
  auto* source = static_cast<Source*>(png_get_io_ptr(png));
  if (bytes > source->file->size() - source->at) png_error(png, "it is cut off");
  std::memcpy(into, source->file->data() + source->at, bytes);
  source->at += bytes;
}

inline void fail(png_structp png, png_const_charp /*why*/) { std::longjmp(png_jmpbuf(png), 1); }

/// `complaints`: how often libpng warned.
inline bool read_with_libpng(const std::string& file, Reference& made, int& complaints) {
  const auto count = [](png_structp png, png_const_charp /*why*/) { ++*static_cast<int*>(png_get_error_ptr(png)); };
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &complaints, fail, count);
  png_infop info = png_create_info_struct(png);
  Source source{.file = &file, .at = 0};
  if (setjmp(png_jmpbuf(png)) != 0) {
    png_destroy_read_struct(&png, &info, nullptr);
    return false;
  }
  png_set_read_fn(png, &source, read_some);
  png_read_info(png, info);
  const int colours = png_get_color_type(png, info);
  if (colours == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (colours == PNG_COLOR_TYPE_GRAY && png_get_bit_depth(png, info) < 8) png_set_expand_gray_1_2_4_to_8(png);
  if (png_get_valid(png, info, PNG_INFO_tRNS) != 0) png_set_tRNS_to_alpha(png);
  if (png_get_bit_depth(png, info) == 16) png_set_swap(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  made.bands = png_get_channels(png, info);
  made.bits = png_get_bit_depth(png, info);
  const auto row = png_get_rowbytes(png, info);
  made.samples.resize(row * png_get_image_height(png, info));
  for (std::size_t y = 0; y < png_get_image_height(png, info); ++y) {
    png_read_row(png, made.samples.data() + y * row, nullptr);
  }
  png_read_end(png, info);
  png_destroy_read_struct(&png, &info, nullptr);
  return true;
}

}  // namespace calotype::png::samples
