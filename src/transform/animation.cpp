#include "transform/animation.h"

#include <algorithm>

#include <fmt/format.h>

#include "transform/draft.h"
#include "transform/planner.h"

namespace calotype::transform {
namespace {

/// The frame or page that the rule names, from 1; nullopt: none, or one that is looked for.
std::optional<int> named_frame(const Rule& rule) {
  if (rule.source.frame == rule::Source::Frame::best || rule.source.frame == rule::Source::Frame::middle) {
    return std::nullopt;
  }
  if (rule.source.frame_number) return rule.source.frame_number;
  return rule.source.page > 1 ? std::optional(rule.source.page) : std::nullopt;
}

/// How many frames, from the first, may be decoded.
int decodable(const ImageInfo& source, const Limits& limits) {
  const auto pixels = std::max<std::int64_t>(1, source.size.pixels());
  return static_cast<int>(std::clamp<std::int64_t>(limits.animation_pixels / pixels, 1, std::max(1, source.frames)));
}

Motion one_frame(int first) { return {.frames = {.first = first}}; }

Motion named(int number, const ImageInfo& source, const Limits& limits) {
  if (number > source.frames) {
    refuse("no-such-frame", fmt::format("read frame {} of a {} of {} frames: there is none", number,
                                        name_of(source.format), source.frames));
  }
  if (source.is_animated && number > decodable(source, limits)) {
    refuse("animation-too-long",
           fmt::format("read frame {} of {}x{}: {} pixels up to there, the limit is {} (animation_pixels)", number,
                       source.size.width, source.size.height, source.size.pixels() * number, limits.animation_pixels));
  }
  return one_frame(number - 1);
}

Motion still(rule::Animation::Still which, const ImageInfo& source, const Limits& limits) {
  const int reachable = source.is_animated ? decodable(source, limits) : std::max(1, source.frames);
  switch (which) {
    case rule::Animation::Still::first: return one_frame(0);
    case rule::Animation::Still::middle: return one_frame(std::min((source.frames - 1) / 2, reachable - 1));
    case rule::Animation::Still::best: {
      const int candidates = std::min(reachable, limits.frames);
      if (candidates <= 1) return one_frame(0);
      return {.frames = {.first = 0, .count = candidates, .is_best = true}};
    }
  }
  return one_frame(0);
}

/// Why an animation of `count` frames is too long; empty: it is not.
std::string excess(std::int64_t count, const Rule& rule, const ImageInfo& source, std::int64_t largest_pixels,
                   const Limits& limits) {
  const int most = std::min(rule.animation.max_frames, limits.frames);
  if (count > most) return fmt::format("{} frames, the limit is {} (frames)", count, most);
  const auto decoded = ((count - 1) * rule.animation.every + 1) * source.size.pixels();
  const auto pixels = std::max(decoded, count * largest_pixels);
  if (pixels <= limits.animation_pixels) return {};
  return fmt::format("{} frames, {} pixels, the limit is {} (animation_pixels)", count, pixels,
                     limits.animation_pixels);
}

/// The most frames that are not too many; at least 1.
int longest_allowed(const Rule& rule, const ImageInfo& source, std::int64_t largest_pixels, const Limits& limits) {
  const std::int64_t most = std::min(rule.animation.max_frames, limits.frames);
  const std::int64_t by_decoding =
      (limits.animation_pixels / std::max<std::int64_t>(1, source.size.pixels()) - 1) / rule.animation.every + 1;
  const std::int64_t by_result = limits.animation_pixels / std::max<std::int64_t>(1, largest_pixels);
  return static_cast<int>(std::max<std::int64_t>(1, std::min({most, by_decoding, by_result})));
}

Motion moving(const Rule& rule, const ImageInfo& source, std::int64_t largest_pixels, const Limits& limits) {
  const auto& animation = rule.animation;
  int count = (source.frames - 1) / animation.every + 1;
  const auto reason = excess(count, rule, source, largest_pixels, limits);
  if (!reason.empty()) {
    if (animation.over == rule::Animation::Over::reject) {
      refuse("animation-too-long", fmt::format("render an animation of {} frames of {}x{}: {}", source.frames,
                                               source.size.width, source.size.height, reason));
    }
    if (animation.over == rule::Animation::Over::still) return still(animation.still, source, limits);
    count = std::min(count, longest_allowed(rule, source, largest_pixels, limits));
  }
  if (count == 1) return one_frame(0);
  return {.frames = {.first = 0, .count = count, .every = animation.every, .is_reversed = animation.reverse},
          .is_animated = true,
          .loop = animation.loop.value_or(source.loop),
          .speed = animation.speed};
}

}  // namespace

bool may_stay_animated(const Rule& rule, const ImageInfo& source) {
  return source.is_animated && source.frames > 1 && rule.animation.keep != rule::Animation::Keep::never &&
         !rule.source.frame && !named_frame(rule);
}

Motion choose_motion(const Rule& rule, const ImageInfo& source, ImageFormat format, std::int64_t largest_pixels,
                     const Limits& limits) {
  if (const auto number = named_frame(rule)) return named(*number, source, limits);
  if (rule.source.frame == rule::Source::Frame::best) return still(rule::Animation::Still::best, source, limits);
  if (rule.source.frame == rule::Source::Frame::middle) return still(rule::Animation::Still::middle, source, limits);
  if (may_stay_animated(rule, source)) {
    if (keeps_animation(format)) return moving(rule, source, largest_pixels, limits);
    if (rule.animation.keep == rule::Animation::Keep::always) {
      refuse("animation-lost",
             fmt::format("render an animation of {} frames as {}: the rule wants it kept, and {} cannot", source.frames,
                         name_of(format), name_of(format)));
    }
  }
  return source.is_animated ? still(rule.animation.still, source, limits) : one_frame(0);
}

std::int64_t decoded_frames(const plan::Frames& frames, const ImageInfo& source) {
  if (!source.is_animated) return frames.count;
  return frames.first + (std::int64_t{frames.count} - 1) * frames.every + 1;
}

void read_page(Rule& rule, int page) {
  rule.source.frame = rule::Source::Frame::number;
  rule.source.frame_number = page;
}

}  // namespace calotype::transform
