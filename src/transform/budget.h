#pragma once

#include "model/plan.h"

namespace calotype::transform {

/// What a job will use, estimated from the header and the finished steps; meant to err upwards. Memory: the whole
/// picture where its coding or a step needs all of it at once (interlaced, WebP, AVIF, HEIC; areas, turns, smart crops,
/// trim), else a strip; every frame of an animation; what the encoder holds. Heavy: animations, AVIF and HEIC in or
/// out, interlaced pictures of more than 4 megapixels, and whatever is large or slow.
plan::Budget budget_of(const Plan& plan, std::int64_t largest_pixels);

}  // namespace calotype::transform
