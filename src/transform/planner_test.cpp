#include "transform/planner.h"

#include <gmock/gmock.h>

#include "transform/samples.h"

namespace calotype::transform {
namespace {

using samples::complaint;
using samples::lines;
using samples::percent;
using samples::photo;
using samples::plan_of;
using samples::px;
using samples::refusal;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// rules.md, section 11: what both published rules share.
Rule published(ImageFormat format) {
  Rule rule;
  rule.format = {.kind = rule::Format::Kind::fixed, .preferred = {format}};
  rule.quality = {.jpg = 90, .webp = 89, .avif = 73};
  rule.actions.resize = rule::Resize{.width = px(300)};
  rule.watermarks.push_back(
      {.laying = {.location = Location::north, .margin_x = px(20), .margin_y = px(20)}, .dimension = percent(20)});
  return rule;
}

TEST(PublishedRules, PutTheMarkTwentyPixelsUnderTheMiddleOfTheTopEdge) {
  for (const auto format : {ImageFormat::webp, ImageFormat::jpg}) {
    const auto plan = plan_of(published(format), photo(1600, 900), {.width = 400, .height = 200});

    EXPECT_THAT(lines(plan), ElementsAre("resize 300x169 lanczos3", "watermark 0 60x30 opacity 100 normal at 120,20"));
    EXPECT_EQ(plan.result, (Size{300, 169}));
    EXPECT_EQ(plan.output.format, format);
    EXPECT_EQ(plan.output.quality, format == ImageFormat::jpg ? 90 : 89);
    EXPECT_FALSE(plan.budget.is_heavy);
  }
}

TEST(PublishedRules, LeaveASampleOfThatSizeAsItIs) {
  const auto plan = plan_of(published(ImageFormat::webp), photo(300, 169), {.width = 100, .height = 100});

  EXPECT_THAT(lines(plan), ElementsAre("watermark 0 60x60 opacity 100 normal at 120,20"));
}

TEST(PublishedRules, NeverEnlarge) {
  EXPECT_EQ(plan_of(published(ImageFormat::webp), photo(120, 80)).result, (Size{120, 80}));
}

TEST(PublishedRules, ComeOutTheSameInEveryOrientation) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    auto source = orientation <= 4 ? photo(1600, 900) : photo(900, 1600);
    source.orientation = orientation;

    const auto plan = plan_of(published(ImageFormat::jpg), source);

    EXPECT_EQ(plan.result, (Size{300, 169})) << orientation;
    EXPECT_EQ(lines(plan).back(), "watermark 0 60x30 opacity 100 normal at 120,20");
  }
}

Rule everything() {
  Rule rule;
  auto& actions = rule.actions;
  const rule::Area area{.left = px(10), .top = px(10), .width = px(40), .height = px(40)};
  actions.border = rule::Border{};
  actions.round = rule::Round{.radius = {px(5), px(5), px(5), px(5)}};
  actions.mask = rule::Mask{};
  actions.sharpen = rule::Sharpen{};
  actions.median = 3;
  actions.pixelate = 10;
  actions.blur = rule::Blur{};
  actions.tone = rule::Tone{};
  actions.adjust = rule::Adjust{.contrast = 5};
  actions.extend = rule::Extend{.left = px(10)};
  actions.crop_resize = rule::CropResize{.width = px(80), .height = px(80)};
  actions.resize = rule::Resize{.width = px(100)};
  actions.flip = rule::Flip{.vertical = true};
  actions.rotate = rule::Rotate{.angle = 90};
  actions.crop = rule::Crop{.width = px(300), .height = px(200)};
  actions.redact = rule::Redact{.areas = {area}, .mode = rule::Redact::Mode::fill, .grow = 0};
  actions.pixelate_areas = {{.area = area}};
  actions.blur_areas = rule::BlurAreas{.areas = {area}};
  rule.watermarks.push_back({.dimension = px(10)});
  return rule;
}

TEST(Planner, KeepsTheOrderOfTheFixedPipeline) {
  auto source = photo(400, 400);
  source.orientation = 3;

  EXPECT_THAT(
      lines(plan_of(everything(), source)),
      ElementsAre("orient 3", "blur area 40x40 at 10,10 sigma 20 feather 0", "pixelate area 40x40 at 10,10 cell 8",
                  "fill area 40x40 at 10,10 #000000ff", "crop 300x200 at 50,100", "quarter turns 1", "flip v",
                  "resize 100x150 lanczos3", "crop 100x100 at 0,25", "resize 80x80 lanczos3",
                  "extend 90x80 picture at 10,0 background #ffffffff", "adjust contrast 5", "grayscale", "blur sigma 3",
                  "pixelate cell 10", "median 3", "sharpen sigma 0.5", "mask 90x80 at 0,0 ellipse #00000000",
                  "mask 90x80 at 0,0 radii 5,5,5,5 #00000000", "border outside 1,1,1,1 radii 5,5,5,5 #000000ff",
                  "watermark 0 10x5 opacity 100 normal at 82,77"));
}

