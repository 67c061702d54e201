#include "transform/fit.h"

#include <gmock/gmock.h>

#include "transform/samples.h"

namespace calotype::transform {
namespace {

using rule::FitType;
using samples::at;
using samples::lines;
using samples::percent;
using samples::px;
using testing::ElementsAre;
using testing::IsEmpty;

struct Case {
  const char* name;
  FitType type;
  Size picture;
  Size box;
  bool may_enlarge;
  Size size;
  bool is_cut;
  std::optional<Size> canvas;
};

constexpr Size kWide{1600, 900};
constexpr Size kTall{900, 1600};
constexpr Size kSquare{1000, 1000};
constexpr Size kSmall{100, 50};
constexpr Size kDot{1, 1};
constexpr Size kThread{10000, 1};

const Case kCases[] = {
    // down
    {"clip wide", FitType::clip, kWide, {300, 300}, false, {300, 169}, false, {}},
    {"clip tall", FitType::clip, kTall, {300, 300}, false, {169, 300}, false, {}},
    {"clip square", FitType::clip, kSquare, {300, 200}, false, {200, 200}, false, {}},
    {"clip thread", FitType::clip, kThread, {100, 100}, false, {100, 1}, false, {}},
    {"max wide", FitType::max, kWide, {300, 300}, true, {300, 169}, false, {}},
    {"crop wide", FitType::crop, kWide, {300, 300}, false, {300, 300}, true, {}},
    {"crop tall", FitType::crop, kTall, {300, 100}, false, {300, 100}, true, {}},
    {"crop square", FitType::crop, kSquare, {300, 200}, false, {300, 200}, true, {}},
    {"min wide", FitType::min, kWide, {300, 300}, true, {300, 300}, true, {}},
    {"fill wide", FitType::fill, kWide, {300, 300}, false, {300, 169}, false, Size{300, 300}},
    {"fill tall", FitType::fill, kTall, {300, 300}, false, {169, 300}, false, Size{300, 300}},
    {"fillmax wide", FitType::fillmax, kWide, {300, 300}, true, {300, 169}, false, Size{300, 300}},
    {"clamp wide", FitType::clamp, kWide, {300, 300}, false, {300, 169}, false, Size{300, 300}},
    {"mirror tall", FitType::mirror, kTall, {400, 300}, false, {169, 300}, false, Size{400, 300}},
    {"blurfill square", FitType::blurfill, kSquare, {400, 300}, false, {300, 300}, false, Size{400, 300}},
    {"scale wide", FitType::scale, kWide, {300, 300}, false, {300, 300}, false, {}},
    {"outside wide", FitType::outside, kWide, {300, 300}, false, {533, 300}, false, {}},
    {"outside tall", FitType::outside, kTall, {300, 300}, false, {300, 533}, false, {}},
    {"auto same orientation", FitType::automatic, kWide, {300, 200}, false, {300, 200}, true, {}},
    {"auto other orientation", FitType::automatic, kWide, {200, 300}, false, {200, 113}, false, {}},
    {"auto square box", FitType::automatic, kTall, {300, 300}, false, {300, 300}, true, {}},
    {"auto square picture", FitType::automatic, kSquare, {200, 300}, false, {200, 300}, true, {}},
    {"adaptive turns the box", FitType::adaptive, kTall, {400, 300}, false, {225, 400}, false, {}},
    {"adaptive keeps the box", FitType::adaptive, kWide, {400, 300}, false, {400, 225}, false, {}},
    {"adaptive square", FitType::adaptive, kSquare, {400, 300}, false, {300, 300}, false, {}},
    // up, not allowed: the picture is never made larger
    {"clip small", FitType::clip, kSmall, {300, 300}, false, kSmall, false, {}},
    {"max small", FitType::max, kSmall, {300, 300}, false, kSmall, false, {}},
    {"crop small", FitType::crop, kSmall, {300, 300}, false, {50, 50}, true, {}},
    {"crop small one way", FitType::crop, kSmall, {200, 40}, false, {100, 20}, true, {}},
    {"min small", FitType::min, kSmall, {300, 300}, false, {50, 50}, true, {}},
    {"fill small", FitType::fill, kSmall, {300, 300}, false, kSmall, false, Size{300, 300}},
    {"clamp small", FitType::clamp, kSmall, {300, 300}, false, kSmall, false, Size{300, 300}},
    {"scale small", FitType::scale, kSmall, {300, 300}, false, {50, 50}, false, {}},
    {"outside small", FitType::outside, kSmall, {300, 300}, false, kSmall, false, {}},
    {"adaptive small", FitType::adaptive, kSmall, {300, 400}, false, kSmall, false, {}},
    {"crop dot", FitType::crop, kDot, {300, 169}, false, {1, 1}, true, {}},
    {"clip dot", FitType::clip, kDot, {300, 169}, false, kDot, false, {}},
    {"crop thread", FitType::crop, kThread, {100, 100}, false, {1, 1}, true, {}},
    // up, allowed
    {"clip small up", FitType::clip, kSmall, {300, 300}, true, {300, 150}, false, {}},
    {"max small up", FitType::max, kSmall, {300, 300}, true, kSmall, false, {}},
    {"crop small up", FitType::crop, kSmall, {300, 300}, true, {300, 300}, true, {}},
    {"min small up", FitType::min, kSmall, {300, 300}, true, {50, 50}, true, {}},
    {"fill small up", FitType::fill, kSmall, {300, 300}, true, {300, 150}, false, Size{300, 300}},
    {"smartpad small up", FitType::smartpad, kSmall, {300, 300}, true, {300, 150}, false, Size{300, 300}},
    {"fillmax small up", FitType::fillmax, kSmall, {300, 300}, true, kSmall, false, Size{300, 300}},
    {"mirror small up", FitType::mirror, kSmall, {300, 300}, true, {300, 150}, false, Size{300, 300}},
    {"blurfill small up", FitType::blurfill, kSmall, {300, 300}, true, {300, 150}, false, Size{300, 300}},
    {"scale small up", FitType::scale, kSmall, {300, 300}, true, {300, 300}, false, {}},
    {"outside small up", FitType::outside, kSmall, {300, 300}, true, {600, 300}, false, {}},
    {"adaptive small up", FitType::adaptive, kSmall, {300, 400}, true, {400, 200}, false, {}},
    {"auto small up", FitType::automatic, kSmall, {300, 200}, true, {300, 200}, true, {}},
    {"clip dot up", FitType::clip, kDot, {300, 169}, true, {169, 169}, false, {}},
};

TEST(Fit, GivesTheSizesOfTheTable) {
  for (const auto& item : kCases) {
    const auto fitting = fit(item.type, item.picture, {.box = item.box}, Bounds{}, item.may_enlarge);

    EXPECT_EQ(fitting, (Fitting{.size = item.size, .is_cut = item.is_cut, .canvas = item.canvas}))
        << item.name << ": " << fitting.size.width << "x" << fitting.size.height;
  }
}

TEST(Fit, TakesAProportionalBoxAsItIs) {
  const Target target{.box = {300, 100}, .is_proportional = true};
  const Size picture{1000, 334};
  for (const auto type :
       {FitType::clip, FitType::max, FitType::crop, FitType::scale, FitType::outside, FitType::fill}) {
    EXPECT_EQ(fit(type, picture, target, Bounds{}, false).size, (Size{300, 100})) << static_cast<int>(type);
  }
}

TEST(Fit, HoldsResultsToTheirBounds) {
  const Bounds at_least_200{.min_height = 200};
  EXPECT_EQ(fit(FitType::clip, kWide, {.box = {300, 300}}, at_least_200, false).size, (Size{356, 200}));
  EXPECT_EQ(fit(FitType::crop, kWide, {.box = {300, 100}}, at_least_200, false).size, (Size{300, 200}));
  const Bounds at_most_100{.max_width = 100};
  EXPECT_EQ(fit(FitType::clip, kWide, {.box = {300, 300}}, at_most_100, false).size, (Size{100, 56}));
  EXPECT_EQ(fit(FitType::fill, kWide, {.box = {300, 300}}, at_most_100, false).canvas, (Size{100, 300}));
  const Bounds both{.min_width = 500, .max_width = 400};
  EXPECT_EQ(fit(FitType::clip, kWide, {.box = {300, 300}}, both, false).size, (Size{400, 225})) << "max wins";
  EXPECT_EQ(fit(FitType::clip, kSmall, {.box = {300, 300}}, at_least_200, false).size, kSmall) << "never enlarged";
}

Draft resized(Size picture, rule::Resize resize, Rule rule = {}) {
  static const Limits limits;
  Draft draft(picture, limits);
  transform::resize(draft, rule, resize);
  return draft;
}

TEST(Resize, LeavesOutWhatChangesNothing) {
  EXPECT_THAT(lines(resized({300, 169}, {.width = px(300)})), IsEmpty());
  EXPECT_THAT(lines(resized({300, 169}, {.width = px(600)})), IsEmpty());
}

TEST(Resize, CutsWhereTheGravityPullsThenScales) {
  const char* kExpected[] = {"crop 900x900 at 0,0", "crop 900x900 at 350,0", "crop 900x900 at 700,0",
                             "crop 900x900 at 0,0", "crop 900x900 at 350,0", "crop 900x900 at 700,0",
                             "crop 900x900 at 0,0", "crop 900x900 at 350,0", "crop 900x900 at 700,0"};
  for (std::size_t i = 0; i < samples::kLocations.size(); ++i) {
    const auto draft = resized(
        kWide,
        {.width = px(300), .height = px(300), .fit = {.type = FitType::crop, .gravity = at(samples::kLocations[i])}});
    EXPECT_THAT(lines(draft), ElementsAre(kExpected[i], "resize 300x300 lanczos3"));
  }
}

TEST(Resize, LeavesItToThePixelsWhetherASmartPadCuts) {
  const rule::Fit smart{.type = FitType::smartpad, .gravity = at(Location::east)};

  EXPECT_THAT(lines(resized(kWide, {.width = px(300), .height = px(300), .fit = smart})),
              ElementsAre("resize 533x300 lanczos3",
                          "smart pad 300x300: crop at 233,0 where that keeps 0.9, else 300x169 at 0,65 on #ffffffff"));
}

TEST(Resize, PadsWithASmartPadWhatIsTooSmallToCut) {
  const rule::Resize resize{.width = px(300), .height = px(300), .fit = {.type = FitType::smartpad}};

  EXPECT_THAT(lines(resized(kSmall, resize)), ElementsAre("extend 300x300 picture at 100,125 background #ffffffff"));
  Rule enlarging;
  enlarging.enlarge = true;
  EXPECT_EQ(lines(resized(kSmall, resize, enlarging)).front(), "resize 600x300 lanczos3");
}

TEST(Resize, NeitherCutsNorPadsWithASmartPadOfTheSameRatio) {
  const rule::Resize resize{.width = px(300), .height = px(169), .fit = {.type = FitType::smartpad}};

  EXPECT_THAT(lines(resized(kWide, resize)), ElementsAre("resize 300x169 lanczos3"));
}

TEST(Resize, PullsUpAndDownInATallPicture) {
  const auto cut = [](Location location) {
    return lines(
               resized(kTall,
                       {.width = px(300), .height = px(300), .fit = {.type = FitType::crop, .gravity = at(location)}}))
        .front();
  };
  EXPECT_EQ(cut(Location::northeast), "crop 900x900 at 0,0");
  EXPECT_EQ(cut(Location::west), "crop 900x900 at 0,350");
  EXPECT_EQ(cut(Location::south), "crop 900x900 at 0,700");
}

TEST(Resize, DoesNotCutWhatRoundingToPixelsExplains) {
  const auto draft = resized(kWide, {.width = px(300), .height = px(169), .fit = {.type = FitType::crop}});

  EXPECT_THAT(lines(draft), ElementsAre("resize 300x169 lanczos3"));
}

TEST(Resize, FollowsAFocalPointWithZoomAndOffset) {
  const rule::Gravity focal{.kind = rule::Gravity::Kind::focal, .x = 0.25, .y = 0.5};
  rule::Resize resize{.width = px(300), .height = px(300), .fit = {.type = FitType::crop, .gravity = {focal}}};
  EXPECT_EQ(lines(resized(kWide, resize)).front(), "crop 900x900 at 0,0");

  resize.fit.gravity.front().zoom = 3;
  EXPECT_EQ(lines(resized(kWide, resize)).front(), "crop 300x300 at 250,300");

  resize.fit.gravity.front().dx = percent(10);
  resize.fit.gravity.front().dy = px(-20);
  EXPECT_EQ(lines(resized(kWide, resize)).front(), "crop 300x300 at 410,280");
}

TEST(Resize, CountsOffsetsInPixelsOfTheResult) {
  rule::Gravity gravity{.location = Location::west, .dx = px(10)};
  const rule::Resize resize{.width = px(300), .height = px(300), .fit = {.type = FitType::crop, .gravity = {gravity}}};

  EXPECT_EQ(lines(resized(kWide, resize)).front(), "crop 900x900 at 30,0");
  EXPECT_EQ(lines(resized(kWide, resize, {.dpr = 2})).front(), "crop 900x900 at 30,0") << "10 of 300 are 20 of 600";
}

TEST(Resize, TakesTheFirstGravityThatApplies) {
  const rule::Gravity stored{.kind = rule::Gravity::Kind::focal};
  const rule::Gravity east{.location = Location::east};
  const rule::Resize resize{
      .width = px(300), .height = px(300), .fit = {.type = FitType::crop, .gravity = {stored, east}}};
  const Limits limits;

  Draft without(kWide, limits);
  transform::resize(without, {}, resize);
  Draft with(kWide, limits);
  with.set_focal({.x = 500, .y = 100});
  transform::resize(with, {}, resize);

  EXPECT_EQ(lines(without).front(), "crop 900x900 at 700,0");
  EXPECT_EQ(lines(with).front(), "crop 900x900 at 50,0");
}

TEST(Resize, LooksForWhatDrawsTheEyeOnTheScaledPicture) {
  rule::Gravity attention{.kind = rule::Gravity::Kind::attention};
  rule::Resize resize{.width = px(300), .height = px(300), .fit = {.type = FitType::crop, .gravity = {attention}}};
  EXPECT_THAT(lines(resized(kWide, resize)), ElementsAre("resize 533x300 lanczos3", "smart crop 300x300 attention"));

  resize.fit.gravity.front() = {.kind = rule::Gravity::Kind::entropy, .zoom = 2, .dx = px(5)};
  EXPECT_THAT(lines(resized(kWide, resize)),
              ElementsAre("resize 1067x600 lanczos3", "smart crop 300x300 entropy shift 5,0"));
}

TEST(Resize, LooksForItOnTheOriginalWhereThePictureGrows) {
  const rule::Gravity attention{.kind = rule::Gravity::Kind::attention};
  const rule::Resize resize{
      .width = px(300), .height = px(300), .fit = {.type = FitType::crop, .gravity = {attention}}, .enlarge = true};

  EXPECT_THAT(lines(resized(kSmall, resize)), ElementsAre("smart crop 50x50 attention", "resize 300x300 lanczos3"));
}

TEST(Resize, PadsInEveryManner) {
  const auto last = [](rule::Fit fit) {
    return lines(resized(kWide, {.width = px(300), .height = px(300), .fit = fit}, {.dpr = 1})).back();
  };
  EXPECT_EQ(last({.type = FitType::fill}), "extend 300x300 picture at 0,65 background #ffffffff");
  EXPECT_EQ(last({.type = FitType::fill, .background = Paint{.colour = kTransparent}, .location = Location::north}),
            "extend 300x300 picture at 0,0 background #00000000");
  EXPECT_EQ(last({.type = FitType::fillmax, .location = Location::southwest}),
            "extend 300x300 picture at 0,131 background #ffffffff");
  EXPECT_EQ(last({.type = FitType::clamp}), "extend 300x300 picture at 0,65 copy");
  EXPECT_EQ(last({.type = FitType::mirror}), "extend 300x300 picture at 0,65 mirror");
  EXPECT_EQ(last({.type = FitType::blurfill, .sigma = 12}), "extend 300x300 picture at 0,65 blur sigma 12");
}

TEST(Resize, LetsTheActionOverruleTheRuleAboutEnlarging) {
  const auto size = [](std::optional<bool> own, bool rules) {
    return resized(kSmall, {.width = px(200), .enlarge = own}, {.enlarge = rules}).size();
  };
  EXPECT_EQ(size(std::nullopt, false), kSmall);
  EXPECT_EQ(size(std::nullopt, true), (Size{200, 100}));
  EXPECT_EQ(size(true, false), (Size{200, 100}));
  EXPECT_EQ(size(false, true), kSmall);
}

TEST(Resize, PassesKernelAndLightOn) {
  EXPECT_THAT(lines(resized(kWide, {.width = px(300), .kernel = rule::Kernel::mitchell, .linear = true})),
              ElementsAre("resize 300x169 mitchell linear light"));
}

TEST(CropResize, IsACropFit) {
  const Limits limits;
  Draft draft(kWide, limits);

  crop_resize(draft, {.dpr = 2}, {.width = px(100), .height = percent(50), .gravity = at(Location::west)});

  EXPECT_THAT(lines(draft), ElementsAre("crop 400x900 at 0,0", "resize 200x450 lanczos3"));
}

}  // namespace
}  // namespace calotype::transform
