#pragma once

#include <string>

#include "engine/encode.h"

/// From finished pictures to the file that the rule asks for: encode.h, with the quality and the size found that keep
/// what Output says of similarity and of bytes.
namespace calotype::engine {

struct Written {
  std::string body;
  Size size;  ///< of one frame
};

/// Alpha is flattened beforehand where the format has none. Throws unprocessable "too-many-bytes".
Written write(Film film, const plan::Output& output, const Attached& attached);

/// The same from planes, which keep their size: an output that may shrink is not written from planes.
Written write(const planar::Planes& planes, const plan::Output& output, const Attached& attached);

}  // namespace calotype::engine
