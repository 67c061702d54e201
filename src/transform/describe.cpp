#include "transform/describe.h"

#include <cstdlib>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace calotype::transform {
namespace {

std::string text(Size size) { return fmt::format("{}x{}", size.width, size.height); }
std::string text(Point at) { return fmt::format("{},{}", at.x, at.y); }
std::string text(Box box) { return fmt::format("{}x{} at {},{}", box.width, box.height, box.left, box.top); }

std::string text(Colour colour) {
  return fmt::format("#{:02x}{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue, colour.alpha);
}

std::string text(Paint paint) {
  switch (paint.kind) {
    case Paint::Kind::solid: return text(paint.colour);
    case Paint::Kind::dominant: return "dominant";
    case Paint::Kind::edge: return "edge";
  }
  std::abort();
}

std::string_view text(rule::Kernel kernel) {
  switch (kernel) {
    case rule::Kernel::nearest: return "nearest";
    case rule::Kernel::linear: return "linear";
    case rule::Kernel::cubic: return "cubic";
    case rule::Kernel::mitchell: return "mitchell";
    case rule::Kernel::lanczos2: return "lanczos2";
    case rule::Kernel::lanczos3: return "lanczos3";
  }
  std::abort();
}

std::string_view text(rule::Extend::Mode mode) {
  switch (mode) {
    case rule::Extend::Mode::background: return "background";
    case rule::Extend::Mode::copy: return "copy";
    case rule::Extend::Mode::repeat: return "repeat";
    case rule::Extend::Mode::mirror: return "mirror";
    case rule::Extend::Mode::blur: return "blur";
  }
  std::abort();
}

std::string_view text(rule::Blend blend) {
  switch (blend) {
    case rule::Blend::normal: return "normal";
    case rule::Blend::multiply: return "multiply";
    case rule::Blend::screen: return "screen";
    case rule::Blend::overlay: return "overlay";
    case rule::Blend::darken: return "darken";
    case rule::Blend::lighten: return "lighten";
    case rule::Blend::color_dodge: return "color-dodge";
    case rule::Blend::color_burn: return "color-burn";
    case rule::Blend::hard_light: return "hard-light";
    case rule::Blend::soft_light: return "soft-light";
    case rule::Blend::difference: return "difference";
    case rule::Blend::exclusion: return "exclusion";
    case rule::Blend::add: return "add";
  }
  std::abort();
}

std::string text(const rule::Adjust& adjust) {
  std::string line = "adjust";
  const auto say = [&](std::string_view name, double value, double otherwise) {
    if (value != otherwise) line += fmt::format(" {} {}", name, value);
  };
  say("brightness", adjust.brightness, 0);
  say("contrast", adjust.contrast, 0);
  say("saturation", adjust.saturation, 0);
  say("hue", adjust.hue, 0);
  say("gamma", adjust.gamma, 1);
  if (adjust.normalize) line += fmt::format(" normalize {}..{}", adjust.normalize->lower, adjust.normalize->upper);
  if (adjust.invert) line += " invert";
  return line;
}

std::string_view text(Location location) {
  switch (location) {
    case Location::north: return "north";
    case Location::northeast: return "northeast";
    case Location::east: return "east";
    case Location::southeast: return "southeast";
    case Location::south: return "south";
    case Location::southwest: return "southwest";
    case Location::west: return "west";
    case Location::northwest: return "northwest";
    case Location::center: return "center";
  }
  std::abort();
}

std::string_view text(rule::Text::Font font) {
  switch (font) {
    case rule::Text::Font::sans: return "sans";
    case rule::Text::Font::sans_bold: return "sans bold";
    case rule::Text::Font::serif: return "serif";
    case rule::Text::Font::serif_bold: return "serif bold";
    case rule::Text::Font::mono: return "mono";
    case rule::Text::Font::mono_bold: return "mono bold";
  }
  std::abort();
}

std::string text(const Placing& placing) {
  const auto margin = placing.margin == Point{} ? std::string() : " margin " + text(placing.margin);
  switch (placing.pattern) {
    case Placing::Pattern::single: return fmt::format("{}{}", text(placing.location), margin);
    case Placing::Pattern::tile: return fmt::format("tile{} spacing {}", margin, text(placing.spacing));
    case Placing::Pattern::chess: return fmt::format("chess{} spacing {}", margin, text(placing.spacing));
  }
  std::abort();
}

std::string text(const plan::Laying& laying) {
  auto line = fmt::format(" at {} opacity {} {}", text(laying.placing), laying.opacity, text(laying.blend));
  if (laying.degrees != 0) line += fmt::format(" turned {}", laying.degrees);
  if (laying.shadow) line += fmt::format(" shadow {} {}", laying.shadow->sigma, text(laying.shadow->colour));
  return line;
}

std::string text(const rule::Tone& tone) {
  switch (tone.kind) {
    case rule::Tone::Kind::grayscale: return "grayscale";
    case rule::Tone::Kind::sepia: return fmt::format("sepia {}", tone.amount);
    case rule::Tone::Kind::tint: return fmt::format("tint {} {}", text(tone.colour), tone.amount);
    case rule::Tone::Kind::threshold: return fmt::format("threshold {}", tone.amount);
  }
  std::abort();
}

/// One overload for each kind of step.
struct Describer {
  std::string operator()(const plan::Orient& step) const { return fmt::format("orient {}", step.orientation); }

  std::string operator()(const plan::CoverArea& step) const {
    const auto where = text(step.box) + (step.is_ellipse ? " ellipse" : "");
    switch (step.mode) {
      case plan::CoverArea::Mode::blur:
        return fmt::format("blur area {} sigma {} feather {}", where, step.sigma, step.feather);
      case plan::CoverArea::Mode::pixelate: return fmt::format("pixelate area {} cell {}", where, step.cell);
      case plan::CoverArea::Mode::fill: return fmt::format("fill area {} {}", where, text(step.colour));
    }
    std::abort();
  }

  std::string operator()(const plan::FindTrim& step) const {
    return fmt::format("find trim threshold {} colour {}{}", step.threshold, step.colour ? text(*step.colour) : "auto",
                       step.alpha ? " alpha" : "");
  }

  std::string operator()(const plan::Crop& step) const { return "crop " + text(step.box); }

  std::string operator()(const plan::SmartCrop& step) const {
    const bool is_entropy = step.by == plan::SmartCrop::By::entropy;
    const auto shift = step.shift == Point{} ? std::string() : " shift " + text(step.shift);
    return fmt::format("smart crop {} {}{}", text(step.size), is_entropy ? "entropy" : "attention", shift);
  }

  std::string operator()(const plan::SmartPad& step) const {
    auto where = "at " + text(step.cut);
    if (step.by) where = *step.by == plan::SmartCrop::By::entropy ? "entropy" : "attention";
    return fmt::format("smart pad {}: crop {} where that keeps {}, else {} at {} on {}", text(step.size), where,
                       step.keep, text(step.inside), text(step.at), text(step.background));
  }

  std::string operator()(const plan::QuarterTurns& step) const { return fmt::format("quarter turns {}", step.turns); }

  std::string operator()(const plan::Turn& step) const {
    return fmt::format("turn {} canvas {} {}", step.degrees, text(step.canvas), text(step.background));
  }

  std::string operator()(const plan::Flip& step) const {
    return fmt::format("flip {}{}", step.horizontal ? "h" : "", step.vertical ? "v" : "");
  }

  std::string operator()(const plan::Resize& step) const {
    return fmt::format("resize {} {}{}", text(step.size), text(step.kernel), step.is_linear ? " linear light" : "");
  }

  std::string operator()(const plan::Extend& step) const {
    auto line = fmt::format("extend {} picture at {} {}", text(step.canvas), text(step.at), text(step.mode));
    if (step.mode == rule::Extend::Mode::background) line += " " + text(step.background);
    if (step.mode == rule::Extend::Mode::blur) line += fmt::format(" sigma {}", step.sigma);
    return line;
  }

  std::string operator()(const plan::Adjust& step) const { return text(step.values); }
  std::string operator()(const plan::Tone& step) const { return text(step.values); }

  std::string operator()(const plan::Blur& step) const {
    auto line = fmt::format("blur sigma {}", step.values.sigma);
    if (const auto& growing = step.values.progressive) {
      line += fmt::format(" along {} from {} to {}", growing->angle, growing->start, growing->stop);
    }
    return line;
  }

  std::string operator()(const plan::Pixelate& step) const { return fmt::format("pixelate cell {}", step.cell); }
  std::string operator()(const plan::Median& step) const { return fmt::format("median {}", step.window); }
  std::string operator()(const plan::Sharpen& step) const { return fmt::format("sharpen sigma {}", step.values.sigma); }

  std::string operator()(const plan::Mask& step) const {
    const auto form = step.is_ellipse ? std::string("ellipse") : fmt::format("radii {}", fmt::join(step.radii, ","));
    return fmt::format("mask {} {} {}", text(step.box), form, text(step.background));
  }

  std::string operator()(const plan::Border& step) const {
    const auto form = step.is_ellipse ? std::string("ellipse") : fmt::format("radii {}", fmt::join(step.radii, ","));
    return fmt::format("border {} {} {} {}", step.is_outside ? "outside" : "inside", fmt::join(step.widths, ","), form,
                       text(step.colour));
  }

  std::string operator()(const plan::Watermark& step) const {
    constexpr std::size_t kMostShown = 3;
    auto line =
        fmt::format("watermark {} {} opacity {} {} at", step.mark, text(step.size), step.opacity, text(step.blend));
    for (std::size_t i = 0; i < step.positions.size() && i < kMostShown; ++i) line += " " + text(step.positions[i]);
    if (step.positions.size() > kMostShown) line += fmt::format(" and {} more", step.positions.size() - kMostShown);
    if (step.degrees != 0) line += fmt::format(" turned {}", step.degrees);
    if (step.shadow) line += fmt::format(" shadow {} {}", step.shadow->sigma, text(step.shadow->colour));
    return line;
  }

  std::string operator()(const plan::Rect& step) const {
    const auto round = step.radius > 0 ? fmt::format(" radius {}", step.radius) : std::string();
    return fmt::format("rect {} {}{}{}", text(step.size), text(step.colour), round, text(step.laying));
  }

  std::string operator()(const plan::Gradient& step) const {
    return fmt::format("gradient {} {} to {} along {} from {} to {}{}", text(step.size), text(step.from),
                       text(step.colour), step.angle, step.start, step.stop, text(step.laying));
  }

  std::string operator()(const plan::Text& step) const {
    auto line = fmt::format("text \"{}\" {} {} {} at most {}", step.text, text(step.font), step.size, text(step.colour),
                            text(step.most));
    if (step.is_width_fixed) line += " wide";
    line += fmt::format(" in {} lines", step.max_lines);
    if (step.background) line += fmt::format(" on {}", text(*step.background));
    if (step.padding > 0) line += fmt::format(" padding {}", step.padding);
    if (step.outline) line += fmt::format(" outline {} {}", step.outline->width, text(step.outline->colour));
    return line + text(step.laying);
  }
};

std::string decoding(const plan::Decode& decode) {
  const auto& [first, count, every, is_reversed, is_best] = decode.frames;
  auto line = fmt::format("decode {} {}", name_of(decode.info.format), text(decode.info.size));
  if (decode.info.frames > 1)
    line += fmt::format(" frames {}+{} every {} of {}", first, count, every, decode.info.frames);
  if (is_reversed) line += " reversed";
  if (is_best) line += " best";
  return line;
}

std::string encoding(const Plan& plan) {
  auto line =
      fmt::format("encode {} {} quality {}", name_of(plan.output.format), text(plan.result), plan.output.quality);
  if (const auto& measured = plan.output.measured) {
    line += fmt::format(" as measured {} ({}..{})", measured->target, measured->min, measured->max);
  }
  if (plan.output.encoder.max_bytes) {
    line += fmt::format(" at most {} bytes{}", *plan.output.encoder.max_bytes,
                        plan.output.encoder.shrink ? " or smaller" : "");
  }
  if (plan.output.encoder.lossless) line += " lossless";
  if (plan.output.is_animated) line += fmt::format(" animated loop {} speed {}", plan.output.loop, plan.output.speed);
  return line;
}

}  // namespace

std::string describe(const plan::Step& step) { return std::visit(Describer{}, step); }

std::string describe(const Plan& plan) {
  auto lines = decoding(plan.decode) + "\n";
  for (const auto& step : plan.steps) lines += describe(step) + "\n";
  if (!plan.is_measuring()) lines += encoding(plan) + "\n";
  const auto& budget = plan.budget;
  lines += fmt::format("cost {} us, {} pixels, {} bytes, {} lane\n", budget.cost, budget.pixels, budget.memory_bytes,
                       budget.is_heavy ? "heavy" : "light");
  return lines;
}

}  // namespace calotype::transform
