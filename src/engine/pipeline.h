#pragma once

#include <map>
#include <span>
#include <vector>

#include "engine/colour_space.h"
#include "engine/decode.h"
#include "engine/encode.h"
#include "engine/engine.h"
#include "engine/head.h"
#include "engine/steps.h"

namespace calotype::engine {

/// Runs the steps of one plan on frame after frame, and remembers what the first frame decided.
class Pipeline {
 public:
  Pipeline(const Plan& plan, const Input& input);

  /// From a frame as it is decoded to the finished picture, in memory.
  VImage develop(const VImage& frame);
  /// The steps from number `first` on, of a picture for which those before are done.
  VImage develop(const VImage& picture, std::size_t first);
  /// As develop, up to the last step, which measures.
  Box measure(const VImage& frame);
  /// A colour for where the finished picture is transparent.
  Colour background(const VImage& finished);

  int shrink() const { return head_.shrink; }
  const Working& working() const { return working_; }

 private:
  VImage begin(const VImage& frame) const;
  VImage run_steps(VImage image, std::size_t first, std::size_t end);
  VImage run(const VImage& image, const plan::Step& step, Decided& decided);
  VImage watermarked(const VImage& image, const plan::Watermark& step);
  template <class Step>
  VImage overlaid(const VImage& image, const Step& step);

  const Plan& plan_;
  const Input& input_;
  Head head_;
  Working working_;
  std::vector<Decided> decided_;         ///< of each step, and last of the output's background
  std::map<const void*, Stamp> stamps_;  ///< by the step that lays it
};

/// An overlay, ready to be laid on.
template <class Step>
Stamp drawn_stamp(const Step& step) {
  return make_stamp(draw(step), step.laying.degrees, step.laying.opacity, step.laying.shadow);
}
/// Where. Throws unprocessable where the places are too many.
std::vector<Point> places_for(const Placing& placing, Size bounds, Size picture);

/// The file of a step's mark. Throws internal where it was not given.
std::span<const std::byte> mark_of(const plan::Watermark& step, const Input& input);
/// That mark, ready to be laid on. Throws unprocessable where it cannot be read.
Stamp open_stamp(const plan::Watermark& step, const Input& input, const Working& working);

/// Throws internal when a finished picture is not of the size that the plan says.
void check_size(const Plan& plan, Size size);

}  // namespace calotype::engine
