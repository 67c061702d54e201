#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/object.h"
#include "model/plan.h"
#include "model/rule.h"

/// Rule + header + client -> numbers. Pure, thread-safe.
///
/// The steps come in the order of the fixed pipeline, whatever the order in the rule; steps that change nothing are
/// left out. Rounding: length.h. `dpr` multiplies every pixel length from the resize on, the sigmas of blur and sharpen
/// and the natural size of a mark included; what is measured on the original (areas, trim, crop) it leaves alone, so
/// that the same part of the picture is covered or kept at every density.
namespace calotype::transform {

/// What may be rendered at most (reliability.md, R2). A refusal names the limit.
struct Limits {
  std::int64_t source_pixels = 100'000'000;     ///< of one frame; 422 "image-too-large"
  std::int64_t hard_pixels = 268'000'000;       ///< never, whoever asks
  std::int64_t animation_pixels = 200'000'000;  ///< pixels x frames that are decoded
  int frames = 200;                             ///< of one rendition; a rule's maxFrames is cut to it
  int result_side = 16'383;
  std::int64_t result_pixels = 40'000'000;
  std::int64_t memory_bytes = 1'000'000'000;  ///< a job's budget at most
};

/// Which output formats a client takes, from its Accept header, collapsed to what matters.
struct Accepts {
  bool avif = false;
  bool webp = false;
  bool operator==(const Accepts&) const = default;
  /// q=0 excludes; "*/*" and "image/*" alone are no consent to webp or avif.
  static Accepts from_header(std::string_view accept);
};

/// The format of the rendition. Depends on `accepts` only when the rule negotiates (Vary: Accept then).
ImageFormat choose_format(const Rule& rule, const ImageInfo& source, Accepts accepts);
bool is_negotiated(const Rule& rule);
/// Why choose_format() gives what it gives, as a sentence for people.
std::string describe_choice(const Rule& rule, const ImageInfo& source, Accepts accepts);

/// The plan that renders `source` by `rule`, or, where the rule trims and `trimmed` is not known yet, a measuring plan:
/// run it, and call again with what it found (any box is safe).
/// `focal`: stored with the object, 0..1 of the upright picture.
/// `marks`: for each of rule.watermarks its header, nullopt where it is missing and may be skipped;
/// plan::Watermark::mark counts these, holes included. A mark is drawn upright (ImageInfo::upright). Throws:
/// unprocessable, with the limit and the numbers, code "image-too-large", "result-too-large", "empty-crop",
/// "animation-too-long", "animation-lost", "no-such-frame", "too-many-marks", "watermark-too-large" or
/// "overlay-too-large".
Plan make_plan(const Rule& rule, const ImageInfo& source, std::optional<FocalPoint> focal,
               const std::vector<std::optional<ImageInfo>>& marks, ImageFormat format, const Limits& limits,
               std::optional<Box> trimmed = std::nullopt);

/// Makes a rule read this page of a document, whatever it said of frames; 1 is the first.
void read_page(Rule& rule, int page);

}  // namespace calotype::transform
