#include "transform/overlay.h"

#include <gmock/gmock.h>

#include "transform/samples.h"

namespace calotype::transform {
namespace {

using samples::lines;
using samples::percent;
using samples::photo;
using samples::px;
using testing::ElementsAre;
using testing::IsEmpty;

const Limits kLimits;
constexpr Size kOutput{300, 169};

std::vector<std::string> drawn(const rule::Overlay& one, double dpr = 1) {
  Draft draft(kOutput, kLimits);
  Rule rule;
  rule.dpr = dpr;
  overlay(draft, one, rule, {}, kLimits);
  return lines(draft);
}

TEST(Overlay, IsARectOfItsSize) {
  const rule::Rect rect{.laying = {.location = Location::south, .margin_y = px(5), .opacity = 50},
                        .width = percent(50),
                        .height = px(20),
                        .colour = {.red = 255},
                        .radius = percent(50)};

  EXPECT_THAT(drawn(rect), ElementsAre("rect 150x20 #ff0000ff radius 10 at south margin 0,5 opacity 50 normal"));
  EXPECT_THAT(drawn(rect, 2), ElementsAre("rect 150x40 #ff0000ff radius 20 at south margin 0,10 opacity 50 normal"));
}

TEST(Overlay, IsAGradientOverAllOfTheResult) {
  const rule::Gradient gradient{.colour = {.alpha = 128}, .angle = 90, .start = 0.5};

  EXPECT_THAT(drawn(gradient),
              ElementsAre("gradient 300x169 #00000000 to #00000080 along 90 from 0.5 to 1 at southeast "
                          "opacity 100 normal"));
}

TEST(Overlay, IsATextInABoxThatItCannotLeave) {
  rule::Text text{.laying = {.location = Location::southwest, .margin_x = px(12), .margin_y = px(10)},
                  .text = "Photo: NTB",
                  .size = percent(4),
                  .colour = kWhite};

  EXPECT_THAT(drawn(text),
              ElementsAre("text \"Photo: NTB\" sans bold 12 #ffffffff at most 276x90 in 5 lines at southwest "
                          "margin 12,10 opacity 100 normal"));
  text.max_lines = 2;
  text.padding = px(3);
  text.background = kWhite;
  text.outline = rule::Outline{.width = 1.5};
  EXPECT_THAT(drawn(text, 2),
              ElementsAre("text \"Photo: NTB\" sans bold 12 #ffffffff at most 252x54 in 2 lines on #ffffffff padding 6 "
                          "outline 3 #000000ff at southwest margin 24,20 opacity 100 normal"));
}

plan::Text planned(const rule::Text& text, double dpr = 1, Size output = kOutput) {
  Draft draft(output, kLimits);
  Rule rule;
  rule.dpr = dpr;
  overlay(draft, text, rule, {}, kLimits);
  return std::get<plan::Text>(draft.steps().at(0));
}

TEST(Overlay, HasATextOfItsSizeAndWidth) {
  EXPECT_EQ(planned({.text = "a", .size = px(24)}, 2).size, 48);
  EXPECT_EQ(planned({.text = "a", .size = percent(0.1)}).size, 1) << "0.3 of a pixel is none";
  EXPECT_EQ(planned({.text = "a", .size = percent(100)}, 1, {.width = 4000, .height = 100}).size, 512);
  EXPECT_EQ(planned({.text = "a", .width = percent(50)}).width, 150);
  EXPECT_TRUE(planned({.text = "a", .width = percent(50)}).is_width_fixed);
  EXPECT_EQ(planned({.text = "a", .line_spacing = 50}).line_spacing, 12);
  EXPECT_EQ(planned({.text = "a", .wrap = rule::Text::Wrap::none}).max_lines, 1);
}

TEST(Overlay, HasATextWithinWhatCanBeSeen) {
  EXPECT_EQ(planned({.text = "a"}).most, (Size{300, 36})) << "one character has one line";
  EXPECT_EQ(planned({.text = "éé"}).most, (Size{300, 72})) << "characters, not bytes";
  EXPECT_EQ(planned({.text = std::string(500, 'a'), .size = px(512), .max_lines = 20}).most, kOutput);
  EXPECT_EQ(planned({.laying = {.rotate = 90}, .text = std::string(500, 'a')}).most, (Size{169, 180}));
  EXPECT_EQ(planned({.laying = {.margin_x = px(200)}, .text = "a"}).most.width, 1);
  const auto wide = planned({.laying = {.rotate = 45}, .text = std::string(500, 'a'), .size = px(512), .max_lines = 20},
                            1, {.width = 8000, .height = 5000});
  EXPECT_LE(wide.most.pixels(), kLimits.result_pixels);
}

TEST(Overlay, LeavesAnEmptyTextOut) {
  EXPECT_THAT(drawn(rule::Text{}), IsEmpty());
  EXPECT_THAT(drawn(rule::Text{.laying = {.if_min_width = 301}, .text = "a"}), IsEmpty());
}

TEST(Overlay, SaysHowItIsLaidOn) {
  const rule::Rect rect{.laying = {.pattern = Placing::Pattern::chess,
                                   .margin_x = px(3),
                                   .rotate = -90,
                                   .blend = rule::Blend::multiply,
                                   .shadow = rule::Shadow{}},
                        .width = px(50),
                        .height = px(50)};

  EXPECT_THAT(drawn(rect, 2),
              ElementsAre("rect 100x100 #000000ff at chess margin 6,0 spacing 30,17 opacity 100 multiply "
                          "turned 270 shadow 6 #000000ff"));
}

TEST(Overlay, IsLeftOutWhereNothingOfItIsSeen) {
  EXPECT_THAT(drawn(rule::Rect{.laying = {.opacity = 0}}), IsEmpty());
  EXPECT_THAT(drawn(rule::Rect{.colour = kTransparent}), IsEmpty());
  EXPECT_THAT(drawn(rule::Rect{.laying = {.margin_x = px(400)}}), IsEmpty());
  EXPECT_THAT(drawn(rule::Rect{.laying = {.if_min_width = 301}}), IsEmpty());
  EXPECT_THAT(drawn(rule::Gradient{.colour = kTransparent}), IsEmpty());
  EXPECT_THAT(drawn(rule::Gradient{.laying = {.if_min_height = 170}}), IsEmpty());
}

TEST(Overlay, IsRefusedWhereItWouldBeDrawnTooLarge) {
  const auto refusal = [](const rule::Overlay& one) { return samples::refusal([&] { drawn(one); }); };

  EXPECT_EQ(refusal(rule::Rect{.width = px(16384)}), "overlay-too-large");
  EXPECT_EQ(refusal(rule::Rect{.width = px(8000), .height = px(8000)}), "overlay-too-large");
  EXPECT_EQ(refusal(rule::Gradient{.height = px(16384)}), "overlay-too-large");
  EXPECT_EQ(refusal(rule::Rect{.width = px(8000), .height = px(100)}), "none");
  EXPECT_EQ(refusal(rule::Rect{
                .laying = {.pattern = Placing::Pattern::tile, .spacing = px(0)}, .width = px(1), .height = px(1)}),
            "too-many-marks");
}

TEST(Overlay, IsLaidOnAfterTheWatermarksOfItsStage) {
  Rule rule;
  rule.watermarks = {{.laying = {.location = Location::northwest}},
                     {.laying = {.location = Location::northeast}},
                     {.laying = {.location = Location::center}, .dimension = px(10)}};
  rule.overlays = {rule::Rect{.width = px(5), .height = px(5)}, rule::Picture{.mark = 2}};
  rule::Stage stage{.watermarks = 1};
  stage.actions.flip = rule::Flip{.horizontal = true};
  stage.overlays = {rule::Gradient{}};
  rule.then = {stage};
  const ImageInfo mark{.size = {.width = 20, .height = 20}};

  const auto plan = make_plan(rule, photo(100, 100), std::nullopt, {mark, mark, mark}, ImageFormat::jpg, Limits{});

  EXPECT_THAT(
      lines(plan),
      ElementsAre("watermark 0 20x20 opacity 100 normal at 0,0", "rect 5x5 #000000ff at southeast opacity 100 normal",
                  "watermark 2 10x10 opacity 100 normal at 45,45", "flip h",
                  "watermark 1 20x20 opacity 100 normal at 80,0",
                  "gradient 100x100 #00000000 to #000000ff along 0 from 0 to 1 at southeast opacity 100 normal"));
}

TEST(Overlay, LeavesAMissingPictureOut) {
  Rule rule;
  rule.watermarks = {{.on_missing = rule::Watermark::OnMissing::skip}};
  rule.overlays = {rule::Picture{.mark = 0}};

  EXPECT_THAT(lines(make_plan(rule, photo(100, 100), std::nullopt, {std::nullopt}, ImageFormat::jpg, Limits{})),
              IsEmpty());
}

TEST(Overlay, IsInTheBudget) {
  const auto budget = [](std::vector<rule::Overlay> overlays) {
    Rule rule;
    rule.overlays = std::move(overlays);
    return samples::plan_of(rule, photo(1000, 800)).budget;
  };
  const auto none = budget({});
  const auto rect = budget({rule::Rect{}});
  const auto gradient = budget({rule::Gradient{.laying = {.shadow = rule::Shadow{.sigma = 10}}}});

  EXPECT_EQ(rect.memory_bytes - none.memory_bytes, 1000 * 800 * 5);
  EXPECT_EQ(gradient.memory_bytes - none.memory_bytes, 1000 * 800 * 6 + 1060 * 860 * 12);
  EXPECT_GT(rect.cost, none.cost + 10'000);
  const auto text = budget({rule::Text{.text = "a"}});
  EXPECT_EQ(text.memory_bytes - none.memory_bytes, 1000 * 36 * 8 + 1'000'000);
  EXPECT_GT(budget({rule::Text{.text = std::string(500, 'a')}}).cost, text.cost + 4'000);
}

}  // namespace
}  // namespace calotype::transform