TEST(Planner, DoesNothingForAnEmptyRule) {
  const auto plan = plan_of({}, photo(300, 200));

  EXPECT_THAT(lines(plan), IsEmpty());
  EXPECT_EQ(plan.result, (Size{300, 200}));
  EXPECT_EQ(plan.output.format, ImageFormat::jpg);
}

TEST(Planner, MultipliesTheResultByDprButNotWhatIsMeasuredOnTheOriginal) {
  Rule rule;
  rule.actions.crop = rule::Crop{.left = px(100), .top = px(100), .width = px(600), .height = px(400)};
  rule.actions.redact = rule::Redact{.areas = {{.left = px(10), .top = px(20), .width = px(30), .height = px(40)}},
                                     .mode = rule::Redact::Mode::fill,
                                     .grow = 0};
  rule.actions.resize = rule::Resize{.width = px(200)};
  rule.watermarks.push_back(
      {.laying = {.location = Location::northwest, .margin_x = px(5), .margin_y = px(6)}, .dimension = px(20)});
  const auto planned = [&](double dpr) {
    rule.dpr = dpr;
    return lines(plan_of(rule, photo(1000, 800)));
  };
  EXPECT_THAT(planned(1), ElementsAre("fill area 30x40 at 10,20 #000000ff", "crop 600x400 at 100,100",
                                      "resize 200x133 lanczos3", "watermark 0 20x10 opacity 100 normal at 5,6"));
  EXPECT_THAT(planned(2), ElementsAre("fill area 30x40 at 10,20 #000000ff", "crop 600x400 at 100,100",
                                      "resize 400x267 lanczos3", "watermark 0 40x20 opacity 100 normal at 10,12"));
  EXPECT_THAT(planned(0.5), ElementsAre("fill area 30x40 at 10,20 #000000ff", "crop 600x400 at 100,100",
                                        "resize 100x67 lanczos3", "watermark 0 10x5 opacity 100 normal at 3,3"));
}

TEST(Planner, CarriesTheFocalPointToTheResize) {
  Rule rule;
  rule.actions.crop = rule::Crop{.left = px(200), .top = px(0), .width = px(800), .height = px(400)};
  rule.actions.rotate = rule::Rotate{.angle = 180};
  rule.actions.resize = rule::Resize{.width = px(100), .height = px(100), .fit = {.type = rule::FitType::crop}};

  const auto plan = make_plan(rule, photo(1000, 400), FocalPoint{.x = 0.9, .y = 0.5}, {}, ImageFormat::jpg, {});

  EXPECT_THAT(lines(plan), ElementsAre("crop 800x400 at 200,0", "quarter turns 2", "crop 400x400 at 0,0",
                                       "resize 100x100 lanczos3"));
}

TEST(Planner, TakesTheQualityOfTheFormat) {
  Rule rule;
  rule.quality = {.jpg = 1, .webp = 2, .avif = 3, .tiff = 4};
  const auto quality = [&](ImageFormat format) {
    return make_plan(rule, photo(10, 10), std::nullopt, {}, format, {}).output.quality;
  };
  EXPECT_EQ(quality(ImageFormat::jpg), 1);
  EXPECT_EQ(quality(ImageFormat::webp), 2);
  EXPECT_EQ(quality(ImageFormat::avif), 3);
  EXPECT_EQ(quality(ImageFormat::tiff), 4);
}

TEST(Planner, KeepsPixelsOfLosslessOriginalsWhereTheFormatIsChosen) {
  const auto is_lossless = [](rule::Format format, ImageFormat original, bool asked = false) {
    Rule rule;
    rule.format = std::move(format);
    rule.encoder.lossless = asked;
    auto source = photo(10, 10);
    source.format = original;
    return make_plan(rule, source, std::nullopt, {}, ImageFormat::webp, {}).output.encoder.lossless;
  };
  using Lossless = rule::Format::Lossless;
  EXPECT_TRUE(is_lossless({.is_auto = true}, ImageFormat::png));
  EXPECT_FALSE(is_lossless({.is_auto = true}, ImageFormat::jpg));
  EXPECT_TRUE(is_lossless({.is_auto = true}, ImageFormat::jpg, true));
  EXPECT_FALSE(is_lossless({.is_auto = true, .lossless = Lossless::never}, ImageFormat::png, true));
  EXPECT_TRUE(is_lossless({.is_auto = true, .lossless = Lossless::always}, ImageFormat::jpg));
  EXPECT_FALSE(is_lossless({}, ImageFormat::png)) << "the format is the rule's own choice";
  EXPECT_TRUE(is_lossless({}, ImageFormat::jpg, true));
}

