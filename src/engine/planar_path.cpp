#include "engine/planar_path.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/decode_webp.h"
#include "engine/encode.h"
#include "engine/framing.h"
#include "engine/pipeline.h"
#include "engine/workbench.h"
#include "planar/decode.h"
#include "planar/resample.h"

namespace calotype::engine {
namespace {

using planar::Plane;
using planar::Planes;
using planar::Sampling;

bool is_plan_ours(const Plan& plan) {
  const ImageInfo& info = plan.decode.info;
  const bool is_webp = info.format == ImageFormat::webp && !info.is_animated && !info.has_alpha;
  if (info.format != ImageFormat::jpg && !is_webp) return false;
  if (info.colour_space == ColourSpace::cmyk || (info.has_profile && is_webp)) return false;
  if (plan.decode.frames.first != 0 || plan.decode.frames.count != 1 || plan.decode.frames.is_best) return false;
  if (plan.is_measuring() || embeds_profile(plan.output.metadata)) return false;
  const bool is_deep = plan.output.encoder.bit_depth.value_or(8) > 8;
  return plan.output.metadata.profile != rule::Metadata::Profile::p3 && !is_deep;
}

/// What came along is rarely there twice; libvips knows which of them counts.
std::optional<Carried> carried_by(const planar::JpegHeader& header) {
  if (header.exif.size() > 1 || header.xmp.size() > 1 || header.photoshop.size() > 1) return std::nullopt;
  const auto text = [](const std::vector<std::string_view>& of) {
    return of.empty() ? std::string() : std::string(of[0]);
  };
  return Carried{.exif = text(header.exif), .iptc = text(header.photoshop), .xmp = text(header.xmp)};
}

/// Put together from its parts; empty: there is none. Nothing where parts are missing, or are there twice.
std::optional<std::string> profile_of(const planar::JpegHeader& header) {
  const auto count = header.profile.size();
  std::vector<std::string_view> parts(count);
  for (const auto part : header.profile) {
    if (part.size() < 3) return std::nullopt;
    const auto number = static_cast<unsigned char>(part[0]);
    if (number == 0 || number > count || static_cast<unsigned char>(part[1]) != count) return std::nullopt;
    if (!parts[number - 1U].empty()) return std::nullopt;
    parts[number - 1U] = part.substr(2);
  }
  std::string profile;
  for (const auto part : parts) profile += part;
  return profile;
}

/// A scale in eighths, and how many times the pixels that are wanted it must leave.
struct Leaving {
  int scale = 8;
  double times = 1;
};
/// The fewest with which pictures are still as near to the reference as libvips' (docs/performance.md).
constexpr std::array<Leaving, 4> kFewest{{{1, 1.5}, {2, 1.44}, {3, 1.4}, {4, 1.35}}};
/// What the decoder has made smaller is a little soft already: a kernel of less than its own width makes up for it.
constexpr double kNarrow = 0.98;
/// Where decoding is a small part of the work, or is libjpeg's, whose smaller transforms are averages and softer.
constexpr std::array<Leaving, 3> kPlenty{{{1, 2}, {2, 2}, {4, 2}}};

int scale_for(const Framing& framing, std::span<const Leaving> leavings) {
  const double ratio = std::min(static_cast<double>(framing.source.width) / framing.scaled.width,
                                static_cast<double>(framing.source.height) / framing.scaled.height);
  for (const auto& leaving : leavings) {
    if (ratio * leaving.scale / 8 >= leaving.times) return leaving.scale;
  }
  return 8;
}

/// The part of the source that the target is made of, with what the filter sees around it.
Box needed(const Framing& framing, int scale) {
  const double across = static_cast<double>(framing.source.width) / framing.scaled.width;
  const double down = static_cast<double>(framing.source.height) / framing.scaled.height;
  const double unit = 16.0 / scale;  // of chroma at half the resolution
  const auto span = [unit](int begin, int length, int first, int count, double step) {
    const double reach = 4 * std::max(2 * step, unit) + unit;
    const double low = std::max<double>(begin, begin + first * step - reach);
    const double high = std::min<double>(begin + length, begin + (first + count) * step + reach);
    return std::pair(static_cast<int>(std::floor(low)), static_cast<int>(std::ceil(high)));
  };
  const auto [left, right] =
      span(framing.source.left, framing.source.width, framing.target.left, framing.target.width, across);
  const auto [top, bottom] =
      span(framing.source.top, framing.source.height, framing.target.top, framing.target.height, down);
  return {.left = left, .top = top, .width = right - left, .height = bottom - top};
}

/// Whether the planes fit into what the job may use, and `coefficients` bytes; else libvips reads the file in strips.
bool fits(const Plan& plan, const Input& input, const planar::JpegHeader& header, const planar::Wanted& wanted,
          std::int64_t coefficients) {
  const std::int64_t rows = wanted.box.top + wanted.box.height;
  const std::int64_t pixels = rows * header.size.width * wanted.scale * wanted.scale / 64;
  if (plan.budget.pixels > 0 && pixels > plan.budget.pixels) return false;
  // The own decoders copy what is coded, and whatever comes behind it.
  const auto coded = static_cast<std::int64_t>(input.original.size() - header.scan);
  return plan.budget.memory_bytes <= 0 || pixels * 3 + coefficients + coded <= plan.budget.memory_bytes;
}

/// How the chroma of the finished planes lies; nothing when the output is not made from planes.
std::optional<Sampling> sampling_of(const plan::Output& output) {
  using Chroma = rule::Encoder::Chroma;
  if (output.encoder.max_bytes && output.encoder.shrink) return std::nullopt;  // its size may change (write.h)
  if (output.format == ImageFormat::jpg) return jpeg_sampling(output);
  const bool is_plain_webp = output.format == ImageFormat::webp && !output.encoder.lossless &&
                             !output.encoder.near_lossless && output.encoder.chroma != Chroma::c444;
  return is_plain_webp ? std::optional(Sampling{.across = 2, .down = 2}) : std::nullopt;
}

struct Scaler {
  const Framing& framing;
  const Planes& source;
  Sampling chroma;          ///< of the target, as it is seen
  bool was_studio = false;  ///< the source
  bool is_studio = false;   ///< the target
  Workbench& bench;

