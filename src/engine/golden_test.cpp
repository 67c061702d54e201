#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "engine/samples.h"

// tests/golden/README.md says how these work and how to renew them.
namespace calotype::engine {
namespace {

using namespace samples;

constexpr int kLargest = 3;
constexpr double kMean = 0.5;
constexpr Size kSize{.width = 160, .height = 120};

std::string path_of(const std::string& name) { return std::string(CALOTYPE_GOLDEN_FOLDER) + "/" + name + ".png"; }

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool renews() {
  const char* value = std::getenv("CALOTYPE_UPDATE_GOLDEN");
  return value != nullptr && std::string(value) == "1";
}

void compare(const std::string& name, const drawn::Picture& picture, bool has_alpha = false) {
  if (renews()) {
    plan::Output output{.format = ImageFormat::png};
    output.encoder.compression = 9;
    std::ofstream(path_of(name), std::ios::binary) << encode({.frames = {image_of(picture, has_alpha)}}, output, {});
  }
  const std::string file = read_file(path_of(name));
  ASSERT_FALSE(file.empty()) << path_of(name);
  const drawn::Picture golden = picture_of(decoded(file, ImageFormat::png));
  EXPECT_EQ(picture.size, golden.size);
  EXPECT_LE(largest_difference(picture, golden), kLargest) << name;
  EXPECT_LE(mean_difference(picture, golden), kMean) << name;
}

struct Case {
  const char* name;
  plan::Step step;
  bool has_alpha = false;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

Paint solid(Colour colour) { return {.colour = colour}; }

std::vector<Case> geometry_cases() {
  return {
      {"crop", plan::Crop{.box = {.left = 30, .top = 20, .width = 90, .height = 70}}},
      {"smart_attention", plan::SmartCrop{.size = {.width = 70, .height = 70}}},
      {"smart_entropy", plan::SmartCrop{.size = {.width = 70, .height = 70}, .by = plan::SmartCrop::By::entropy}},
      {"quarter_turn", plan::QuarterTurns{.turns = 1}},
      {"turn_20", plan::Turn{.degrees = 20,
                             .canvas = {.width = 191, .height = 167},
                             .background = solid({.red = 200, .green = 40, .blue = 40})}},
      {"turn_transparent",
       plan::Turn{.degrees = -35, .canvas = {.width = 200, .height = 190}, .background = solid(kTransparent)}, true},
      {"flip", plan::Flip{.horizontal = true}},
      {"resize_small", plan::Resize{.size = {.width = 61, .height = 47}}},
      {"resize_linear", plan::Resize{.size = {.width = 61, .height = 47}, .is_linear = true}},
      {"resize_large", plan::Resize{.size = {.width = 240, .height = 180}}},
      {"resize_nearest", plan::Resize{.size = {.width = 40, .height = 30}, .kernel = rule::Kernel::nearest}},
      {"extend_background", plan::Extend{.canvas = {.width = 200, .height = 150},
                                         .at = {.x = 25, .y = 10},
                                         .background = {.kind = Paint::Kind::dominant}}},
      {"extend_copy",
       plan::Extend{
           .canvas = {.width = 200, .height = 150}, .at = {.x = 20, .y = 15}, .mode = rule::Extend::Mode::copy}},
      {"extend_repeat",
       plan::Extend{
           .canvas = {.width = 200, .height = 150}, .at = {.x = 20, .y = 15}, .mode = rule::Extend::Mode::repeat}},
      {"extend_mirror",
       plan::Extend{
           .canvas = {.width = 200, .height = 150}, .at = {.x = 20, .y = 15}, .mode = rule::Extend::Mode::mirror}},
      {"extend_blur",
       plan::Extend{
           .canvas = {.width = 240, .height = 120}, .at = {.x = 40}, .mode = rule::Extend::Mode::blur, .sigma = 12}}};
}

std::vector<Case> area_cases() {
  const Box tree{.left = 25, .top = 40, .width = 36, .height = 36};
  using Mode = plan::CoverArea::Mode;
  return {
      {"area_blur", plan::CoverArea{.box = tree, .mode = Mode::blur, .sigma = 6}},
      {"area_blur_feather", plan::CoverArea{.box = tree, .mode = Mode::blur, .sigma = 6, .feather = 8}},
      {"area_pixelate", plan::CoverArea{.box = tree, .mode = Mode::pixelate, .cell = 9}},
      {"area_pixelate_ellipse", plan::CoverArea{.box = tree, .mode = Mode::pixelate, .is_ellipse = true, .cell = 9}},
      {"area_fill", plan::CoverArea{.box = tree, .colour = {.red = 20, .green = 20, .blue = 20}}}};
}

std::vector<Case> colour_cases() {
  rule::Adjust normalize{};
  normalize.normalize = rule::Normalize{.lower = 5, .upper = 95};
  return {{"adjust_brightness", plan::Adjust{.values = {.brightness = 30}}},
          {"adjust_contrast", plan::Adjust{.values = {.contrast = 40}}},
          {"adjust_saturation", plan::Adjust{.values = {.saturation = -70}}},
          {"adjust_hue", plan::Adjust{.values = {.hue = 120}}},
          {"adjust_gamma", plan::Adjust{.values = {.gamma = 2}}},
          {"adjust_normalize", plan::Adjust{.values = normalize}},
          {"adjust_invert", plan::Adjust{.values = {.invert = true}}},
          {"tone_grayscale", plan::Tone{}},
          {"tone_sepia", plan::Tone{.values = {.kind = rule::Tone::Kind::sepia, .amount = 80}}},
          {"tone_tint", plan::Tone{.values = {.kind = rule::Tone::Kind::tint,
                                              .amount = 1,
                                              .colour = {.red = 200, .green = 60, .blue = 60}}}},
          {"tone_threshold", plan::Tone{.values = {.kind = rule::Tone::Kind::threshold, .amount = 140}}}};
}

std::vector<Case> filter_cases() {
  return {
      {"blur", plan::Blur{.values = {.sigma = 3}}},
      {"blur_wide", plan::Blur{.values = {.sigma = 25}}},
      {"blur_progressive",
       plan::Blur{.values = {.sigma = 8, .progressive = rule::Progressive{.angle = 270, .start = 0.2, .stop = 0.9}}}},
      {"pixelate", plan::Pixelate{.cell = 11}},
      {"median", plan::Median{.window = 5}},
      {"sharpen", plan::Sharpen{.values = {.sigma = 1.5}}}};
}

std::vector<Case> shape_cases() {
  const Box all{.width = kSize.width, .height = kSize.height};
  return {
      {"mask_ellipse", plan::Mask{.is_ellipse = true, .box = all, .background = solid(kTransparent)}, true},
      {"mask_rounded",
       plan::Mask{.box = all, .radii = {10, 20, 30, 50}, .background = solid({.red = 240, .green = 240, .blue = 200})}},
      {"border_outside", plan::Border{.widths = {4, 8, 12, 16}, .colour = {.red = 160, .green = 20, .blue = 60}}},
      {"border_inside",
       plan::Border{.widths = {6, 6, 6, 6}, .colour = {.red = 160, .green = 20, .blue = 60}, .is_outside = false}}};
}

std::vector<Case> overlay_cases() {
  const plan::Laying low{.placing = {.location = Location::south, .margin = {.x = 0, .y = 8}}, .opacity = 80};
  plan::Laying turned = low;
  turned.degrees = -20;
  turned.shadow = rule::Shadow{.sigma = 4, .opacity = 80};
  return {{"overlay_rect",
           plan::Rect{.size = {.width = 120, .height = 30}, .colour = {.red = 30}, .radius = 15, .laying = low}},
          {"overlay_rect_turned",
           plan::Rect{.size = {.width = 90, .height = 30}, .colour = {.blue = 160}, .laying = turned}},
          {"overlay_gradient",
           plan::Gradient{.size = kSize, .from = kTransparent, .colour = {}, .angle = 90, .start = 0.4}},
          {"overlay_gradient_multiply", plan::Gradient{.size = kSize,
                                                       .from = {.red = 255, .green = 220},
                                                       .colour = {.red = 60, .blue = 160},
                                                       .angle = 30,
                                                       .laying = {.blend = rule::Blend::multiply}}}};
}

plan::Text text_at(Location location, std::string words) {
  return {.text = std::move(words),
          .size = 14,
          .colour = kWhite,
          .max_lines = 5,
          .width = 148,
          .most = {.width = 148, .height = 110},
          .laying = {.placing = {.location = location, .margin = {.x = 6, .y = 5}}}};
}

std::vector<Case> text_cases() {
  using Text = rule::Text;
  plan::Text credit = text_at(Location::southwest, "Photo: Åse Ng / NTB");
  credit.size = 11;
  credit.background = Colour{.alpha = 150};
  credit.padding = 3;
  plan::Text outlined = text_at(Location::center, "FOR SALE");
  outlined.size = 26;
  outlined.outline = rule::Outline{.width = 2, .colour = {.red = 120}};
  plan::Text wrapped =
      text_at(Location::north, "A text that is wider than its box goes on in the next line, and ends.");
  wrapped.font = Text::Font::serif;
  wrapped.align = Text::Align::center;
  wrapped.max_lines = 3;
  plan::Text turned = text_at(Location::center, "SAMPLE");
  turned.size = 30;
  turned.laying.degrees = 330;
  turned.laying.opacity = 60;
  turned.laying.shadow = rule::Shadow{.sigma = 2};
  plan::Text mixed = text_at(Location::southeast, "שלום 写真 مرحبا");
  mixed.size = 16;
  mixed.font = Text::Font::sans;
  plan::Text wide = text_at(Location::south, "wide");
  wide.is_width_fixed = true;
  wide.align = Text::Align::right;
  wide.background = Colour{.blue = 120, .alpha = 200};
  wide.font = Text::Font::mono_bold;
  return {{"text_credit", credit}, {"text_outline", outlined}, {"text_wrapped", wrapped},
          {"text_turned", turned}, {"text_mixed", mixed},      {"text_wide", wide}};
}

class GoldenStep : public testing::TestWithParam<Case> {};

TEST_P(GoldenStep, LooksAsItDid) {
  const Case& c = GetParam();

  const auto picture = after(drawn::landscape(kSize), c.step);

  compare(c.name, picture, c.has_alpha);
}

INSTANTIATE_TEST_SUITE_P(Geometry, GoldenStep, testing::ValuesIn(geometry_cases()),
                         [](const auto& i) { return i.param.name; });
INSTANTIATE_TEST_SUITE_P(Areas, GoldenStep, testing::ValuesIn(area_cases()),
                         [](const auto& i) { return i.param.name; });
INSTANTIATE_TEST_SUITE_P(Colours, GoldenStep, testing::ValuesIn(colour_cases()),
                         [](const auto& i) { return i.param.name; });
INSTANTIATE_TEST_SUITE_P(Filters, GoldenStep, testing::ValuesIn(filter_cases()),
                         [](const auto& i) { return i.param.name; });
INSTANTIATE_TEST_SUITE_P(Shapes, GoldenStep, testing::ValuesIn(shape_cases()),
                         [](const auto& i) { return i.param.name; });
INSTANTIATE_TEST_SUITE_P(Overlays, GoldenStep, testing::ValuesIn(overlay_cases()),
                         [](const auto& i) { return i.param.name; });
INSTANTIATE_TEST_SUITE_P(Texts, GoldenStep, testing::ValuesIn(text_cases()),
                         [](const auto& i) { return i.param.name; });

drawn::Picture shaped(std::vector<plan::Step> steps) {
  return rendered(file_of(drawn::landscape(kSize), ImageFormat::png),
                  plan_of(info_of(ImageFormat::png, kSize), std::move(steps)));
}

TEST(GoldenShape, RoundCornersKeepTheirBorder) {
  const Box all{.width = kSize.width, .height = kSize.height};
  const std::array<double, 4> radii{30, 30, 30, 30};
  const Colour red{.red = 160, .green = 20, .blue = 60};

  compare("round_border_outside",
          shaped({plan::Mask{.box = all, .radii = radii, .background = solid(kTransparent)},
                  plan::Border{.widths = {6, 6, 6, 6}, .colour = red, .radii = radii}}),
          true);
  compare("round_border_inside",
          shaped({plan::Mask{.box = all, .radii = radii, .background = solid(kTransparent)},
                  plan::Border{.widths = {6, 6, 6, 6}, .colour = red, .is_outside = false, .radii = radii}}),
          true);
  compare("ellipse_border_outside",
          shaped({plan::Mask{.is_ellipse = true, .box = all, .background = solid(kTransparent)},
                  plan::Border{.widths = {5, 5, 5, 5}, .colour = red, .is_ellipse = true}}),
          true);
}

drawn::Picture marked(const plan::Watermark& step) {
  const std::string file = file_of(drawn::landscape(kSize), ImageFormat::png);
  const Size mark_size{.width = 96, .height = 96};
  const std::string mark = file_of(drawn::badge(mark_size), ImageFormat::png, true);
  Input input = input_of(file);
  input.marks = {std::as_bytes(std::span(mark))};
  input.mark_infos = {info_of(ImageFormat::png, mark_size, true)};
  return picture_of(decoded(render(plan_of(info_of(ImageFormat::png, kSize), {step}), input).body, ImageFormat::png));
}

TEST(GoldenWatermark, LooksAsItDid) {
  const Size size{.width = 40, .height = 40};
  plan::Watermark plain{.size = size, .positions = {{.x = 60, .y = 20}}};
  compare("watermark", marked(plain));

  plan::Watermark turned{.size = size, .degrees = 30, .positions = {{.x = 90, .y = 50}}, .opacity = 60};
  compare("watermark_turned", marked(turned));

  plan::Watermark shadowed{
      .size = size, .positions = {{.x = 100, .y = 60}}, .shadow = rule::Shadow{.sigma = 4, .opacity = 80}};
  compare("watermark_shadow", marked(shadowed));

  plan::Watermark tiled{.size = {.width = 20, .height = 20}, .positions = {}, .opacity = 80};
  for (int y = -10; y < kSize.height; y += 30) {
    for (int x = -10; x < kSize.width; x += 30) tiled.positions.push_back({.x = x, .y = y});
  }
  compare("watermark_tiled", marked(tiled));
}

TEST(GoldenWatermark, BlendsAsItDid) {
  using enum rule::Blend;
  // All thirteen on one picture, in the order of the rule language.
  const std::array modes{normal,     multiply,   screen,     overlay,    darken,    lighten, color_dodge,
                         color_burn, hard_light, soft_light, difference, exclusion, add};
  std::vector<plan::Step> steps;
  for (std::size_t i = 0; i < modes.size(); ++i) {
    const Point at{.x = static_cast<int>(i % 5) * 32, .y = static_cast<int>(i / 5) * 40 + 4};
    steps.push_back(plan::Watermark{.size = {.width = 32, .height = 32}, .positions = {at}, .blend = modes[i]});
  }
  const std::string file = file_of(drawn::landscape(kSize), ImageFormat::png);
  const std::string mark = file_of(drawn::badge({.width = 64, .height = 64}), ImageFormat::png, true);
  Input input = input_of(file);
  input.marks = {std::as_bytes(std::span(mark))};
  input.mark_infos = {info_of(ImageFormat::png, {.width = 64, .height = 64}, true)};

  const auto result = render(plan_of(info_of(ImageFormat::png, kSize), steps), input);

  compare("watermark_blends", picture_of(decoded(result.body, ImageFormat::png)));
}

/// The published rules: 300 wide, the mark 20 % of it, at the top centre, 20 pixels below the edge.
drawn::Picture published(ImageFormat format) {
  const Size original{.width = 640, .height = 360};
  const std::string file = file_of(drawn::landscape(original), ImageFormat::jpg);
  const std::string mark = file_of(drawn::badge({.width = 120, .height = 120}), ImageFormat::png, true);
  Plan plan = plan_of(info_of(ImageFormat::jpg, original),
                      {plan::Resize{.size = {.width = 300, .height = 169}},
                       plan::Watermark{.size = {.width = 60, .height = 60}, .positions = {{.x = 120, .y = 20}}}});
  plan.output.format = format;
  plan.output.quality = 90;
  plan.result = {.width = 300, .height = 169};
  Input input = input_of(file);
  input.marks = {std::as_bytes(std::span(mark))};
  input.mark_infos = {info_of(ImageFormat::png, {.width = 120, .height = 120}, true)};
  return picture_of(decoded(render(plan, input).body, format));
}

TEST(GoldenRule, FirstPublishedRuleGivesWebp) { compare("published_webp", published(ImageFormat::webp)); }

TEST(GoldenRule, SecondPublishedRuleGivesJpeg) { compare("published_jpg", published(ImageFormat::jpg)); }

}  // namespace
}  // namespace calotype::engine
