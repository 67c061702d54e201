#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "model/plan.h"

/// Runs a plan on pixels. Linked into calotype-worker and its tests alone; never into a server.
/// Thread: one job at a time in a process.
namespace calotype::engine {

struct Input {
  std::span<const std::byte> original;
  std::vector<std::span<const std::byte>> marks;  ///< of plan::Watermark::mark
  std::vector<ImageInfo> mark_infos;              ///< as many
};

struct Rendered {
  std::string body;
  Size size;  ///< of one frame
  int frames = 1;
};

/// What a worker takes in.
enum class Intake {
  pictures,
  documents,  ///< too
};

/// Starts libvips and runs one tiny picture through every codec and step, so that nothing has to be opened or loaded
/// afterwards: call before the sandbox closes. Throws internal when a codec is missing.
void warm_up(Intake intake = Intake::pictures);

/// Throws unprocessable (the picture is damaged), too_large (more than the budget), internal.
Rendered render(const Plan& plan, const Input& input);

/// As render, by libvips alone: what the short way (planar_path.h) is measured against.
Rendered render_generally(const Plan& plan, const Input& input);

/// The page of a document that the plan names, as a header. Throws unprocessable.
ImageInfo look_at(const Plan& plan, const Input& input);

/// Runs a measuring plan; gives the box that is left, in pixels of the step before.
Box measure(const Plan& plan, const Input& input);

}  // namespace calotype::engine
