#include "transform/planner.h"

#include <cstdlib>

#include <fmt/format.h>

#include "core/error.h"
#include "transform/animation.h"
#include "transform/areas.h"
#include "transform/budget.h"
#include "transform/crop.h"
#include "transform/draft.h"
#include "transform/extend.h"
#include "transform/filters.h"
#include "transform/fit.h"
#include "transform/overlay.h"
#include "transform/rotate.h"
#include "transform/shape.h"
#include "transform/trim.h"
#include "transform/watermark.h"

namespace calotype::transform {
namespace {

void require_allowed(const ImageInfo& source, const Limits& limits) {
  const auto pixels = source.size.pixels();
  if (source.size.width < 1 || source.size.height < 1) {
    refuse("empty-image", fmt::format("render a {} of {}x{}: it has no pixels", name_of(source.format),
                                      source.size.width, source.size.height));
  }
  const auto [limit, name] = limits.hard_pixels < limits.source_pixels
                                 ? std::pair(limits.hard_pixels, "hard_pixels")
                                 : std::pair(limits.source_pixels, "source_pixels");
  if (pixels > limit) {
    refuse("image-too-large",
           fmt::format("render a {} of {}x{}: {} pixels, the limit is {} ({})", name_of(source.format),
                       source.size.width, source.size.height, pixels, limit, name));
  }
}

/// Where a point of the upright picture is in one that is left as it was stored.
FocalPoint as_stored(FocalPoint upright, int orientation) {
  const auto [x, y] = upright;
  switch (orientation) {
    case 2: return {.x = 1 - x, .y = y};
    case 3: return {.x = 1 - x, .y = 1 - y};
    case 4: return {.x = x, .y = 1 - y};
    case 5: return {.x = y, .y = x};
    case 6: return {.x = y, .y = 1 - x};
    case 7: return {.x = 1 - y, .y = 1 - x};
    case 8: return {.x = 1 - y, .y = x};
    default: return upright;
  }
}

/// Stages 2 to 5.
void draft_original(Draft& draft, const Rule& rule, const ImageInfo& source, std::optional<FocalPoint> focal) {
  if (rule.auto_rotate) {
    draft.orient(source.orientation);
  } else if (focal) {
    focal = as_stored(*focal, source.orientation);
  }
  if (focal) draft.set_focal({.x = focal->x * draft.size().width, .y = focal->y * draft.size().height});
  if (rule.actions.blur_areas) blur_areas(draft, *rule.actions.blur_areas);
  pixelate_areas(draft, rule.actions.pixelate_areas);
  if (rule.actions.redact) redact(draft, *rule.actions.redact);
}

/// Which of the rule's watermarks are laid on.
struct MarkRange {
  std::size_t first = 0;
  std::size_t end = 0;
};

/// Stages 7 to 14 of the pipeline.
void draft_rendition(Draft& draft, const Rule& rule, MarkRange range,
                     const std::vector<std::optional<ImageInfo>>& marks, const Limits& limits) {
  const auto& actions = rule.actions;
  if (actions.crop) crop(draft, *actions.crop);
  if (actions.rotate) rotate(draft, *actions.rotate, rule.background);
  if (actions.flip) draft.flip(actions.flip->horizontal, actions.flip->vertical);
  if (actions.resize) resize(draft, rule, *actions.resize);
  if (actions.crop_resize) crop_resize(draft, rule, *actions.crop_resize);
  if (actions.extend) extend(draft, rule, *actions.extend);
  filter(draft, actions, rule.dpr);
  shape(draft, actions, rule.dpr);
  for (std::size_t i = range.first; i < range.end; ++i) {
    if (marks[i]) watermark(draft, rule.watermarks[i], static_cast<int>(i), *marks[i], rule.dpr, limits);
  }
  for (const auto& one : rule.overlays) overlay(draft, one, rule, marks, limits);
}

/// What comes after the rule's own actions: each on what the one before made.
void draft_later(Draft& draft, const Rule& rule, const std::vector<std::optional<ImageInfo>>& marks,
                 const Limits& limits) {
  MarkRange range{.end = rule.first_watermarks()};
  Rule one = rule;
  for (const auto& stage : rule.then) {
    one.actions = stage.actions;
    one.background = stage.background;
    one.overlays = stage.overlays;
    range = {.first = range.end, .end = range.end + stage.watermarks};
    draft_rendition(draft, one, range, marks, limits);
  }
}

void require_result(Size result, const Limits& limits) {
  if (result.width > limits.result_side || result.height > limits.result_side) {
    refuse("result-too-large", fmt::format("render {}x{}: the limit of a side is {} pixels (result_side)", result.width,
                                           result.height, limits.result_side));
  }
  if (result.pixels() > limits.result_pixels) {
    refuse("result-too-large", fmt::format("render {}x{}: {} pixels, the limit is {} (result_pixels)", result.width,
                                           result.height, result.pixels(), limits.result_pixels));
  }
}

int quality_for(ImageFormat format, const rule::Quality& quality) {
  switch (format) {
    case ImageFormat::webp: return quality.webp;
    case ImageFormat::avif: return quality.avif;
    case ImageFormat::tiff: return quality.tiff;
    case ImageFormat::jpg:
    case ImageFormat::png:
    case ImageFormat::gif:
    case ImageFormat::heic:
    case ImageFormat::pdf:
    case ImageFormat::json:
    case ImageFormat::blurhash:
    case ImageFormat::palette: return quality.jpg;
  }
  std::abort();
}

/// What the encoder does where the format was chosen for the client: `lossless: auto` keeps every pixel of an original
/// that had kept them.
bool is_lossless(const Rule& rule, ImageFormat original) {
  if (!rule.format.is_auto) return rule.encoder.lossless;
  switch (rule.format.lossless) {
    case rule::Format::Lossless::always: return true;
    case rule::Format::Lossless::never: return false;
    case rule::Format::Lossless::automatic:
      return rule.encoder.lossless || original == ImageFormat::png || original == ImageFormat::gif;
  }
  std::abort();
}

/// What the quality of the format is measured by, where the rule asks for that.
std::optional<rule::MeasuredQuality> measured_for(ImageFormat format, const rule::Quality& quality) {
  const bool measures = (format == ImageFormat::jpg && quality.measures_jpg) ||
                        (format == ImageFormat::webp && quality.measures_webp) ||
                        (format == ImageFormat::avif && quality.measures_avif);
  return measures ? quality.measured : std::nullopt;
}

plan::Output output_of(const Rule& rule, const ImageInfo& source, ImageFormat format, const Motion& motion) {
  plan::Output output{.format = format,
                      .quality = quality_for(format, rule.quality),
                      .encoder = rule.encoder,
                      .metadata = rule.metadata,
                      .background = rule.background,
                      .is_animated = motion.is_animated,
                      .loop = motion.loop,
                      .speed = motion.speed};
  output.encoder.lossless = is_lossless(rule, source.format);
  if (is_info(format)) output.metadata.profile = rule::Metadata::Profile::srgb;  // what #rrggbb means
  if (!output.encoder.lossless && !output.encoder.near_lossless) output.measured = measured_for(format, rule.quality);
  return output;
}

void charge(Plan& plan, std::int64_t largest_pixels, const Limits& limits) {
  plan.budget = budget_of(plan, largest_pixels);
  if (plan.budget.memory_bytes <= limits.memory_bytes) return;
  refuse("image-too-large",
         fmt::format("render a {} of {}x{} as {} of {}x{}: about {} bytes of memory, the limit is {} (memory_bytes)",
                     name_of(plan.decode.info.format), plan.decode.info.size.width, plan.decode.info.size.height,
                     name_of(plan.output.format), plan.result.width, plan.result.height, plan.budget.memory_bytes,
                     limits.memory_bytes));
}

/// Everything up to the trim, on the frame that decides for all.
Plan measuring_plan(Draft draft, const Rule& rule, const ImageInfo& source, ImageFormat format, const Limits& limits) {
  const auto& trim = *rule.actions.trim;
  draft.add(plan::FindTrim{.threshold = trim.threshold, .colour = trim.colour, .alpha = trim.alpha});
  const auto largest = draft.largest_pixels();
  const auto motion = choose_motion(rule, source, format, largest, limits);
  plan::Frames frames = motion.frames;
  if (motion.is_animated) frames = {.first = motion.frames.first};
  Plan plan{
      .decode = {.info = source, .frames = frames, .fail_on = rule.source.fail_on, .density = rule.source.density},
      .steps = draft.take_steps(),
      .output = output_of(rule, source, format, Motion{})};
  charge(plan, largest, limits);
  return plan;
}

}  // namespace

Plan make_plan(const Rule& rule, const ImageInfo& source, std::optional<FocalPoint> focal,
               const std::vector<std::optional<ImageInfo>>& marks, ImageFormat format, const Limits& limits,
               std::optional<Box> trimmed) {
  if (marks.size() != rule.watermarks.size()) {
    throw Error(Fault::internal, fmt::format("plan a rule of {} watermarks: headers of {} are given",
                                             rule.watermarks.size(), marks.size()));
  }
  require_allowed(source, limits);

  Draft draft(source.size, limits);
  draft_original(draft, rule, source, focal);
  if (rule.actions.trim) {
    if (!trimmed) return measuring_plan(std::move(draft), rule, source, format, limits);
    draft.crop(trimmed_box(*rule.actions.trim, *trimmed, draft.size()));
  }
  draft_rendition(draft, rule, {.end = rule.first_watermarks()}, marks, limits);
  draft_later(draft, rule, marks, limits);
  require_result(draft.size(), limits);

  const auto largest = draft.largest_pixels();
  const auto motion = choose_motion(rule, source, format, largest, limits);
  Plan plan{.decode = {.info = source,
                       .frames = motion.frames,
                       .fail_on = rule.source.fail_on,
                       .density = rule.source.density},
            .output = output_of(rule, source, format, motion),
            .result = draft.size()};
  plan.steps = draft.take_steps();
  charge(plan, largest, limits);
  return plan;
}

}  // namespace calotype::transform
