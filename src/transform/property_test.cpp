#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "transform/fit.h"
#include "transform/geometry.h"
#include "transform/length.h"
#include "transform/planner.h"
#include "transform/samples.h"
#include "transform/watermark.h"

/// Thousands of rules and pictures by a seeded generator, out to the ends of every range: a plan obeys its limits and
/// its steps follow from each other, or it is refused with a code that is documented.
namespace calotype::transform {
namespace {

using samples::percent;
using samples::px;

constexpr int kRounds = 6000;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  bool chance(int percent) { return whole(1, 100) <= percent; }
  int whole(int least, int most) { return std::uniform_int_distribution<int>(least, most)(engine_); }
  /// The ends of the range come up as often as all the rest.
  double number(double least, double most) {
    if (chance(25)) return least;
    if (chance(25)) return most;
    return std::uniform_real_distribution<double>(least, most)(engine_);
  }
  template <typename Enum>
  Enum any(Enum last) {
    return static_cast<Enum>(whole(0, static_cast<int>(last)));
  }

  int side() {
    constexpr std::array kSides{1, 2, 3, 17, 100, 300, 1024, 1600, 4000, 9999, 16383, 16384, 65535};
    return chance(70) ? kSides[static_cast<std::size_t>(whole(0, kSides.size() - 1))] : whole(1, 3000);
  }
  rule::Length len(double most_percent = 100) {
    if (chance(30)) return percent(number(0.1, most_percent));
    return px(chance(70) ? whole(1, 2000) : chance(50) ? 1 : 16384);
  }
  rule::Length off() {
    if (chance(30)) return percent(number(-100, 100));
    return px(chance(80) ? whole(-200, 200) : chance(50) ? -16384 : 16384);
  }
  rule::Gravities gravity() {
    rule::Gravities list;
    for (int i = whole(0, 2); i > 0; --i) {
      list.push_back({.kind = any(rule::Gravity::Kind::entropy),
                      .location = any(Location::center),
                      .zoom = number(1, 10),
                      .dx = off(),
                      .dy = off()});
      if (chance(50)) list.back().x = number(0, 1);
      if (chance(50)) list.back().y = number(0, 1);
    }
    return list;
  }
  rule::Aspect aspect() { return {.width = number(0.01, 100), .height = number(0.01, 100)}; }
  rule::Area area() { return {.left = off(), .top = off(), .width = len(), .height = len()}; }

