#include "transform/watermark.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "transform/samples.h"

namespace calotype::transform {
namespace {

using samples::lines;
using samples::percent;
using samples::px;
using testing::ElementsAre;
using testing::IsEmpty;

const Limits kLimits;
constexpr Size kOutput{300, 169};
constexpr Size kMark{200, 100};

struct SizeCase {
  const char* name;
  rule::Watermark mark;
  Size natural;
  double dpr;
  Size size;
};

TEST(MarkSize, IsThatOfTheTable) {
  using Of = rule::Watermark::Of;
  const SizeCase cases[] = {
      {"20 % of 300", {.dimension = percent(20)}, kMark, 1, {60, 30}},
      {"of a tall mark", {.dimension = percent(20)}, {100, 200}, 1, {30, 60}},
      {"of a square one", {.dimension = percent(20)}, {64, 64}, 1, {60, 60}},
      {"enlarged if needed", {.dimension = percent(100)}, {10, 5}, 1, {300, 150}},
      {"of the height", {.dimension = percent(20), .of = Of::height}, kMark, 1, {34, 17}},
      {"of the longer", {.dimension = percent(20), .of = Of::longer}, kMark, 1, {60, 30}},
      {"of the shorter", {.dimension = percent(50), .of = Of::shorter}, kMark, 1, {85, 43}},
      {"pixels", {.dimension = px(50)}, kMark, 1, {50, 25}},
      {"pixels at dpr 2", {.dimension = px(50)}, kMark, 2, {100, 50}},
      {"percent at dpr 2", {.dimension = percent(20)}, kMark, 2, {60, 30}},
      {"natural", {}, kMark, 1, kMark},
      {"natural at dpr 2", {}, kMark, 2, {400, 200}},
      {"width", {.width = px(100)}, kMark, 1, {100, 50}},
      {"height", {.height = percent(10)}, kMark, 1, {34, 17}},
      {"width and height are a box", {.width = px(100), .height = px(10)}, kMark, 1, {20, 10}},
      {"a thread", {.dimension = percent(1)}, {10000, 1}, 1, {3, 1}},
      {"never nothing", {.dimension = percent(1)}, {1, 1}, 1, {3, 3}},
  };
  for (const auto& [name, mark, natural, dpr, size] : cases)
    EXPECT_EQ(mark_size(mark, natural, kOutput, dpr), size) << name;
}

std::vector<std::string> marked(const rule::Watermark& mark, double dpr = 1, Size output = kOutput) {
  Draft draft(output, kLimits);
  watermark(draft, mark, 3, samples::photo(kMark.width, kMark.height), dpr, kLimits);
  return lines(draft);
}

TEST(Watermark, IsDrawnAsTheRuleSays) {
  EXPECT_THAT(marked({.laying = {.location = Location::north,
                                 .margin_y = px(20),
                                 .opacity = 70,
                                 .blend = rule::Blend::color_dodge,
                                 .shadow = rule::Shadow{}},
                      .dimension = percent(20)},
                     2),
              ElementsAre("watermark 3 60x30 opacity 70 color-dodge at 120,40 shadow 6 #000000ff"));
}

TEST(Watermark, IsAnchoredByTheBoxAroundATurnedMark) {
  EXPECT_THAT(marked({.laying = {.location = Location::southeast, .rotate = 90}, .dimension = percent(20)}),
              ElementsAre("watermark 3 60x30 opacity 100 normal at 270,109 turned 90"));
  EXPECT_THAT(marked({.laying = {.location = Location::southeast, .rotate = -45}, .dimension = percent(20)}),
              ElementsAre("watermark 3 60x30 opacity 100 normal at 236,105 turned 315"));
}

TEST(Watermark, StandsUpright) {
  Draft draft(kOutput, kLimits);
  auto info = samples::photo(100, 200);
  info.orientation = 6;

  watermark(draft, {.dimension = percent(20)}, 0, info, 1, kLimits);

  EXPECT_EQ(std::get<plan::Watermark>(draft.steps().at(0)).size, (Size{60, 30}));
}

TEST(Watermark, IsLeftOutOnSmallOutputs) {
  EXPECT_THAT(marked({.laying = {.if_min_width = 301}}), IsEmpty());
  EXPECT_THAT(marked({.laying = {.if_min_height = 170}}), IsEmpty());
  EXPECT_THAT(marked({.laying = {.if_min_width = 300, .if_min_height = 169}}).size(), 1u);
  EXPECT_THAT(marked({.laying = {.if_min_width = 200}}, 2), IsEmpty()) << "200 pixels of layout are 400 of the picture";
}

TEST(Watermark, IsLeftOutWhereItCannotBeSeen) {
  EXPECT_THAT(marked({.laying = {.opacity = 0}}), IsEmpty());
  EXPECT_THAT(marked({.laying = {.margin_x = px(5000)}}), IsEmpty());
}

TEST(Watermark, IsRefusedWhereItWouldBeDrawnTooLarge) {
  EXPECT_EQ(samples::refusal([] { marked({.dimension = px(16384)}); }), "watermark-too-large");
  EXPECT_EQ(samples::refusal([] { marked({.dimension = px(16000)}); }), "watermark-too-large");
  EXPECT_EQ(samples::refusal([] { marked({.dimension = px(8000)}); }), "none");
  EXPECT_EQ(samples::refusal([] { marked({.laying = {.rotate = 45}, .dimension = px(8000)}); }), "watermark-too-large");
}

TEST(Watermark, CountsMissingMarks) {
  Rule rule;
  rule.watermarks.assign(3, {.dimension = percent(10)});
  const std::vector<std::optional<ImageInfo>> marks{samples::photo(200, 100), std::nullopt, samples::photo(100, 100)};

  const auto plan = make_plan(rule, samples::photo(300, 169), std::nullopt, marks, ImageFormat::jpg, kLimits);

  EXPECT_THAT(lines(plan), ElementsAre("watermark 0 30x15 opacity 100 normal at 270,154",
                                       "watermark 2 30x30 opacity 100 normal at 270,139"));
}

}  // namespace
}  // namespace calotype::transform
