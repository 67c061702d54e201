#include "planar/decode.h"

#include <algorithm>

namespace calotype::planar {

Planes padded_planes(const JpegHeader& header, const Wanted& wanted, std::array<int, 3> scale, Arena& arena) {
  const Sampling chroma = header.chroma();
  const int mcus_across = (header.size.width + chroma.across * 8 - 1) / (chroma.across * 8);
  const int bottom = std::min(wanted.box.top + wanted.box.height, header.size.height);
  const int mcus_down = (bottom + chroma.down * 8 - 1) / (chroma.down * 8);
  Planes planes{.plane = {}, .scale = scale, .chroma = chroma};
  for (std::size_t i = 0; i < header.components.size(); ++i) {
    const Sampling own = planes.sampling(static_cast<int>(i));
    Plane& plane = planes.plane[i];
    plane = make_plane(arena, mcus_across * chroma.across / own.across * scale[i],
                       mcus_down * chroma.down / own.down * scale[i]);
    plane.width = scaled_length(header.size.width, own.across, scale[i]);
    plane.height = std::min(plane.height, scaled_length(header.size.height, own.down, scale[i]));
  }
  return planes;
}

}  // namespace calotype::planar