TEST(Planner, PassesOnWhatTheEngineNeeds) {
  Rule rule;
  rule.source.fail_on = rule::FailOn::warning;
  rule.background = {.kind = Paint::Kind::dominant};
  rule.encoder.effort = 7;
  rule.metadata.set_credit = "somebody";
  rule.animation.loop = 2;
  rule.animation.speed = 3;
  const auto source = samples::animation(30, 20, 4);

  const auto plan = plan_of(rule, source);

  EXPECT_EQ(plan.decode.info, source);
  EXPECT_EQ(plan.decode.fail_on, rule::FailOn::warning);
  EXPECT_EQ(plan.output, (plan::Output{.format = ImageFormat::gif,
                                       .quality = 80,
                                       .encoder = rule.encoder,
                                       .metadata = rule.metadata,
                                       .background = rule.background,
                                       .is_animated = true,
                                       .loop = 2,
                                       .speed = 3}));
}

TEST(PlannerLimits, RefuseOriginalsThatAreTooLarge) {
  const auto planned = [](int width, int height) {
    return refusal([=] { plan_of({.actions = {.resize = rule::Resize{.width = px(10)}}}, photo(width, height)); });
  };
  EXPECT_EQ(planned(10000, 10000), "none");
  EXPECT_EQ(planned(10001, 10000), "image-too-large");
  EXPECT_EQ(planned(65535, 65535), "image-too-large");
  EXPECT_EQ(planned(35584, 18696), "image-too-large");
  EXPECT_EQ(planned(0, 100), "empty-image");
  EXPECT_EQ(complaint([] { plan_of({}, photo(35584, 18696)); }),
            "render a jpg of 35584x18696: 665278464 pixels, the limit is 100000000 (source_pixels)");
}

TEST(PlannerLimits, HaveAHardOneWhoeverAsks) {
  const Limits generous{.source_pixels = 1'000'000'000'000};

  EXPECT_EQ(complaint([&] { make_plan({}, photo(20000, 20000), std::nullopt, {}, ImageFormat::jpg, generous); }),
            "render a jpg of 20000x20000: 400000000 pixels, the limit is 268000000 (hard_pixels)");
}

TEST(PlannerLimits, RefuseResultsThatAreTooLarge) {
  const auto resized = [](int width, int height, double to) {
    return
        [=] { plan_of({.actions = {.resize = rule::Resize{.width = px(to), .enlarge = true}}}, photo(width, height)); };
  };
  EXPECT_EQ(refusal(resized(100, 10, 16383)), "none");
  EXPECT_EQ(complaint(resized(100, 10, 16384)),
            "resize to 16384x1638: the limit of a side is 16383 pixels (result_side)");
  EXPECT_EQ(refusal(resized(100, 100, 6324)), "none");
  EXPECT_EQ(complaint(resized(100, 100, 6325)),
            "resize to 6325x6325: 40005625 pixels, the limit is 40000000 (result_pixels)");
  EXPECT_EQ(complaint([] { plan_of({}, photo(8000, 6000)); }),
            "render 8000x6000: 48000000 pixels, the limit is 40000000 (result_pixels)");
  EXPECT_EQ(complaint([] { plan_of({}, photo(20000, 10)); }),
            "render 20000x10: the limit of a side is 16383 pixels (result_side)");
}

TEST(PlannerLimits, RefuseWhatABorderMakesTooLarge) {
  Rule rule;
  rule.actions.border = rule::Border{.width = {500, 500, 500, 500}};

  EXPECT_EQ(complaint([&] { plan_of(rule, photo(16000, 100)); }),
            "frame to 17000x1100: the limit of a side is 16383 pixels (result_side)");
}

TEST(PlannerLimits, RefuseJobsThatNeedTooMuchMemory) {
  const Limits small{.memory_bytes = 100'000'000};
  auto source = photo(4000, 4000);
  source.is_interlaced = true;

  EXPECT_EQ(refusal([&] { make_plan({}, source, std::nullopt, {}, ImageFormat::jpg, small); }), "image-too-large");
  EXPECT_THAT(complaint([&] { make_plan({}, source, std::nullopt, {}, ImageFormat::jpg, small); }),
              HasSubstr("the limit is 100000000 (memory_bytes)"));
  source.is_interlaced = false;
  EXPECT_EQ(refusal([&] { make_plan({}, source, std::nullopt, {}, ImageFormat::jpg, small); }), "none");
}

TEST(Planner, WantsAHeaderForEveryMark) {
  Rule rule;
  rule.watermarks.resize(2);
  try {
    make_plan(rule, photo(10, 10), std::nullopt, {std::nullopt}, ImageFormat::jpg, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::internal);
  }
}

}  // namespace
}  // namespace calotype::transform
