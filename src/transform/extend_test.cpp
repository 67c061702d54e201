#include "transform/extend.h"

#include <gmock/gmock.h>

#include "transform/samples.h"

namespace calotype::transform {
namespace {

using samples::lines;
using samples::percent;
using samples::px;
using testing::ElementsAre;
using testing::IsEmpty;

const Limits kLimits;

std::vector<std::string> extended(const rule::Extend& extension, const Rule& rule = {}, Size picture = {300, 200}) {
  Draft draft(picture, kLimits);
  extend(draft, rule, extension);
  return lines(draft);
}

struct Case {
  const char* name;
  rule::Extend extension;
  std::string step;
};

TEST(Extend, MakesTheCanvasOfTheTable) {
  const Case cases[] = {
      {"sides",
       {.top = px(1), .right = px(2), .bottom = px(3), .left = px(4)},
       "extend 306x204 picture at 4,1 background #ffffffff"},
      {"percent", {.top = percent(10), .left = percent(10)}, "extend 330x220 picture at 30,20 background #ffffffff"},
      {"negative cuts", {.right = px(-50), .left = px(-100)}, "extend 150x200 picture at -100,0 background #ffffffff"},
      {"canvas", {.width = px(400), .height = px(300)}, "extend 400x300 picture at 50,50 background #ffffffff"},
      {"canvas one way", {.width = px(400)}, "extend 400x200 picture at 50,0 background #ffffffff"},
      {"canvas at a place",
       {.width = px(400), .height = px(300), .location = Location::southwest},
       "extend 400x300 picture at 0,100 background #ffffffff"},
      {"canvas smaller one way",
       {.width = px(10), .height = px(300)},
       "extend 300x300 picture at 0,50 background #ffffffff"},
      {"square", {.aspect = rule::Aspect{1, 1}}, "extend 300x300 picture at 0,50 background #ffffffff"},
      {"wide aspect", {.aspect = rule::Aspect{2, 1}}, "extend 400x200 picture at 50,0 background #ffffffff"},
      {"width and aspect",
       {.width = px(400), .aspect = rule::Aspect{1, 1}},
       "extend 400x400 picture at 50,100 background #ffffffff"},
      {"copy", {.left = px(1), .mode = rule::Extend::Mode::copy}, "extend 301x200 picture at 1,0 copy"},
      {"repeat", {.left = px(1), .mode = rule::Extend::Mode::repeat}, "extend 301x200 picture at 1,0 repeat"},
      {"mirror", {.left = px(1), .mode = rule::Extend::Mode::mirror}, "extend 301x200 picture at 1,0 mirror"},
      {"blur", {.left = px(1), .mode = rule::Extend::Mode::blur}, "extend 301x200 picture at 1,0 blur sigma 40"},
      {"own background",
       {.left = px(1), .background = Paint{.kind = Paint::Kind::dominant}},
       "extend 301x200 picture at 1,0 background dominant"},
  };
  for (const auto& [name, extension, step] : cases) EXPECT_THAT(extended(extension), ElementsAre(step)) << name;
}

TEST(Extend, GrowsWithDprButNotInPercent) {
  EXPECT_THAT(extended({.top = percent(10), .left = px(10)}, {.dpr = 2}),
              ElementsAre("extend 320x220 picture at 20,20 background #ffffffff"));
  EXPECT_THAT(extended({.top = px(1), .left = px(3)}, {.dpr = 0.5}),
              ElementsAre("extend 302x201 picture at 2,1 background #ffffffff"));
}

TEST(Extend, IsLeftOutWhenItChangesNothing) {
  EXPECT_THAT(extended({}), IsEmpty());
  EXPECT_THAT(extended({.width = px(300), .height = px(200)}), IsEmpty());
  EXPECT_THAT(extended({.aspect = rule::Aspect{3, 2}}), IsEmpty());
}

TEST(Extend, IsRefusedWhereNothingOfThePictureIsLeft) {
  EXPECT_EQ(samples::refusal([] { extended({.left = px(-300)}); }), "empty-crop");
  EXPECT_EQ(samples::refusal([] { extended({.right = px(50), .left = px(-300)}); }), "empty-crop");
}

TEST(Extend, IsRefusedBeyondTheLimits) {
  EXPECT_EQ(samples::refusal([] { extended({.left = px(16384)}, {.dpr = 5}); }), "result-too-large");
  EXPECT_EQ(samples::complaint([] { extended({.left = px(16384)}, {.dpr = 5}); }),
            "extend to 82220x200: the limit of a side is 16383 pixels (result_side)");
}

}  // namespace
}  // namespace calotype::transform
