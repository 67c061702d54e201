#include "engine/write.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/measured_quality.h"
#include "engine/quality_search.h"
#include "engine/steps.h"
#include "engine/workbench.h"

namespace calotype::engine {
namespace {

/// As often the size is taken down at most.
constexpr int kShrinkings = 4;

/// The quality changes how many bytes there are.
bool has_quality(const plan::Output& output) {
  if (output.format == ImageFormat::jpg) return true;
  const bool is_lossless = output.encoder.lossless || output.encoder.near_lossless;
  return (output.format == ImageFormat::webp || output.format == ImageFormat::avif) && !is_lossless;
}

/// One way to hold chroma whatever quality is tried: planes have theirs, and a size must not jump.
plan::Output settled(const plan::Output& output) {
  using Chroma = rule::Encoder::Chroma;
  plan::Output made = output;
  const bool searches = output.measured || output.encoder.max_bytes;
  if (!searches || output.format != ImageFormat::jpg || output.encoder.chroma != Chroma::automatic) return made;
  made.encoder.chroma = jpeg_sampling(output) == planar::Sampling{} ? Chroma::c444 : Chroma::c420;
  return made;
}

int least_of(const plan::Output& output) { return output.encoder.shrink ? kLeastBeforeShrinking : kLeastQuality; }

template <class Encode>
Fitted fitted(const plan::Output& output, Encode encode) {
  const auto most = static_cast<std::size_t>(*output.encoder.max_bytes);
  const int least = has_quality(output) ? std::min(least_of(output), output.quality) : output.quality;
  return fit_bytes(most, output.quality, least, [&](int quality) {
    plan::Output trial = output;
    trial.quality = quality;
    return encode(trial);
  });
}

[[noreturn]] void refuse(const plan::Output& output, std::size_t least, Size size) {
  throw Error(
      Fault::unprocessable,
      fmt::format("write a {} of {}x{} in at most {} bytes: it has {} at the least quality{} (encoder.maxBytes)",
                  name_of(output.format), size.width, size.height, *output.encoder.max_bytes, least,
                  output.encoder.shrink ? "" : ", and encoder.shrink is off"),
      "too-many-bytes");
}

/// The file grows with the pixels, a little slower.
Size smaller(Size size, std::size_t bytes, std::size_t most) {
  const double factor = std::clamp(std::sqrt(static_cast<double>(most) / static_cast<double>(bytes)) * 0.95, 0.1, 0.9);
  const auto side = [factor](int length) { return std::max(1, static_cast<int>(std::floor(length * factor))); };
  return {.width = side(size.width), .height = side(size.height)};
}

Film resized(const Film& film, Size size) {
  Film made{.frames = {}, .delays = film.delays};
  for (const VImage& frame : film.frames) made.frames.push_back(in_memory(resize(frame, plan::Resize{.size = size})));
  return made;
}

}  // namespace

Written write(Film film, const plan::Output& wanted, const Attached& attached) {
  plan::Output output = settled(wanted);
  Size size = size_of(film.frames.at(0));
  if (output.measured && has_quality(output)) output.quality = measured_quality(film.frames[0], output);
  if (!output.encoder.max_bytes) return {.body = encode(film, output, attached), .size = size};

  const auto most = static_cast<std::size_t>(*output.encoder.max_bytes);
  const auto encoded = [&](const plan::Output& trial) { return encode(film, trial, attached); };
  auto found = fitted(output, encoded);
  if (!found.body && output.encoder.shrink) {
    if (has_quality(output)) output.quality = std::min(output.quality, kLeastBeforeShrinking);
    const Film full = film;
    for (int i = 0; !found.body && i < kShrinkings; ++i) {
      size = smaller(size, found.least_bytes, most);
      film = resized(full, size);
      auto body = encoded(output);
      found.least_bytes = body.size();
      if (body.size() <= most) found.body = std::move(body);
    }
  }
  if (!found.body) refuse(output, found.least_bytes, size);
  return {.body = std::move(*found.body), .size = size};
}

Written write(const planar::Planes& planes, const plan::Output& wanted, const Attached& attached) {
  plan::Output output = settled(wanted);
  const Size size{.width = planes.plane[0].width, .height = planes.plane[0].height};
  if (output.measured) output.quality = measured_quality(planes, output);
  if (!output.encoder.max_bytes) return {.body = encode(planes, output, attached), .size = size};

  auto& arena = workbench().arena;
  const auto place = arena.place();
  auto found = fitted(output, [&](const plan::Output& trial) {
    arena.rewind(place);
    return encode(planes, trial, attached);
  });
  if (!found.body) refuse(output, found.least_bytes, size);
  return {.body = std::move(*found.body), .size = size};
}

}  // namespace calotype::engine
