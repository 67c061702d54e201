#pragma once

#include "model/plan.h"
#include "transform/planner.h"

namespace calotype::transform {

/// An animation of which the rule neither picks a frame nor forbids the movement: it may stay animated, the format
/// willing.
bool may_stay_animated(const Rule& rule, const ImageInfo& source);

/// Which frames are read, and what is made of them.
struct Motion {
  plan::Frames frames;
  bool is_animated = false;
  int loop = 0;
  double speed = 1;
};

/// A page of pages, a frame of an animation, or the animation, within the limits: no more frames than maxFrames and
/// limits.frames, and no more than limits.animation_pixels, counted once as decoded (every frame up to the last that is
/// shown, for they build on each other) and once as `largest_pixels`, the largest picture of the plan, for every frame
/// shown. What is beyond them is refused, cut off, or becomes a still, as `over` says. `best` looks only at frames
/// within the limits, `middle` goes no farther than them. Throws: unprocessable "animation-too-long", "animation-lost"
/// (keep is always and the format cannot), "no-such-frame".
Motion choose_motion(const Rule& rule, const ImageInfo& source, ImageFormat format, std::int64_t largest_pixels,
                     const Limits& limits);

/// Frames or pages that are decoded to get at those that are read.
std::int64_t decoded_frames(const plan::Frames& frames, const ImageInfo& source);

}  // namespace calotype::transform
