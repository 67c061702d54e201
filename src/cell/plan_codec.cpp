#include "cell/plan_codec.h"

namespace calotype::cell {
namespace {

// Bounds of what a message may say. They are wider than any rule allows: the planner keeps the rules, this keeps the
// engine's arithmetic safe from a message that was damaged on the way.
constexpr std::int64_t kSide = 2'000'000;
constexpr std::int64_t kOffset = 100'000'000;
constexpr std::size_t kPositions = 1'000'000;
/// Three lists of a hundred areas, and all the others.
constexpr std::size_t kSteps = 512;
constexpr std::size_t kText = 4096;

template <class A, class T>
void size(A& a, T& v) {
  a.number(v.width, 0, kSide);
  a.number(v.height, 0, kSide);
}

template <class A, class T>
void point(A& a, T& v) {
  a.number(v.x, -kOffset, kOffset);
  a.number(v.y, -kOffset, kOffset);
}

template <class A, class T>
void box(A& a, T& v) {
  a.number(v.left, -kOffset, kOffset);
  a.number(v.top, -kOffset, kOffset);
  a.number(v.width, 0, kOffset);
  a.number(v.height, 0, kOffset);
}

template <class A, class T>
void colour(A& a, T& v) {
  a.number(v.red, 0, 255);
  a.number(v.green, 0, 255);
  a.number(v.blue, 0, 255);
  a.number(v.alpha, 0, 255);
}

template <class A, class T>
void paint(A& a, T& v) {
  a.choice(v.kind, Paint::Kind::edge);
  colour(a, v.colour);
}

template <class A, class T>
void info(A& a, T& v) {
  a.choice(v.format, ImageFormat::pdf);
  size(a, v.size);
  a.number(v.frames, 1, 10'000'000);
  a.flag(v.is_animated);
  a.number(v.bit_depth, 1, 64);
  a.choice(v.colour_space, ColourSpace::cmyk);
  a.flag(v.has_alpha);
  a.flag(v.is_interlaced);
  a.flag(v.has_profile);
  a.number(v.orientation, 1, 8);
  a.number(v.loop, 0, 1'000'000);
}

template <class A, class T>
void decode(A& a, T& v) {
  info(a, v.info);
  a.number(v.frames.first, 0, kOffset);
  a.number(v.frames.count, 1, kOffset);
  a.number(v.frames.every, 1, kOffset);
  a.flag(v.frames.is_reversed);
  a.flag(v.frames.is_best);
  a.choice(v.fail_on, rule::FailOn::warning);
  a.number(v.density, 1, 10'000);
}

template <class A, class T>
void shadow(A& a, T& v) {
  a.real(v.sigma);
  a.real(v.opacity);
  colour(a, v.colour);
}

template <class A, class T>
void laying(A& a, T& v) {
  a.choice(v.placing.pattern, Placing::Pattern::chess);
  a.choice(v.placing.location, Location::center);
  point(a, v.placing.margin);
  point(a, v.placing.spacing);
  a.real(v.degrees);
  a.real(v.opacity);
  a.choice(v.blend, rule::Blend::add);
  a.maybe(v.shadow, [&a](auto& s) { shadow(a, s); });
}

template <class A>
void four(A& a, auto& values) {
  for (auto& value : values) a.real(value);
}

// ---- one overload for each step ----

template <class A>
struct StepFields {
  A& a;

  // clang-format off
  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::Orient>
  void operator()(T& v) const { a.number(v.orientation, 1, 8); }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::CoverArea>
  void operator()(T& v) const {
    box(a, v.box);
    a.choice(v.mode, plan::CoverArea::Mode::fill);
    a.flag(v.is_ellipse);
    a.real(v.sigma);
    a.real(v.feather);
    a.number(v.cell, 0, kSide);
    colour(a, v.colour);
  }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::FindTrim>
  void operator()(T& v) const {
    a.real(v.threshold);
    a.maybe(v.colour, [this](auto& c) { colour(a, c); });
    a.flag(v.alpha);
  }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::Crop>
  void operator()(T& v) const { box(a, v.box); }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::SmartCrop>
  void operator()(T& v) const {
    size(a, v.size);
    a.choice(v.by, plan::SmartCrop::By::entropy);
    point(a, v.shift);
  }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::SmartPad>
  void operator()(T& v) const {
    size(a, v.size);
    a.real(v.keep);
    a.maybe(v.by, [this](auto& by) { a.choice(by, plan::SmartCrop::By::entropy); });
    point(a, v.cut);
    point(a, v.shift);
    size(a, v.inside);
    point(a, v.at);
    paint(a, v.background);
    a.choice(v.kernel, rule::Kernel::lanczos3);
    a.flag(v.is_linear);
  }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::QuarterTurns>
  void operator()(T& v) const { a.number(v.turns, 0, 3); }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::Turn>
  void operator()(T& v) const {
    a.real(v.degrees);
    size(a, v.canvas);
    paint(a, v.background);
  }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::Flip>
  void operator()(T& v) const {
    a.flag(v.horizontal);
    a.flag(v.vertical);
  }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::Resize>
  void operator()(T& v) const {
    size(a, v.size);
    a.choice(v.kernel, rule::Kernel::lanczos3);
    a.flag(v.is_linear);
  }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::Extend>
  void operator()(T& v) const {
    size(a, v.canvas);
    point(a, v.at);
    a.choice(v.mode, rule::Extend::Mode::blur);
    paint(a, v.background);
    a.real(v.sigma);
  }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::Adjust>
  void operator()(T& v) const {
    a.real(v.values.brightness);
    a.real(v.values.contrast);
    a.real(v.values.saturation);
    a.real(v.values.hue);
    a.real(v.values.gamma);
    a.maybe(v.values.normalize, [this](auto& n) {
      a.real(n.lower);
      a.real(n.upper);
    });
    a.flag(v.values.invert);
  }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::Tone>
  void operator()(T& v) const {
    a.choice(v.values.kind, rule::Tone::Kind::threshold);
    a.real(v.values.amount);
    colour(a, v.values.colour);
  }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::Blur>
  void operator()(T& v) const {
    a.real(v.values.sigma);
    a.maybe(v.values.progressive, [this](auto& p) {
      a.real(p.angle);
      a.real(p.start);
      a.real(p.stop);
    });
  }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::Pixelate>
  void operator()(T& v) const { a.number(v.cell, 1, kSide); }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::Median>
  void operator()(T& v) const { a.number(v.window, 1, kSide); }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::Sharpen>
  void operator()(T& v) const {
    a.real(v.values.sigma);
    a.real(v.values.flat);
    a.real(v.values.jagged);
    a.real(v.values.threshold);
    a.real(v.values.max_bright);
    a.real(v.values.max_dark);
    a.flag(v.values.automatic);
  }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::Mask>
  void operator()(T& v) const {
    a.flag(v.is_ellipse);
    box(a, v.box);
    four(a, v.radii);
    paint(a, v.background);
  }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::Border>
  void operator()(T& v) const {
    for (auto& width : v.widths) a.number(width, 0, kSide);
    colour(a, v.colour);
    a.flag(v.is_outside);
    four(a, v.radii);
    a.flag(v.is_ellipse);
  }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::Watermark>
  void operator()(T& v) const {
    a.number(v.mark, 0, 255);
    size(a, v.size);
    a.real(v.degrees);
    a.list(v.positions, kPositions, [this](auto& p) { point(a, p); });
    a.real(v.opacity);
    a.choice(v.blend, rule::Blend::add);
    a.maybe(v.shadow, [this](auto& s) { shadow(a, s); });
  }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::Rect>
  void operator()(T& v) const {
    size(a, v.size);
    colour(a, v.colour);
    a.real(v.radius);
    laying(a, v.laying);
  }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::Gradient>
  void operator()(T& v) const {
    size(a, v.size);
    colour(a, v.from);
    colour(a, v.colour);
    a.real(v.angle);
    a.real(v.start);
    a.real(v.stop);
    laying(a, v.laying);
  }

  template <class T> requires std::is_same_v<std::remove_const_t<T>, plan::Text>
  void operator()(T& v) const {
    a.text(v.text, kText);
    a.choice(v.font, rule::Text::Font::mono_bold);
    a.real(v.size, 0, kSide);
    colour(a, v.colour);
    a.maybe(v.background, [this](auto& c) { colour(a, c); });
    a.number(v.padding, 0, kSide);
    a.maybe(v.outline, [this](auto& o) {
      a.real(o.width, 0, kSide);
      colour(a, o.colour);
    });
    a.choice(v.align, rule::Text::Align::right);
    a.choice(v.wrap, rule::Text::Wrap::none);
    a.choice(v.direction, rule::Text::Direction::rtl);
    a.real(v.line_spacing, -kSide, kSide);
    a.number(v.max_lines, 1, 1000);
    a.flag(v.has_ellipsis);
    a.number(v.width, 1, kSide);
    a.flag(v.is_width_fixed);
    size(a, v.most);
    laying(a, v.laying);
  }
  // clang-format on
};

void step(Writer& a, const plan::Step& v) {
  a.number(static_cast<std::uint8_t>(v.index()));
  std::visit(StepFields<Writer>{a}, v);
}

template <std::size_t... I>
void choose_step(plan::Step& v, std::size_t kind, std::index_sequence<I...>) {
  (void)((I == kind ? (v.emplace<I>(), true) : false) || ...);
}

void step(Reader& a, plan::Step& v) {
  constexpr auto kKinds = std::variant_size_v<plan::Step>;
  std::uint8_t kind = 0;
  a.number(kind, 0, kKinds - 1);
  choose_step(v, kind, std::make_index_sequence<kKinds>());
  std::visit(StepFields<Reader>{a}, v);
}

template <class A, class T>
void encoder(A& a, T& v) {
  a.flag(v.progressive);
  a.number(v.effort, 0, 100);
  a.flag(v.lossless);
  a.maybe(v.near_lossless, [&a](auto& n) { a.number(n, 0, 100); });
  a.choice(v.chroma, rule::Encoder::Chroma::c444);
  a.flag(v.interlace);
  a.number(v.compression, 0, 100);
  a.maybe(v.palette, [&a](auto& n) { a.number(n, 1, 65536); });
  a.real(v.dither);
  a.maybe(v.bit_depth, [&a](auto& n) { a.number(n, 1, 64); });
  a.maybe(v.dpi, [&a](auto& n) { a.real(n); });
  a.maybe(v.max_bytes, [&a](auto& n) { a.number(n, 1, 1'000'000'000); });
  a.flag(v.shrink);
}

template <class A, class T>
void metadata(A& a, T& v) {
  a.flag(v.strip);
  a.flag(v.keep_copyright);
  a.flag(v.keep_credit);
  a.flag(v.keep_date);
  a.flag(v.keep_camera);
  a.flag(v.keep_gps);
  a.flag(v.keep_iptc);
  a.flag(v.keep_xmp);
  a.flag(v.keep_orientation);
  a.text(v.set_copyright, kText);
  a.text(v.set_credit, kText);
  a.text(v.set_source, kText);
  a.choice(v.profile, rule::Metadata::Profile::keep);
  a.choice(v.embed, rule::Metadata::Embed::never);
}

template <class A, class T>
void output(A& a, T& v) {
  a.choice(v.format, ImageFormat::palette);
  if constexpr (A::kReads) {
    if (!is_written(v.format)) A::refuse("an output that is never written");
  }
  a.number(v.quality, 0, 100);
  a.maybe(v.measured, [&a](auto& m) {
    a.real(m.target);
    a.number(m.min, 1, 100);
    a.number(m.max, 1, 100);
  });
  encoder(a, v.encoder);
  metadata(a, v.metadata);
  paint(a, v.background);
  a.flag(v.is_animated);
  a.number(v.loop, 0, 1'000'000);
  a.real(v.speed);
}

template <class A, class T>
void whole_plan(A& a, T& v) {
  decode(a, v.decode);
  a.list(v.steps, kSteps, [&a](auto& s) { step(a, s); });
  output(a, v.output);
  size(a, v.result);
  a.number(v.budget.memory_bytes, 0, std::int64_t{1} << 40);
  a.number(v.budget.pixels, 0, std::int64_t{1} << 50);
  a.flag(v.budget.is_heavy);
}

}  // namespace

void describe(Writer& writer, const Plan& plan) { whole_plan(writer, plan); }
void describe(Reader& reader, Plan& plan) { whole_plan(reader, plan); }
void describe(Writer& writer, const ImageInfo& value) { info(writer, value); }
void describe(Reader& reader, ImageInfo& value) { info(reader, value); }
void describe(Writer& writer, const Size& value) { size(writer, value); }
void describe(Reader& reader, Size& value) { size(reader, value); }
void describe(Writer& writer, const Box& value) { box(writer, value); }
void describe(Reader& reader, Box& value) { box(reader, value); }

std::string encode_plan(const Plan& plan) {
  Writer writer;
  describe(writer, plan);
  return writer.take();
}

Plan decode_plan(std::string_view bytes) {
  Reader reader(bytes);
  Plan plan;
  describe(reader, plan);
  reader.finish();
  return plan;
}

}  // namespace calotype::cell
