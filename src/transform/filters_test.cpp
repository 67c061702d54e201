#include "transform/filters.h"

#include <gmock/gmock.h>

#include "transform/samples.h"
#include "transform/shape.h"

namespace calotype::transform {
namespace {

using samples::lines;
using samples::percent;
using samples::px;
using testing::ElementsAre;
using testing::IsEmpty;

const Limits kLimits;

std::vector<std::string> filtered(const rule::Actions& actions, double dpr = 1) {
  Draft draft({300, 200}, kLimits);
  filter(draft, actions, dpr);
  return lines(draft);
}

TEST(Filters, ComeInTheirFixedOrder) {
  EXPECT_THAT(
      filtered({.adjust = rule::Adjust{.brightness = 10, .gamma = 1.5, .normalize = rule::Normalize{}, .invert = true},
                .tone = rule::Tone{},
                .blur = rule::Blur{},
                .pixelate = 10,
                .median = 3,
                .sharpen = rule::Sharpen{}}),
      ElementsAre("adjust brightness 10 gamma 1.5 normalize 1..99 invert", "grayscale", "blur sigma 3",
                  "pixelate cell 10", "median 3", "sharpen sigma 0.5"));
}

TEST(Filters, AreLeftOutWhenTheyChangeNothing) {
  EXPECT_THAT(filtered({}), IsEmpty());
  EXPECT_THAT(filtered({.adjust = rule::Adjust{}}), IsEmpty());
  EXPECT_THAT(filtered({.tone = rule::Tone{.kind = rule::Tone::Kind::sepia, .amount = 0}}), IsEmpty());
  EXPECT_THAT(filtered({.tone = rule::Tone{.kind = rule::Tone::Kind::tint, .amount = 0}}), IsEmpty());
  EXPECT_THAT(filtered({.tone = rule::Tone{.kind = rule::Tone::Kind::threshold, .amount = 0}}),
              ElementsAre("threshold 0"));
  EXPECT_THAT(filtered({.pixelate = 2}, 0.5), IsEmpty());
}

TEST(Filters, GrowWithDpr) {
  EXPECT_THAT(filtered({.blur = rule::Blur{.sigma = 3, .progressive = rule::Progressive{.angle = 90}},
                        .pixelate = 5,
                        .median = 5,
                        .sharpen = rule::Sharpen{.sigma = 1}},
                       2),
              ElementsAre("blur sigma 6 along 90 from 0 to 1", "pixelate cell 10", "median 5", "sharpen sigma 2"));
}

TEST(Sharpen, IsAutomaticOnlyForPicturesThatShrankByMoreThanAHalf) {
  const auto sharpened = [](int width) {
    Draft draft({300, 300}, kLimits);
    draft.resize({width, width}, rule::Kernel::lanczos3, false);
    filter(draft, {.sharpen = rule::Sharpen{.automatic = true}}, 1);
    return std::holds_alternative<plan::Sharpen>(draft.steps().back());
  };
  EXPECT_TRUE(sharpened(199));
  EXPECT_FALSE(sharpened(200));
  EXPECT_THAT(filtered({.sharpen = rule::Sharpen{.automatic = true}}), IsEmpty());
}

std::vector<std::string> shaped(const rule::Actions& actions, double dpr = 1, Size picture = {300, 200}) {
  Draft draft(picture, kLimits);
  shape(draft, actions, dpr);
  return lines(draft);
}

TEST(Mask, HasTheShapeOfTheTable) {
  EXPECT_THAT(shaped({.mask = rule::Mask{.shape = rule::Mask::Shape::ellipse}}),
              ElementsAre("mask 300x200 at 0,0 ellipse #00000000"));
  EXPECT_THAT(shaped({.mask = rule::Mask{.shape = rule::Mask::Shape::circle}}),
              ElementsAre("mask 200x200 at 50,0 ellipse #00000000"));
  EXPECT_THAT(shaped({.mask = rule::Mask{.shape = rule::Mask::Shape::circle, .trim = true}}),
              ElementsAre("crop 200x200 at 50,0", "mask 200x200 at 0,0 ellipse #00000000"));
  EXPECT_THAT(shaped({.mask = rule::Mask{.shape = rule::Mask::Shape::rounded, .background = {.colour = kWhite}}}),
              ElementsAre("mask 300x200 at 0,0 radii 20,20,20,20 #ffffffff"));
}

TEST(Round, TakesRadiiOfEveryUnit) {
  EXPECT_THAT(shaped({.round = rule::Round{.radius = {px(1), px(2), percent(10), px(0)}}}, 2),
              ElementsAre("mask 300x200 at 0,0 radii 2,4,20,0 #00000000"));
  EXPECT_THAT(shaped({.round = rule::Round{.is_max = true}}),
              ElementsAre("mask 300x200 at 0,0 radii 100,100,100,100 #00000000"));
  EXPECT_THAT(shaped({.round = rule::Round{.radius = {px(500), px(-5), px(0), px(0)}}}),
              ElementsAre("mask 300x200 at 0,0 radii 100,0,0,0 #00000000"));
  EXPECT_THAT(shaped({.round = rule::Round{.is_max = true}}, 1, {1, 1}),
              ElementsAre("mask 1x1 at 0,0 radii 0.5,0.5,0.5,0.5 #00000000"));
}

TEST(Round, IsLeftOutWithoutARadius) { EXPECT_THAT(shaped({.round = rule::Round{}}), IsEmpty()); }

TEST(Border, GrowsThePictureOutsideAlone) {
  Draft outside({300, 200}, kLimits);
  shape(outside, {.border = rule::Border{.width = {1, 2, 3, 4}}}, 2);
  Draft inside({300, 200}, kLimits);
  shape(inside, {.border = rule::Border{.width = {1, 2, 3, 4}, .mode = rule::Border::Mode::inside}}, 2);

  EXPECT_THAT(lines(outside), ElementsAre("border outside 2,4,6,8 radii 0,0,0,0 #000000ff"));
  EXPECT_EQ(outside.size(), (Size{312, 208}));
  EXPECT_THAT(lines(inside), ElementsAre("border inside 2,4,6,8 radii 0,0,0,0 #000000ff"));
  EXPECT_EQ(inside.size(), (Size{300, 200}));
}

TEST(Border, CoversAtMostWhatThereIs) {
  EXPECT_THAT(
      shaped({.border = rule::Border{.width = {500, 500, 500, 500}, .mode = rule::Border::Mode::inside}}, 1, {30, 700}),
      ElementsAre("border inside 500,0,200,30 radii 0,0,0,0 #000000ff"));
}

TEST(Border, FollowsTheShapeBeforeIt) {
  const rule::Border border{.width = {4, 4, 4, 4}};
  EXPECT_THAT(shaped({.round = rule::Round{.is_max = true}, .border = border}).back(),
              "border outside 4,4,4,4 radii 100,100,100,100 #000000ff");
  EXPECT_THAT(shaped({.mask = rule::Mask{}, .border = border}).back(), "border outside 4,4,4,4 ellipse #000000ff");
  EXPECT_THAT(shaped({.mask = rule::Mask{.shape = rule::Mask::Shape::circle}, .border = border}).back(),
              "border outside 4,4,4,4 radii 0,0,0,0 #000000ff")
      << "the circle does not reach the edges";
  EXPECT_THAT(
      shaped({.mask = rule::Mask{}, .round = rule::Round{.radius = {px(5), px(5), px(5), px(5)}}, .border = border})
          .back(),
      "border outside 4,4,4,4 radii 5,5,5,5 #000000ff");
}

}  // namespace
}  // namespace calotype::transform
