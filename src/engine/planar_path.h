#pragma once

#include <optional>

#include "engine/engine.h"
#include "engine/metadata.h"
#include "planar/planes.h"

/// The short way for what most originals are: a JPEG that is made smaller, or a lossy WebP. It is decoded into planes,
/// a JPEG at a fraction of its size, scaled as planes, and, where no other step follows, encoded from planes: it never
/// becomes RGB, and libvips is not asked. Everything else, damaged files among it, takes the general way, with the same
/// geometry.
namespace calotype::engine {

struct PlanarPicture {
  planar::Planes planes;     ///< lie in the worker's arena until the next picture
  std::size_t steps = 0;     ///< of the plan, that are done
  bool is_finished = false;  ///< all of them, and the planes are as the output's format holds them
  Carried carried;
  std::string profile{};  ///< ICC, of what is not finished: what its colours mean; empty: sRGB
};

/// Nothing when the plan or the original are not made for this way, or the original is not whole.
std::optional<PlanarPicture> develop_planar(const Plan& plan, const Input& input);

/// Its planes, which are at full resolution, in RGB, with its profile.
VImage picture_of(const PlanarPicture& picture);

}  // namespace calotype::engine