 private:
  std::mt19937_64 engine_;
};

rule::Resize any_resize(Dice& dice) {
  rule::Resize resize;
  const auto maybe = [&](auto& key, auto value) {
    if (dice.chance(15)) key = value;
  };
  if (dice.chance(60)) resize.width = dice.len(400);
  if (dice.chance(50)) resize.height = dice.len(400);
  maybe(resize.longest, dice.whole(1, 16384));
  maybe(resize.shortest, dice.whole(1, 16384));
  maybe(resize.megapixels, dice.number(0.01, 100));
  maybe(resize.aspect, dice.aspect());
  maybe(resize.min_width, dice.whole(1, 16384));
  maybe(resize.min_height, dice.whole(1, 16384));
  maybe(resize.max_width, dice.whole(1, 16384));
  maybe(resize.max_height, dice.whole(1, 16384));
  maybe(resize.enlarge, dice.chance(50));
  if (dice.chance(20)) resize.zoom = dice.number(0.1, 10);
  resize.fit = {
      .type = dice.any(rule::FitType::smartpad), .gravity = dice.gravity(), .location = dice.any(Location::center)};
  return resize;
}

rule::Crop any_crop(Dice& dice) {
  rule::Crop crop{.gravity = dice.gravity(), .zoom = dice.number(1, 10)};
  if (dice.chance(30)) crop.left = dice.off();
  if (dice.chance(30)) crop.top = dice.off();
  if (dice.chance(60)) crop.width = dice.len();
  if (dice.chance(60)) crop.height = dice.len();
  if (dice.chance(40)) crop.aspect = dice.aspect();
  return crop;
}

rule::Laying any_laying(Dice& dice) {
  return {.pattern = dice.any(Placing::Pattern::chess),
          .location = dice.any(Location::center),
          .margin_x = dice.off(),
          .margin_y = dice.off(),
          .rotate = dice.chance(50) ? dice.number(-360, 360) : 0,
          .spacing = dice.off()};
}

rule::Watermark any_watermark(Dice& dice) {
  rule::Watermark mark{.laying = any_laying(dice), .of = dice.any(rule::Watermark::Of::shorter)};
  if (dice.chance(60)) mark.dimension = dice.len();
  if (dice.chance(20)) mark.width = dice.len();
  if (dice.chance(20)) mark.height = dice.len();
  return mark;
}

rule::Text any_text(Dice& dice) {
  rule::Text text{.laying = any_laying(dice),
                  .text = std::string(static_cast<std::size_t>(dice.whole(0, 500)), 'a'),
                  .size = dice.len(),
                  .padding = dice.len(),
                  .line_spacing = dice.number(-20, 100),
                  .max_lines = dice.whole(1, 20)};
  if (dice.chance(30)) text.width = dice.len();
  if (dice.chance(30)) text.outline = rule::Outline{.width = dice.number(0.5, 50)};
  return text;
}

rule::Overlay any_overlay(Dice& dice) {
  if (dice.chance(40)) return any_text(dice);
  if (dice.chance(50)) {
    rule::Gradient gradient{.laying = any_laying(dice), .angle = dice.number(-360, 360)};
    if (dice.chance(50)) gradient.width = dice.len();
    if (dice.chance(50)) gradient.height = dice.len();
    return gradient;
  }
  rule::Rect rect{.laying = any_laying(dice), .radius = dice.len()};
  if (dice.chance(50)) rect.width = dice.len();
  if (dice.chance(50)) rect.height = dice.len();
  return rect;
}

rule::Extend any_extend(Dice& dice) {
  rule::Extend extend{.top = dice.off(), .right = dice.off(), .bottom = dice.off(), .left = dice.off()};
  if (dice.chance(20)) extend.width = dice.len(400);
  if (dice.chance(20)) extend.height = dice.len(400);
  if (dice.chance(20)) extend.aspect = dice.aspect();
  return extend;
}

void any_shape(Dice& dice, rule::Actions& actions) {
  if (dice.chance(15))
    actions.mask = rule::Mask{.shape = dice.any(rule::Mask::Shape::rounded), .trim = dice.chance(50)};
  if (dice.chance(15))
    actions.round = rule::Round{.radius = {dice.off(), dice.off(), dice.len(), dice.len()}, .is_max = dice.chance(30)};
  if (dice.chance(15)) {
    const double width = dice.whole(1, 500);
    actions.border = rule::Border{.width = {width, 1, 500, width}, .mode = dice.any(rule::Border::Mode::inside)};
  }
}

Rule any_rule(Dice& dice) {
  Rule rule{
      .dpr = dice.chance(40) ? dice.number(0.5, 5) : 1, .enlarge = dice.chance(30), .auto_rotate = dice.chance(80)};
  auto& actions = rule.actions;
  if (dice.chance(15))
    actions.blur_areas = rule::BlurAreas{.areas = {dice.area(), dice.area()}, .sigma = dice.number(1, 250)};
  if (dice.chance(15)) {
    actions.pixelate_areas = {
        {.area = dice.area(), .min_nr_of_pixels = dice.whole(1, 64), .min_pixel_size = dice.whole(1, 512)}};
  }
  if (dice.chance(15)) {
    actions.redact = rule::Redact{.areas = {dice.area()},
                                  .mode = dice.any(rule::Redact::Mode::fill),
                                  .shape = dice.any(rule::Redact::Shape::ellipse),
                                  .strength = dice.whole(1, 100),
                                  .grow = dice.number(0, 2)};
  }
  if (dice.chance(20)) {
    actions.trim = rule::Trim{
        .equal_x = dice.chance(50), .equal_y = dice.chance(50), .keep = dice.off(), .max = dice.number(1, 100)};
  }
  if (dice.chance(30)) actions.crop = any_crop(dice);
  if (dice.chance(20)) {
    actions.rotate = rule::Rotate{.angle = dice.chance(40) ? 90.0 * dice.whole(-4, 4) : dice.number(-360, 360),
                                  .type = dice.any(rule::Rotate::Type::straighten)};
  }
  if (dice.chance(15)) actions.flip = rule::Flip{.horizontal = dice.chance(50), .vertical = dice.chance(50)};
  if (dice.chance(70)) actions.resize = any_resize(dice);
  if (dice.chance(15))
    actions.crop_resize = rule::CropResize{.width = dice.len(400), .height = dice.len(400), .gravity = dice.gravity()};
  if (dice.chance(15)) actions.extend = any_extend(dice);
  if (dice.chance(15)) actions.pixelate = dice.whole(2, 512);
  if (dice.chance(15)) actions.sharpen = rule::Sharpen{.automatic = dice.chance(50)};
  any_shape(dice, actions);
  for (int i = dice.chance(30) ? dice.whole(1, 3) : 0; i > 0; --i) rule.watermarks.push_back(any_watermark(dice));
  for (int i = dice.chance(30) ? dice.whole(1, 3) : 0; i > 0; --i) rule.overlays.push_back(any_overlay(dice));
  rule.animation = {.max_frames = dice.whole(1, 1000),
                    .every = dice.chance(70) ? 1 : dice.whole(1, 50),
                    .reverse = dice.chance(20),
                    .still = dice.any(rule::Animation::Still::middle),
                    .over = dice.any(rule::Animation::Over::still)};
  if (dice.chance(10)) rule.source.page = dice.whole(1, 10000);
  if (dice.chance(10)) {
    rule.source.frame = dice.any(rule::Source::Frame::middle);
    if (rule.source.frame == rule::Source::Frame::number) rule.source.frame_number = dice.whole(1, 50);
  }
  return rule;
}

ImageInfo any_picture(Dice& dice) {
  ImageInfo info{.format = dice.any(ImageFormat::heic),
                 .size = {.width = dice.side(), .height = dice.side()},
                 .bit_depth = dice.chance(80) ? 8 : 16,
                 .has_alpha = dice.chance(30),
                 .is_interlaced = dice.chance(20),
                 .orientation = dice.whole(1, 8)};
  if (dice.chance(30)) {
    info.frames = dice.chance(70) ? dice.whole(1, 400) : 100'000;
    info.is_animated = dice.chance(80);
  }
  return info;
}

/// Walks through the steps as the engine would; keeps what is wrong.
class Walk {
 public:
  explicit Walk(const Plan& plan) : size_(plan.decode.info.size) {
    for (const auto& step : plan.steps) {
      std::visit([this](const auto& kind) { take(kind); }, step);
      require(size_.width >= 1 && size_.height >= 1, "a step makes an empty picture");
    }
  }
  Size size() const { return size_; }
  const std::string& wrong() const { return wrong_; }

