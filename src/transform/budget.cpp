#include "transform/budget.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "transform/animation.h"
#include "transform/geometry.h"

namespace calotype::transform {
namespace {

/// A worker that has run nothing yet, with its codecs warm.
constexpr std::int64_t kIdleBytes = 52'000'000;
constexpr std::int64_t kStripRows = 512;
constexpr std::int64_t kHeavyInterlacedPixels = 4'000'000;
constexpr std::int64_t kHeavyPixels = 40'000'000;
constexpr std::int64_t kHeavyBytes = 400'000'000;
constexpr std::int64_t kHeavyCost = 2'000'000;
/// What Poppler holds of a document beside the page's pixels: fonts, pictures, its tables.
constexpr std::int64_t kDocumentBytes = 150'000'000;
constexpr double kFixedCost = 2'000;

std::int64_t sample_bytes(const ImageInfo& info) { return info.bit_depth > 8 ? 2 : 1; }

std::int64_t bands(const ImageInfo& info) {
  const std::int64_t colours = info.colour_space == ColourSpace::grey   ? 1
                               : info.colour_space == ColourSpace::cmyk ? 4
                                                                        : 3;
  return colours + (info.has_alpha ? 1 : 0);
}

bool needs_whole_picture(const plan::Step& step) {
  if (const auto* orient = std::get_if<plan::Orient>(&step)) return orient->orientation >= 3;
  return std::holds_alternative<plan::CoverArea>(step) || std::holds_alternative<plan::FindTrim>(step) ||
         std::holds_alternative<plan::SmartCrop>(step) || std::holds_alternative<plan::SmartPad>(step) ||
         std::holds_alternative<plan::QuarterTurns>(step) || std::holds_alternative<plan::Turn>(step);
}

bool is_held_to_scale(const Plan& plan) {
  const auto& info = plan.decode.info;
  const bool is_scaled = std::any_of(plan.steps.begin(), plan.steps.end(),
                                     [](const plan::Step& step) { return std::holds_alternative<plan::Resize>(step); });
  return is_scaled && info.size.pixels() <= plan::kHeldPixels && sample_bytes(info) == 1;
}

/// Held to decode one frame.
std::int64_t decoding_bytes(const Plan& plan) {
  const auto& info = plan.decode.info;
  const auto pixels = info.size.pixels();
  const auto whole = pixels * bands(info) * sample_bytes(info);
  const auto strip = std::min(whole, info.size.width * kStripRows * bands(info) * sample_bytes(info));
  const bool is_whole = std::any_of(plan.steps.begin(), plan.steps.end(), needs_whole_picture);
  const auto rows = is_whole ? whole : strip;
  switch (info.format) {
    case ImageFormat::jpg: return rows + (info.is_interlaced ? pixels * bands(info) * 2 : 0);
    // Read at once from what is deflated, which is hardly ever larger than the picture.
    case ImageFormat::png: return info.is_interlaced ? whole : is_held_to_scale(plan) ? 2 * whole : rows;
    case ImageFormat::tiff: return info.is_interlaced || is_held_to_scale(plan) ? whole : rows;
    case ImageFormat::webp: return pixels * 4;
    case ImageFormat::gif: return pixels * 4 * 2;
    case ImageFormat::avif:
    case ImageFormat::heic: return whole + pixels * 3 * sample_bytes(info);
    // Cairo's surface and libvips' copy; fonts and pictures within the page come on top.
    case ImageFormat::pdf: return pixels * 4 * 2 + kDocumentBytes;
    case ImageFormat::json:
    case ImageFormat::blurhash:
    case ImageFormat::palette: return 0;
  }
  std::abort();
}

/// Held by the encoder, for each pixel of the result.
std::int64_t encoder_bytes(ImageFormat format) {
  switch (format) {
    case ImageFormat::jpg:
    case ImageFormat::png:
    case ImageFormat::tiff: return 1;
    case ImageFormat::gif: return 6;
    case ImageFormat::webp: return 10;
    case ImageFormat::avif:
    case ImageFormat::heic:
    case ImageFormat::pdf: return 14;
    case ImageFormat::json:
    case ImageFormat::blurhash:
    case ImageFormat::palette: return 8;
  }
  std::abort();
}

/// Held of what is laid on: RGBA as it was drawn and turned, and a shadow around it, which is blurred as floats.
std::int64_t laid_bytes(Size size, double degrees, const std::optional<rule::Shadow>& shadow) {
  auto bytes = size.pixels() * 4;
  const auto turned = rotated_bounds(size, degrees);
  if (std::fmod(degrees, 180) != 0) bytes += turned.pixels() * 4;
  if (shadow) {
    const auto room = static_cast<std::int64_t>(std::ceil(shadow->sigma * 3)) * 2;
    bytes += (turned.width + room) * (turned.height + room) * (4 + 4 + 4);
  }
  return bytes;
}

/// What Pango and HarfBuzz hold of a text of 500 characters.
constexpr std::int64_t kLayoutBytes = 1'000'000;

/// `own`: for each pixel, while it is drawn.
std::int64_t drawn_bytes(Size size, std::int64_t own, const plan::Laying& laying) {
  return size.pixels() * own + laid_bytes(size, laying.degrees, laying.shadow);
}

std::int64_t layer_bytes(const plan::Step& step) {
  if (const auto* mark = std::get_if<plan::Watermark>(&step)) {
    return laid_bytes(mark->size, mark->degrees, mark->shadow);
  }
  if (const auto* rect = std::get_if<plan::Rect>(&step)) return drawn_bytes(rect->size, 1, rect->laying);
  // Cairo's surface, another one for an outline, and the copy of it that libvips has.
  if (const auto* words = std::get_if<plan::Text>(&step)) {
    return drawn_bytes(words->most, words->outline ? 8 : 4, words->laying) + kLayoutBytes;
  }
  // Its ramp; libvips computes the rest row by row.
  if (const auto* gradient = std::get_if<plan::Gradient>(&step))
    return drawn_bytes(gradient->size, 2, gradient->laying);
  return 0;
}

/// Nanoseconds a pixel, on one core of an ordinary server.
double decoding_cost(const ImageInfo& info) {
  switch (info.format) {
    case ImageFormat::jpg: return info.is_interlaced ? 15 : 5;
    case ImageFormat::png: return info.is_interlaced ? 20 : 12;
    case ImageFormat::tiff: return 5;
    case ImageFormat::gif: return 5;
    case ImageFormat::webp: return 12;
    case ImageFormat::avif:
    case ImageFormat::heic: return 20;
    case ImageFormat::pdf: return 100;
    case ImageFormat::json:
    case ImageFormat::blurhash:
    case ImageFormat::palette: return 0;
  }
  std::abort();
}

double encoding_cost(ImageFormat format) {
  switch (format) {
    case ImageFormat::jpg: return 10;
    case ImageFormat::png: return 40;
    case ImageFormat::tiff: return 10;
    case ImageFormat::gif: return 900;  // a palette for each frame
    case ImageFormat::webp: return 80;
    case ImageFormat::avif:
    case ImageFormat::heic:
    case ImageFormat::pdf: return 500;
    case ImageFormat::json:
    case ImageFormat::blurhash:
    case ImageFormat::palette: return 20;
  }
  std::abort();
}

/// Nanoseconds of an overlay: to draw it, once for all frames, and to lay it on one.
struct OverlayCost {
  double drawing = 0;
  double laying = 0;
};

OverlayCost overlay_cost(Size size, double a_pixel, const plan::Laying& laying, Size result) {
  constexpr double kLaying = 30;
  const auto pixels = static_cast<double>(size.pixels());
  const auto all = static_cast<double>(result.pixels());
  const bool is_single = laying.placing.pattern == Placing::Pattern::single;
  return {.drawing = pixels * a_pixel, .laying = kLaying * (is_single ? std::min(pixels, all) : all)};
}

OverlayCost overlay_cost(const plan::Step& step, Size result) {
  constexpr double kText = 200'000;
  constexpr double kByte = 10'000;
  if (const auto* rect = std::get_if<plan::Rect>(&step)) return overlay_cost(rect->size, 10, rect->laying, result);
  if (const auto* gradient = std::get_if<plan::Gradient>(&step)) {
    return overlay_cost(gradient->size, 40, gradient->laying, result);
  }
  const auto* words = std::get_if<plan::Text>(&step);
  if (words == nullptr) return {};
  auto cost = overlay_cost(words->most, words->outline ? 20 : 10, words->laying, result);
  cost.drawing += kText + kByte * static_cast<double>(words->text.size());
  return cost;
}

bool is_overlay(const plan::Step& step) {
  return std::holds_alternative<plan::Rect>(step) || std::holds_alternative<plan::Gradient>(step) ||
         std::holds_alternative<plan::Text>(step);
}

/// Nanoseconds a pixel of the result.
double step_cost(const plan::Step& step) {
  if (const auto* blur = std::get_if<plan::Blur>(&step)) return 10 + 2 * blur->values.sigma;
  if (const auto* mark = std::get_if<plan::Watermark>(&step)) return 20 + static_cast<double>(mark->positions.size());
  if (is_overlay(step)) return 0;  // has a cost of its own
  return 10;
}

/// How often the result is encoded, or as much work is done. A limit of bytes is seldom met at once, and seldom takes
/// every try that the engine has (engine/quality_search.h).
double encodings(const plan::Output& output) {
  constexpr double kToMeasure = 1.5;
  constexpr double kToFit = 4;
  return (output.measured ? kToMeasure : 0) + (output.encoder.max_bytes ? kToFit : 1);
}

std::int64_t cost_of(const Plan& plan, std::int64_t decoded_pixels, std::int64_t largest_pixels) {
  const auto frames = static_cast<double>(plan.output.is_animated ? plan.decode.frames.count : 1);
  const double result = static_cast<double>(plan.result.pixels()) * frames;
  double nanoseconds = static_cast<double>(decoded_pixels) * decoding_cost(plan.decode.info);
  nanoseconds += static_cast<double>(largest_pixels) * frames * 3;
  nanoseconds += result * encoding_cost(plan.output.format) * encodings(plan.output);
  for (const auto& step : plan.steps) {
    nanoseconds += result * step_cost(step);
    const auto overlay = overlay_cost(step, plan.result);
    nanoseconds += overlay.drawing + overlay.laying * frames;
  }
  return static_cast<std::int64_t>(std::min(kFixedCost + nanoseconds / 1000, 1e15));
}

bool is_slow_format(ImageFormat format) { return format == ImageFormat::avif || format == ImageFormat::heic; }

}  // namespace

plan::Budget budget_of(const Plan& plan, std::int64_t largest_pixels) {
  const auto& info = plan.decode.info;
  const auto pixels = info.size.pixels();
  const std::int64_t shown = plan.output.is_animated ? plan.decode.frames.count : 1;
  plan::Budget budget;
  budget.pixels = pixels * decoded_frames(plan.decode.frames, info);

  budget.memory_bytes = kIdleBytes + decoding_bytes(plan) + plan.result.pixels() * encoder_bytes(plan.output.format);
  if (plan.output.encoder.shrink) budget.memory_bytes += shown * 4 * plan.result.pixels();
  if (shown > 1) budget.memory_bytes += shown * 4 * std::max(largest_pixels, plan.result.pixels());
  if (largest_pixels > pixels) budget.memory_bytes += largest_pixels * bands(info) * sample_bytes(info);
  for (const auto& step : plan.steps) budget.memory_bytes += layer_bytes(step);

  budget.cost = cost_of(plan, budget.pixels, largest_pixels);
  const bool is_animation = info.is_animated && decoded_frames(plan.decode.frames, info) > 1;
  budget.is_heavy = is_animation || is_slow_format(info.format) || is_slow_format(plan.output.format) ||
                    (info.is_interlaced && pixels > kHeavyInterlacedPixels) || budget.pixels > kHeavyPixels ||
                    budget.memory_bytes > kHeavyBytes || budget.cost > kHeavyCost;
  return budget;
}

}  // namespace calotype::transform