  Plane plane(std::size_t component) const {
    const Plane& from = source.plane[component];
    const Sampling have = source.sampling(static_cast<int>(component));
    Sampling want = component == 0 ? Sampling{} : chroma;
    if (framing.stance.is_transposed) std::swap(want.across, want.down);
    const double eighth = 8.0 / source.scale[component];
    const double width = eighth > 1 ? kNarrow : 1;
    const planar::PlaneAxis across{.map = {.begin = static_cast<double>(framing.source.left),
                                           .end = static_cast<double>(framing.source.left + framing.source.width),
                                           .size = framing.scaled.width,
                                           .first = framing.target.left,
                                           .count = framing.target.width,
                                           .is_reversed = framing.stance.flips_across},
                                   .source_unit = have.across * eighth,
                                   .source_count = from.width,
                                   .target_unit = want.across,
                                   .kernel = framing.kernel,
                                   .width = width};
    const planar::PlaneAxis down{.map = {.begin = static_cast<double>(framing.source.top),
                                         .end = static_cast<double>(framing.source.top + framing.source.height),
                                         .size = framing.scaled.height,
                                         .first = framing.target.top,
                                         .count = framing.target.height,
                                         .is_reversed = framing.stance.flips_down},
                                 .source_unit = have.down * eighth,
                                 .source_count = from.height,
                                 .target_unit = want.down,
                                 .kernel = framing.kernel,
                                 .width = width};
    const auto columns = bench.weights.get(across);
    const auto rows = bench.weights.get(down);
    const Plane made = planar::resample(from, *columns, *rows, level(component), bench.arena);
    return framing.stance.is_transposed ? planar::transposed(made, bench.arena) : made;
  }

  planar::Level level(std::size_t component) const {
    if (was_studio == is_studio) return {};
    if (is_studio) return component == 0 ? planar::kStudioLuma : planar::kStudioChroma;
    return component == 0 ? planar::kFullLuma : planar::kFullChroma;
  }

