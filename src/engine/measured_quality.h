#pragma once

#include "engine/encode.h"

/// The quality that Output::measured asks for. Some of the rows of a picture, whole rows of coding blocks spread over
/// all of it, are encoded, decoded and compared, not all of it: what is measured costs a part of what is encoded.
namespace calotype::engine {

int measured_quality(const VImage& picture, const plan::Output& output);
/// Of planes as encode() takes them.
int measured_quality(const planar::Planes& planes, const plan::Output& output);

}  // namespace calotype::engine