 private:
  void require(bool holds, const char* what) {
    if (!holds && wrong_.empty()) wrong_ = what;
  }
  void take(const plan::Orient& step) {
    require(step.orientation >= 2 && step.orientation <= 8, "orientation");
    if (step.orientation >= 5) std::swap(size_.width, size_.height);
  }
  void take(const plan::CoverArea& step) {
    require(is_inside(step.box, size_), "an area is outside");
    const double least = std::min(step.box.width, step.box.height) / 16.0;
    if (step.mode == plan::CoverArea::Mode::blur) require(step.sigma >= least, "an area's blur can be read back");
    if (step.mode == plan::CoverArea::Mode::pixelate) require(step.cell >= 1, "an area has no cells");
  }
  void take(const plan::FindTrim&) {}
  void take(const plan::Crop& step) {
    require(is_inside(step.box, size_), "a crop is outside");
    require(step.box.size() != size_, "a crop keeps everything");
    size_ = step.box.size();
  }
  void take(const plan::SmartCrop& step) {
    require(step.size.width <= size_.width && step.size.height <= size_.height, "a smart crop is too large");
    require(step.size != size_, "a smart crop keeps everything");
    size_ = step.size;
  }
  void take(const plan::SmartPad& step) {
    require(step.size.width <= size_.width && step.size.height <= size_.height, "a smart pad is not covered");
    require(step.size != size_, "a smart pad cuts nothing");
    const Box cut{.left = step.cut.x, .top = step.cut.y, .width = step.size.width, .height = step.size.height};
    if (!step.by) require(is_inside(cut, size_), "a smart pad's cut is outside");
    const Box shown{.left = step.at.x, .top = step.at.y, .width = step.inside.width, .height = step.inside.height};
    require(is_inside(shown, step.size), "a smart pad shows a part");
    size_ = step.size;
  }
  void take(const plan::QuarterTurns& step) {
    require(step.turns >= 1 && step.turns <= 3, "quarter turns");
    if (step.turns % 2 == 1) std::swap(size_.width, size_.height);
  }
  void take(const plan::Turn& step) {
    require(step.degrees > 0 && step.degrees < 360 && !quarter_turns(step.degrees), "a turn by quarters");
    size_ = step.canvas;
  }
  void take(const plan::Flip& step) { require(step.horizontal || step.vertical, "an idle flip"); }
  void take(const plan::Resize& step) {
    require(step.size != size_, "an idle resize");
    size_ = step.size;
  }
  void take(const plan::Extend& step) {
    require(step.canvas != size_ || step.at != Point{}, "an idle extend");
    const Box picture{.left = step.at.x, .top = step.at.y, .width = size_.width, .height = size_.height};
    require(clip_to(picture, step.canvas).has_value(), "an extend loses the picture");
    size_ = step.canvas;
  }
  void take(const plan::Adjust&) {}
  void take(const plan::Tone&) {}
  void take(const plan::Blur&) {}
  void take(const plan::Median&) {}
  void take(const plan::Sharpen& step) { require(!step.values.automatic, "an undecided sharpen"); }
  void take(const plan::Pixelate& step) { require(step.cell > 1, "an idle pixelate"); }
  void take(const plan::Mask& step) {
    require(is_inside(step.box, size_), "a mask is outside");
    for (const double radius : step.radii) {
      require(radius >= 0 && 2 * radius <= std::min(step.box.width, step.box.height), "corners overlap");
    }
  }
  void take(const plan::Border& step) {
    const auto [top, right, bottom, left] = step.widths;
    require(top >= 0 && right >= 0 && bottom >= 0 && left >= 0, "a negative border");
    if (step.is_outside) {
      size_.width += left + right;
      size_.height += top + bottom;
    } else {
      require(left + right <= size_.width && top + bottom <= size_.height, "an inner border is too wide");
    }
  }
  void take(const plan::Watermark& step) {
    require(step.size.width >= 1 && step.size.height >= 1, "an empty mark");
    require(!step.positions.empty() && step.positions.size() <= kMostPlaces, "a number of marks");
    const auto bounds = rotated_bounds(step.size, step.degrees);
    for (const auto [x, y] : step.positions) {
      require(clip_to({.left = x, .top = y, .width = bounds.width, .height = bounds.height}, size_).has_value(),
              "an invisible mark");
    }
  }
  void take(const plan::Rect& step) {
    take_overlay(step.size, step.laying);
    require(step.radius >= 0 && 2 * step.radius <= std::min(step.size.width, step.size.height), "a radius");
  }
  void take(const plan::Text& step) {
    require(!step.text.empty() && step.size > 0 && step.max_lines >= 1 && step.width >= 1, "a text");
    require(step.most.width >= 1 && step.most.width <= Limits().result_side, "a text's width");
    require(step.most.height >= 1 && step.most.pixels() <= Limits().result_pixels, "a text's pixels");
  }
  void take(const plan::Gradient& step) { take_overlay(step.size, step.laying); }
  void take_overlay(Size size, const plan::Laying& laying) {
    const auto bounds = rotated_bounds(size, laying.degrees);
    require(size.width >= 1 && size.height >= 1, "an empty overlay");
    require(bounds.width <= Limits().result_side && bounds.height <= Limits().result_side, "an overlay's side");
    require(bounds.pixels() <= Limits().result_pixels, "an overlay's pixels");
    require(!are_too_many(laying.placing, bounds, size_), "a number of overlays");
  }