  Planes planes(bool needs_chroma) const {
    Planes made{.plane = {plane(0)}, .chroma = chroma};
    for (std::size_t i = 1; i < 3 && (needs_chroma || !source.is_grey()); ++i) {
      const Plane& luma = made.plane[0];
      made.plane[i] = source.is_grey() ? planar::filled((luma.width + chroma.across - 1) / chroma.across,
                                                        (luma.height + chroma.down - 1) / chroma.down, 128, bench.arena)
                                       : plane(i);
    }
    return made;
  }
};

/// What an original is made of, and what comes with it.
struct Opened {
  Planes planes;
  Carried carried;
  std::string profile{};  ///< empty: sRGB
  bool is_studio = false;
};

/// Nothing where the original is not whole, or does not fit.
std::optional<Planes> decode_jpeg(const Plan& plan, const Input& input, const planar::JpegHeader& header,
                                  const Framing& framing, planar::Arena& arena) {
  const auto wanted_of = [&](std::span<const Leaving> leavings) {
    const int scale = scale_for(framing, leavings);
    return planar::Wanted{
        .scale = scale, .box = needed(framing, scale), .is_thorough = plan.decode.fail_on > rule::FailOn::truncated};
  };
  const auto by_own = plan.output.format == ImageFormat::jpg ? wanted_of(kFewest) : wanted_of(kPlenty);
  const auto decode_own = header.is_progressive ? planar::decode_progressive : planar::decode_own;
  const auto coefficients = header.is_progressive ? planar::progressive_bytes(header, by_own.scale) : 0;
  if (fits(plan, input, header, by_own, coefficients)) {
    auto own = decode_own(input.original, header, by_own, arena);
    if (own) return own;
    arena.reset();
  }
  const auto by_turbo = wanted_of(kPlenty);
  // libjpeg keeps all of a progressive one.
  if (!fits(plan, input, header, by_turbo, header.is_progressive ? 2 * 3 * header.size.pixels() : 0))
    return std::nullopt;
  auto decoded = planar::decode_turbo(input.original, header, by_turbo, arena);
  if (decoded.health != planar::Health::clean) return std::nullopt;
  return decoded.planes;
}

std::optional<Opened> open_jpeg(const Plan& plan, const Input& input, const Framing& framing, planar::Arena& arena) {
  const auto header = planar::read_jpeg_header(input.original);
  if (!header || header->size != plan.decode.info.size) return std::nullopt;
  auto carried = carried_by(*header);
  auto profile = profile_of(*header);
  if (!carried || !profile || (header->is_grey() && !profile->empty())) return std::nullopt;
  const auto planes = decode_jpeg(plan, input, *header, framing, arena);
  if (!planes) return std::nullopt;
  return Opened{.planes = *planes, .carried = std::move(*carried), .profile = std::move(*profile)};
}

std::optional<Opened> open_webp(const Plan& plan, const Input& input, planar::Arena& arena) {
  const auto pixels = plan.decode.info.size.pixels();
  if (plan.budget.pixels > 0 && pixels > plan.budget.pixels) return std::nullopt;
  if (plan.budget.memory_bytes > 0 && pixels * 2 > plan.budget.memory_bytes) return std::nullopt;
  auto decoded = decode_webp(input.original, plan.decode.info.size, arena);
  if (!decoded) return std::nullopt;
  return Opened{.planes = decoded->planes, .carried = std::move(decoded->carried), .is_studio = true};
}

/// How an overlay is laid on; nullptr for another step.
const plan::Laying* laying_of(const plan::Step& step) {
  if (const auto* rect = std::get_if<plan::Rect>(&step)) return &rect->laying;
  if (const auto* gradient = std::get_if<plan::Gradient>(&step)) return &gradient->laying;
  if (const auto* text = std::get_if<plan::Text>(&step)) return &text->laying;
  return nullptr;
}

/// Marks and overlays that are laid over planes as over any picture: all of them, from step `first` on.
bool are_plain_marks(const Plan& plan, std::size_t first) {
  return std::all_of(plan.steps.begin() + static_cast<std::ptrdiff_t>(first), plan.steps.end(),
                     [](const plan::Step& step) {
                       if (const auto* laying = laying_of(step)) return laying->blend == rule::Blend::normal;
                       const auto* mark = std::get_if<plan::Watermark>(&step);
                       return mark != nullptr && mark->blend == rule::Blend::normal;
                     });
}

struct Layer {
  PlanarMarks::Shared mark;
  std::vector<Point> positions;
};

/// Of a step that are_plain_marks() lets through.
Layer layer_of(const plan::Step& step, const Input& input, bool is_studio, Size picture) {
  auto& marks = workbench().marks;
  if (const auto* mark = std::get_if<plan::Watermark>(&step)) {
    return {.mark = marks.get(*mark, input, is_studio), .positions = mark->positions};
  }
  Layer layer;
  if (const auto* rect = std::get_if<plan::Rect>(&step)) layer.mark = marks.get(*rect, is_studio);
  if (const auto* gradient = std::get_if<plan::Gradient>(&step)) layer.mark = marks.get(*gradient, is_studio);
  if (const auto* text = std::get_if<plan::Text>(&step)) layer.mark = marks.get(*text, is_studio);
  layer.positions = places_for(laying_of(step)->placing, layer.mark->bounds, picture);
  return layer;
}

void lay_marks(const Plan& plan, std::size_t first, const Input& input, bool is_studio, const Planes& planes) {
  const Size picture{.width = planes.plane[0].width, .height = planes.plane[0].height};
  for (auto i = first; i < plan.steps.size(); ++i) {
    const auto [mark, positions] = layer_of(plan.steps[i], input, is_studio, picture);
    for (const Point at : positions) mark->overlay.lay(planes, at.x - mark->origin.x, at.y - mark->origin.y);
  }
}

}  // namespace

std::optional<PlanarPicture> develop_planar(const Plan& plan, const Input& input) {
  if (!is_plan_ours(plan)) return std::nullopt;
  const auto framing = make_framing(plan);
  if (!framing) return std::nullopt;
  Workbench& bench = workbench();
  const bool is_webp = plan.decode.info.format == ImageFormat::webp;
  auto opened = is_webp ? open_webp(plan, input, bench.arena) : open_jpeg(plan, input, *framing, bench.arena);
  if (!opened) return std::nullopt;

  const bool is_all = opened->profile.empty() && are_plain_marks(plan, framing->steps);
  const auto finished = is_all ? sampling_of(plan.output) : std::nullopt;
  const Scaler scaler{.framing = *framing,
                      .source = opened->planes,
                      .chroma = finished.value_or(Sampling{}),
                      .was_studio = opened->is_studio,
                      .is_studio = finished && plan.output.format == ImageFormat::webp,
                      .bench = bench};
  PlanarPicture picture{.planes = scaler.planes(finished.has_value()),
                        .steps = framing->steps,
                        .is_finished = finished.has_value(),
                        .carried = std::move(opened->carried),
                        .profile = std::move(opened->profile)};
  if (finished) {
    lay_marks(plan, framing->steps, input, scaler.is_studio, picture.planes);
    picture.steps = plan.steps.size();
  }
  return picture;
}

VImage picture_of(const PlanarPicture& picture) {
  const Planes& planes = picture.planes;
  const Plane& luma = planes.plane[0];
  VImage image(vips_image_new_memory());
  vips_image_init_fields(image.get_image(), luma.width, luma.height, 3, VIPS_FORMAT_UCHAR, VIPS_CODING_NONE,
                         VIPS_INTERPRETATION_sRGB, 1, 1);
  if (vips_image_write_prepare(image.get_image()) != 0) throw vips::VError();
  planar::to_rgb(planes, VIPS_IMAGE_ADDR(image.get_image(), 0, 0));
  if (!picture.profile.empty()) {
    vips_image_set_blob_copy(image.get_image(), VIPS_META_ICC_NAME, picture.profile.data(), picture.profile.size());
  }
  return image;
}

}  // namespace calotype::engine
