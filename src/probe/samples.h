#pragma once

#include <string>

/// Headers of pictures, built byte by byte: what no honest encoder writes.
namespace calotype::probe::samples {

/// SOI, the EXIF segment if there is one, a frame and the beginning of a scan.
std::string jpeg_header(int marker, int width, int height, int components, int bits = 8, const std::string& exif = {});
std::string jpeg_frame(int marker, int width, int height, int components, int bits);
/// An APP1 segment.
std::string exif(int orientation, bool is_little);

/// IHDR with a right checksum, and the beginning of IDAT.
std::string png_header(unsigned width, unsigned height);

/// As many frames, each of the canvas' size or of the given one.
std::string gif(int width, int height, int frames, int frame_width = 0, int frame_height = 0);

enum class TiffNext { none, itself, beyond_the_end };
std::string tiff(int width, int height, TiffNext next);

struct AvifParts {
  int quarter_turns = 0;
  int clean_width = 0;
  int clean_height = 0;
  int bits = 8;
  bool has_alpha = false;
  bool has_profile = false;
};
std::string avif(unsigned width, unsigned height, AvifParts parts);

}  // namespace calotype::probe::samples
