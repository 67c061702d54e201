#include "engine/pipeline.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/paint.h"

namespace calotype::engine {
namespace {

template <class... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};

Working working_of(const Plan& plan) {
  const bool keeps_depth = plan.output.format == ImageFormat::avif || plan.output.format == ImageFormat::png ||
                           plan.output.format == ImageFormat::tiff;
  return {.profile = plan.output.metadata.profile,
          .is_wide = keeps_depth && plan.output.encoder.bit_depth.value_or(8) > 8};
}

/// libvips' loader rounds the sides of a shrunk picture down or up: up to one pixel is not there.
Box inside(Box box, Size size) {
  box.left = std::min(box.left, size.width - 1);
  box.top = std::min(box.top, size.height - 1);
  box.width = std::min(box.width, size.width - box.left);
  box.height = std::min(box.height, size.height - box.top);
  return box;
}

}  // namespace

Pipeline::Pipeline(const Plan& plan, const Input& input)
    : plan_(plan), input_(input), head_(make_head(plan)), working_(working_of(plan)), decided_(plan.steps.size() + 1) {}

VImage Pipeline::begin(const VImage& frame) const {
  // A damaged file shows here, because this is where it is read.
  try {
    VImage image = frame;
    if (head_.crop) image = cut(image, head_.shrink > 1 ? inside(*head_.crop, size_of(image)) : *head_.crop);
    const bool mixes_light = head_.resize && head_.resize->is_linear;
    if (mixes_light) image = to_working(image, working_);
    if (head_.resize) image = resize(image, *head_.resize);
    if (!mixes_light) image = to_working(image, working_);
    image = in_memory(image);
    return head_.orientation > 1 ? in_memory(orient(image, head_.orientation)) : image;
  } catch (const vips::VError&) {
    throw damaged(take_vips_error());
  }
}

VImage Pipeline::develop(const VImage& frame) { return develop(begin(frame), head_.steps); }

VImage Pipeline::develop(const VImage& picture, std::size_t first) {
  VImage image = in_memory(run_steps(picture, first, plan_.steps.size()));
  check_size(plan_, size_of(image));
  return image;
}

Box Pipeline::measure(const VImage& frame) {
  const VImage image = run_steps(begin(frame), head_.steps, plan_.steps.size() - 1);
  return find_trim(image, std::get<plan::FindTrim>(plan_.steps.back()));
}

Colour Pipeline::background(const VImage& finished) {
  return resolve(plan_.output.background, finished, decided_.back());
}

VImage Pipeline::run_steps(VImage image, std::size_t first, std::size_t end) {
  for (std::size_t i = first; i < end; ++i) image = run(image, plan_.steps[i], decided_[i]);
  return image;
}

VImage Pipeline::run(const VImage& image, const plan::Step& step, Decided& decided) {
  return std::visit(
      Match{
          [&](const plan::Orient& s) { return orient(image, s.orientation); },
          [&](const plan::CoverArea& s) { return cover_area(image, s); },
          [&](const plan::FindTrim&) { return image; },
          [&](const plan::Crop& s) { return cut(image, s.box); },
          [&](const plan::SmartCrop& s) { return smart_crop(image, s, decided); },
          [&](const plan::SmartPad& s) { return smart_pad(image, s, decided); },
          [&](const plan::QuarterTurns& s) { return quarter_turn(image, s.turns); },
          [&](const plan::Turn& s) { return turn(image, s.degrees, s.canvas, resolve(s.background, image, decided)); },
          [&](const plan::Flip& s) { return flip(image, s.horizontal, s.vertical); },
          [&](const plan::Resize& s) { return in_memory(resize(image, s)); },
          [&](const plan::Extend& s) { return extend(image, s, decided); },
          [&](const plan::Adjust& s) { return adjust(image, s.values, decided); },
          [&](const plan::Tone& s) { return tone(image, s.values); },
          [&](const plan::Blur& s) { return blur(image, s.values); },
          [&](const plan::Pixelate& s) { return pixelate(image, s.cell); },
          [&](const plan::Median& s) { return median(image, s.window); },
          [&](const plan::Sharpen& s) { return sharpen(image, s.values); },
          [&](const plan::Mask& s) { return mask(image, s, decided); },
          [&](const plan::Border& s) { return border(image, s); },
          [&](const plan::Watermark& s) { return watermarked(image, s); },
          [&](const plan::Rect& s) { return overlaid(image, s); },
          [&](const plan::Gradient& s) { return overlaid(image, s); },
          [&](const plan::Text& s) { return overlaid(image, s); },
      },
      step);
}

VImage Pipeline::watermarked(const VImage& image, const plan::Watermark& step) {
  auto known = stamps_.find(&step);
  if (known == stamps_.end()) known = stamps_.emplace(&step, open_stamp(step, input_, working_)).first;
  return lay(image, known->second, step.positions, step.blend);
}

template <class Step>
VImage Pipeline::overlaid(const VImage& image, const Step& step) {
  const plan::Laying& laying = step.laying;
  auto known = stamps_.find(&step);
  if (known == stamps_.end()) known = stamps_.emplace(&step, drawn_stamp(step)).first;
  const Stamp& stamp = known->second;
  return lay(image, stamp, places_for(laying.placing, stamp.bounds, size_of(image)), laying.blend);
}

std::vector<Point> places_for(const Placing& placing, Size bounds, Size picture) {
  if (are_too_many(placing, bounds, picture)) {
    throw Error(
        Fault::unprocessable,
        fmt::format("tile a picture of {}x{} with overlays of {}x{}: {} places, the limit is {}", picture.width,
                    picture.height, bounds.width, bounds.height, count_places(placing, bounds, picture), kMostPlaces),
        "too-many-marks");
  }
  return places_of(placing, bounds, picture);
}

std::span<const std::byte> mark_of(const plan::Watermark& step, const Input& input) {
  const auto number = static_cast<std::size_t>(step.mark);
  if (step.mark < 0 || number >= input.marks.size() || number >= input.mark_infos.size()) {
    throw Error(Fault::internal, fmt::format("lay watermark {}: {} are given", step.mark, input.marks.size()));
  }
  return input.marks[number];
}

Stamp open_stamp(const plan::Watermark& step, const Input& input, const Working& working) {
  const auto file = mark_of(step, input);
  try {
    const ImageInfo& info = input.mark_infos[static_cast<std::size_t>(step.mark)];
    const Working eight_bit{.profile = working.profile};
    const VImage mark = in_memory(to_working(decode_still(info, file), eight_bit));
    return make_stamp(orient(mark, info.orientation), step);
  } catch (const vips::VError&) {
    throw damaged("a watermark: " + take_vips_error());
  }
}

void check_size(const Plan& plan, Size size) {
  if (plan.result == Size{} || size == plan.result) return;
  throw Error(Fault::internal, fmt::format("render {}x{}: the steps gave {}x{}", plan.result.width, plan.result.height,
                                           size.width, size.height));
}

}  // namespace calotype::engine
