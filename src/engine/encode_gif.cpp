#include <algorithm>

#include "engine/encode.h"

namespace calotype::engine {

std::string encode_gif(const Film& film, const plan::Output& output) {
  const rule::Encoder& encoder = output.encoder;
  Film reduced = film;
  double dither = encoder.dither;
  // libvips takes powers of two only.
  const int colours = encoder.palette.value_or(256);
  if (colours < 256) {
    for (VImage& frame : reduced.frames) frame = reduce_colours(frame, colours, encoder);
    dither = 0;
  }
  auto* options = VImage::option()
                      ->set("effort", std::clamp(encoder.effort, 1, 10))
                      ->set("dither", dither)
                      ->set("interlace", encoder.interlace);
  return text_of(stacked(reduced, output.loop).gifsave_buffer(options));
}

}  // namespace calotype::engine
