#pragma once

#include <string>
#include <vector>

#include "engine/metadata.h"
#include "engine/picture.h"
#include "model/plan.h"
#include "planar/planes.h"

namespace calotype::engine {

/// Finished pictures on their way into a file: one, or the frames of an animation.
struct Film {
  std::vector<VImage> frames;  ///< in memory, all alike
  std::vector<int> delays;     ///< ms, one for each of several frames
};

/// Writes in the format of the output. Alpha is flattened beforehand where the format has none.
std::string encode(const Film& film, const plan::Output& output, const Attached& attached);

/// The same from planes, for jpg (in full range) and for lossy webp (in studio range, chroma at half the resolution).
std::string encode(const planar::Planes& planes, const plan::Output& output, const Attached& attached);
std::string encode_jpeg(const planar::Planes& planes, const plan::Output& output, const Attached& attached);
std::string encode_webp(const planar::Planes& planes, const plan::Output& output, const Attached& attached);

/// How a JPEG of this output holds its chroma.
planar::Sampling jpeg_sampling(const plan::Output& output);

// One for each format; the effort of rules (1..9, 4 is what a service can afford) is mapped to each codec's own.
std::string encode_jpeg(const VImage& image, const plan::Output& output, const Attached& attached);
std::string encode_png(const VImage& image, const plan::Output& output, const Attached& attached);
std::string encode_webp(const Film& film, const plan::Output& output, const Attached& attached);
std::string encode_avif(const VImage& image, const plan::Output& output, const Attached& attached);
std::string encode_gif(const Film& film, const plan::Output& output);
std::string encode_tiff(const VImage& image, const plan::Output& output, const Attached& attached);

/// At most so many colours, dithered 0..1: what a palette then holds exactly.
VImage reduce_colours(const VImage& image, int colours, const rule::Encoder& encoder);

/// A picture without any metadata.
VImage bare(const VImage& image);
/// Frames one above the other, with their delays and the number of loops, as libvips' savers want them.
VImage stacked(const Film& film, int loop);
/// Takes over what a saver wrote.
std::string text_of(VipsBlob* blob);

}  // namespace calotype::engine
