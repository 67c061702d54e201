#include "engine/engine.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/info.h"
#include "engine/pipeline.h"
#include "engine/planar_path.h"
#include "engine/quick_png.h"
#include "engine/workbench.h"
#include "engine/write.h"

namespace calotype::engine {
namespace {

/// Runs the work and gives what libvips could not do as an Error. What a damaged picture is blamed for was caught where
/// it was decoded; what is left is ours.
template <class Work>
auto guarded(const char* what, Work work) {
  try {
    return work();
  } catch (const vips::VError&) {
    const std::string why = take_vips_error();
    const bool is_memory = why.find("out of memory") != std::string::npos;
    throw Error(is_memory ? Fault::too_large : Fault::internal, fmt::format("{} the picture: {}", what, why),
                is_memory ? "image-too-large" : "");
  } catch (const std::bad_alloc&) {
    throw Error(Fault::too_large, fmt::format("{} the picture: out of memory", what), "image-too-large");
  }
}

enum class Loader { libvips, quickest };

Reel open(const Plan& plan, const Input& input, int shrink, Loader loader) {
  try {
    Reel reel = open_reel(plan.decode, plan.budget, input.original, shrink);
    if (loader == Loader::quickest) read_quickly(plan, input, reel);
    return reel;
  } catch (const vips::VError&) {
    throw damaged(take_vips_error());
  }
}

/// A frame in memory, so that the steps may read it in any order; a damaged one shows here.
VImage taken(const Reel& reel, int index) {
  if (reel.frames == 1) return reel.image;
  try {
    return in_memory(frame_of(reel, index));
  } catch (const vips::VError&) {
    throw damaged(take_vips_error());
  }
}

/// How much changes from pixel to pixel.
double detail_of(const VImage& frame) {
  const VImage grey = colours_of(frame).colourspace(VIPS_INTERPRETATION_B_W);
  const VImage edges = VImage::new_matrixv(3, 3, 0.0, -1.0, 0.0, -1.0, 4.0, -1.0, 0.0, -1.0, 0.0);
  return grey.conv(edges, VImage::option()->set("precision", VIPS_PRECISION_INTEGER)).cast(VIPS_FORMAT_FLOAT).deviate();
}

VImage best_frame(const Reel& reel) {
  VImage best = taken(reel, 0);
  if (reel.frames == 1) return best;
  double most = detail_of(best);
  for (int i = 1; i < reel.frames; ++i) {
    const VImage frame = taken(reel, i);
    const double detail = detail_of(frame);
    if (detail > most) {
      most = detail;
      best = frame;
    }
  }
  return best;
}

/// The time for which a frame that is shown stands in for those that are skipped behind it.
int delay_of(const Reel& reel, const plan::Decode& decode, int index, double speed) {
  constexpr int kUnsaid = 100;
  const int number = reel.first + index;
  double sum = 0;
  for (int i = number; i < std::min(number + decode.frames.every, decode.info.frames); ++i) {
    const auto at = static_cast<std::size_t>(i);
    sum += at < reel.delays.size() ? reel.delays[at] : kUnsaid;
  }
  return std::max(1, static_cast<int>(std::lround(sum / speed)));
}

Film develop_film(const Plan& plan, const Reel& reel, Pipeline& pipeline) {
  const plan::Frames& frames = plan.decode.frames;
  Film film;
  for (int i = 0; i < frames.count; ++i) {
    const int index = i * frames.every;
    film.frames.push_back(pipeline.develop(taken(reel, index)));
    film.delays.push_back(delay_of(reel, plan.decode, index, plan.output.speed));
    if (plan.budget.memory_bytes > 0 && static_cast<std::int64_t>(vips_tracked_get_mem()) > plan.budget.memory_bytes) {
      throw Error(Fault::too_large,
                  fmt::format("render frame {}: more memory than its budget of {}", i + 1, plan.budget.memory_bytes),
                  "image-too-large");
    }
  }
  if (frames.is_reversed) {
    std::reverse(film.frames.begin(), film.frames.end());
    std::reverse(film.delays.begin(), film.delays.end());
  }
  return film;
}

Film develop(const Plan& plan, const Reel& reel, Pipeline& pipeline) {
  if (plan.output.is_animated && reel.frames > 1) return develop_film(plan, reel, pipeline);
  const VImage frame = plan.decode.frames.is_best ? best_frame(reel) : taken(reel, 0);
  return {.frames = {pipeline.develop(frame)}};
}

void flatten(Film& film, Pipeline& pipeline, ImageFormat format) {
  if (keeps_alpha(format)) return;
  for (VImage& frame : film.frames) {
    if (!frame.has_alpha()) continue;
    const VImage opaque = colours_of(frame);
    const auto background = pixel_of(pipeline.background(frame), opaque);
    auto* options = VImage::option()->set("background", background)->set("max_alpha", full_scale(frame));
    frame = in_memory(rounded(frame.flatten(options), opaque));
  }
}

/// The body of the finished frames, in a picture's format or in one that tells about it.
Rendered written(const Plan& plan, Film film, Pipeline& pipeline, const Attached& attached) {
  return guarded("encode", [&] {
    const VImage first = film.frames.at(0);
    Rendered made{.size = size_of(first), .frames = static_cast<int>(film.frames.size())};
    if (is_info(plan.output.format)) {
      made.body = info_of(first, plan.output.format, plan.decode.info, pipeline.background(first));
    } else {
      flatten(film, pipeline, plan.output.format);
      auto [body, size] = write(std::move(film), plan.output, attached);
      made.body = std::move(body);
      made.size = size;
    }
    return made;
  });
}

/// What is left to do for a picture that came the short way.
Rendered finish(const Plan& plan, const Input& input, const PlanarPicture& picture) {
  const Attached attached = choose_metadata(picture.carried, plan);
  if (picture.is_finished) {
    const planar::Plane& luma = picture.planes.plane[0];
    const Size size{.width = luma.width, .height = luma.height};
    check_size(plan, size);
    return guarded("encode",
                   [&] { return Rendered{.body = write(picture.planes, plan.output, attached).body, .size = size}; });
  }
  Pipeline pipeline(plan, input);
  Film film = guarded("transform", [&] {
    const VImage image = to_working(picture_of(picture), pipeline.working());
    return Film{.frames = {pipeline.develop(image, picture.steps)}, .delays = {}};
  });
  return written(plan, std::move(film), pipeline, attached);
}

Rendered render_reel(const Plan& plan, const Input& input, Loader loader) {
  Pipeline pipeline(plan, input);
  const Reel reel = open(plan, input, pipeline.shrink(), loader);
  Attached attached = choose_metadata(carried_by(reel.image), plan);
  if (embeds_profile(plan.output.metadata)) attached.icc = profile_of(reel.image, pipeline.working());

  Film film = guarded("transform", [&] { return develop(plan, reel, pipeline); });
  return written(plan, std::move(film), pipeline, attached);
}

}  // namespace

Rendered render(const Plan& plan, const Input& input) {
  workbench().arena.reset();
  const auto picture = guarded("transform", [&] { return develop_planar(plan, input); });
  if (picture) return finish(plan, input, *picture);
  return render_reel(plan, input, Loader::quickest);
}

Rendered render_generally(const Plan& plan, const Input& input) { return render_reel(plan, input, Loader::libvips); }

ImageInfo look_at(const Plan& plan, const Input& input) { return look_at_page(plan.decode, input.original); }

Box measure(const Plan& plan, const Input& input) {
  if (!plan.is_measuring()) throw Error(Fault::internal, "measure the picture: the plan does not end in a measurement");
  workbench().arena.reset();
  Pipeline pipeline(plan, input);
  const Reel reel = open(plan, input, pipeline.shrink(), Loader::quickest);
  return guarded("measure",
                 [&] { return pipeline.measure(plan.decode.frames.is_best ? best_frame(reel) : taken(reel, 0)); });
}

}  // namespace calotype::engine