  Size size_;
  std::string wrong_;
};

std::string wrong_with_frames(const Plan& plan, const Limits& limits) {
  const auto& [first, count, every, is_reversed, is_best] = plan.decode.frames;
  const auto& info = plan.decode.info;
  if (first < 0 || count < 1 || every < 1) return "frames";
  if (first + (count - 1) * every >= info.frames) return "frames that do not exist";
  if (count > limits.frames) return "too many frames";
  if (is_best && (plan.output.is_animated || count == 1)) return "an idle search for the best frame";
  if (count > 1 && !plan.output.is_animated && !is_best) return "frames that are not shown";
  if (plan.output.is_animated && (!keeps_animation(plan.output.format) || count < 2)) return "no animation";
  if (info.is_animated && plan.budget.pixels > std::max(limits.animation_pixels, info.size.pixels()))
    return "too many pixels decoded";
  if (plan.output.is_animated && plan.result.pixels() * count > limits.animation_pixels) return "too many pixels shown";
  return {};
}

std::string wrong_with(const Plan& plan, const Limits& limits) {
  const Walk walk(plan);
  if (!walk.wrong().empty()) return walk.wrong();
  if (plan.is_measuring()) {
    if (plan.result != Size{}) return "a measuring plan has a result";
  } else {
    if (walk.size() != plan.result) return "the steps do not lead to the result";
    if (plan.result.width > limits.result_side || plan.result.height > limits.result_side) return "a side is too long";
    if (plan.result.pixels() > limits.result_pixels) return "the result is too large";
  }
  if (plan.budget.memory_bytes < 1 || plan.budget.memory_bytes > limits.memory_bytes) return "memory";
  if (plan.budget.pixels < 1 || plan.budget.cost < 1) return "a job for nothing";
  return wrong_with_frames(plan, limits);
}

struct Outcome {
  std::optional<Plan> plan;
  std::string code;
};

Outcome planned(const Rule& rule, const ImageInfo& source, std::optional<FocalPoint> focal,
                const std::vector<std::optional<ImageInfo>>& marks, std::optional<Box> trimmed) {
  try {
    return {.plan =
                make_plan(rule, source, focal, marks, choose_format(rule, source, {.webp = true}), Limits{}, trimmed)};
  } catch (const Error& error) {
    if (error.fault() != Fault::unprocessable) return {.code = error.what()};
    return {.code = error.code()};
  }
}

TEST(Property, PlansObeyTheirLimitsAndHangTogether) {
  const std::set<std::string> documented{"image-too-large",     "result-too-large", "empty-crop",
                                         "animation-too-long",  "no-such-frame",    "too-many-marks",
                                         "watermark-too-large", "overlay-too-large"};
  std::map<std::string, int> refusals;
  int plans = 0;
  int measurements = 0;
  for (int round = 0; round < kRounds; ++round) {
    Dice dice(static_cast<std::uint64_t>(round));
    const auto rule = any_rule(dice);
    const auto source = any_picture(dice);
    std::optional<FocalPoint> focal;
    if (dice.chance(40)) focal = FocalPoint{.x = dice.number(0, 1), .y = dice.number(0, 1)};
    std::vector<std::optional<ImageInfo>> marks;
    for (std::size_t i = 0; i < rule.watermarks.size(); ++i) {
      marks.push_back(dice.chance(90) ? std::optional(samples::photo(dice.whole(1, 1000), dice.whole(1, 1000)))
                                      : std::nullopt);
    }
    std::optional<Box> trimmed;
    if (dice.chance(60))
      trimmed = Box{dice.whole(-10, 2000), dice.whole(-10, 2000), dice.whole(-1, 70000), dice.whole(-1, 70000)};

    const auto outcome = planned(rule, source, focal, marks, trimmed);

    if (!outcome.plan) {
      ASSERT_TRUE(documented.contains(outcome.code)) << "seed " << round << ": " << outcome.code;
      ++refusals[outcome.code];
      continue;
    }
    const auto& plan = *outcome.plan;
    ASSERT_EQ(wrong_with(plan, Limits{}), "") << "seed " << round << "\n" << describe(plan);
    ASSERT_EQ(plan, *planned(rule, source, focal, marks, trimmed).plan) << "seed " << round << ": planned twice";
    ASSERT_EQ(plan.is_measuring(), rule.actions.trim && !trimmed) << "seed " << round;
    ++(plan.is_measuring() ? measurements : plans);
  }
  EXPECT_GT(plans, kRounds / 4) << "the generator makes too few rules that can be planned";
  EXPECT_GT(measurements, kRounds / 50);
  for (const auto& code : documented) EXPECT_GT(refusals[code], 0) << code << " never came up";
}

TEST(Property, FitsStayInsideTheirBoxAndNeverEnlargeWithoutLeave) {
  Dice dice(1);
  for (int round = 0; round < 20'000; ++round) {
    const Size picture{.width = dice.side(), .height = dice.side()};
    const Size box{.width = dice.side(), .height = dice.side()};
    const auto type = dice.any(rule::FitType::smartpad);
    const bool may_enlarge = dice.chance(50);

    const auto fitting = fit(type, picture, {.box = box}, Bounds{}, may_enlarge);

    const auto [width, height] = fitting.size;
    ASSERT_TRUE(width >= 1 && height >= 1) << round;
    const bool may_leave_box = type == rule::FitType::outside || type == rule::FitType::adaptive;
    if (!may_leave_box) ASSERT_TRUE(width <= box.width && height <= box.height) << round;
    if (!may_enlarge) ASSERT_TRUE(width <= picture.width && height <= picture.height) << round;
    if (fitting.canvas) ASSERT_EQ(*fitting.canvas, box) << round;
    if (may_enlarge && type == rule::FitType::crop) ASSERT_EQ(fitting.size, box) << round;
    if (type == rule::FitType::clip && may_enlarge) ASSERT_TRUE(width == box.width || height == box.height) << round;
    if (type == rule::FitType::outside && may_enlarge) ASSERT_TRUE(width >= box.width && height >= box.height) << round;
  }
}

}  // namespace
}  // namespace calotype::transform
