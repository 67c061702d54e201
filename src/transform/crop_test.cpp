#include "transform/crop.h"

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
constexpr Size kPicture{300, 200};

std::vector<std::string> cropped(const rule::Crop& crop, Size picture = kPicture) {
  Draft draft(picture, kLimits);
  transform::crop(draft, crop);
  return lines(draft);
}

struct Case {
  const char* name;
  rule::Crop crop;
  std::string step;
};

TEST(Crop, CutsTheBoxOfTheTable) {
  const Case cases[] = {
      {"rectangle", {.left = px(10), .top = px(20), .width = px(30), .height = px(40)}, "crop 30x40 at 10,20"},
      {"percent",
       {.left = percent(10), .top = percent(20), .width = percent(50), .height = percent(25)},
       "crop 150x50 at 30,40"},
      {"edges are rounded",
       {.left = percent(33.3), .top = px(0), .width = percent(33.3), .height = px(200)},
       "crop 100x200 at 100,0"},
      {"left alone", {.left = px(100)}, "crop 200x200 at 100,0"},
      {"top and height", {.top = px(50), .height = px(20)}, "crop 300x20 at 0,50"},
      {"cut to the picture",
       {.left = px(250), .top = px(150), .width = px(100), .height = px(100)},
       "crop 50x50 at 250,150"},
      {"from outside", {.left = px(-20), .top = px(-10), .width = px(100), .height = px(100)}, "crop 80x90 at 0,0"},
      {"zoom about the centre",
       {.left = px(100), .top = px(100), .width = px(80), .height = px(40), .zoom = 2},
       "crop 40x20 at 120,110"},
      {"size", {.width = px(100), .height = px(50)}, "crop 100x50 at 100,75"},
      {"width alone", {.width = px(100)}, "crop 100x200 at 100,0"},
      {"height in percent", {.height = percent(50)}, "crop 300x100 at 0,50"},
      {"larger than the picture", {.width = px(5000), .height = px(50)}, "crop 300x50 at 0,75"},
      {"size and zoom", {.width = px(100), .height = px(50), .zoom = 2}, "crop 50x25 at 125,87"},
      {"wide aspect", {.aspect = rule::Aspect{16, 9}}, "crop 300x168 at 0,16"},
      {"tall aspect", {.aspect = rule::Aspect{1, 2}}, "crop 100x200 at 100,0"},
      {"square aspect and zoom", {.aspect = rule::Aspect{1, 1}, .zoom = 4}, "crop 50x50 at 125,75"},
      {"aspect and width", {.width = px(100), .aspect = rule::Aspect{2, 1}}, "crop 100x50 at 100,75"},
      {"aspect and height", {.height = px(50), .aspect = rule::Aspect{2, 1}}, "crop 100x50 at 100,75"},
      {"attention",
       {.width = px(100), .height = px(50), .gravity = {{.kind = rule::Gravity::Kind::attention, .dx = px(-7)}}},
       "smart crop 100x50 attention shift -7,0"},
      {"offset",
       {.width = px(100),
        .height = px(50),
        .gravity = {{.location = Location::northwest, .dx = px(10), .dy = percent(5)}}},
       "crop 100x50 at 10,10"},
      {"offset stays inside",
       {.width = px(100), .height = px(50), .gravity = {{.location = Location::southeast, .dx = px(10)}}},
       "crop 100x50 at 200,150"},
      {"zoom of the gravity", {.width = px(100), .height = px(50), .gravity = {{.zoom = 5}}}, "crop 20x10 at 140,95"},
  };
  for (const auto& [name, crop, step] : cases) EXPECT_THAT(cropped(crop), ElementsAre(step)) << name;
}

TEST(Crop, PlacesASizeAtEachOfTheNinePlaces) {
  const Point expected[] = {{0, 0},    {100, 0}, {200, 0},   {0, 75},   {100, 75},
                            {200, 75}, {0, 150}, {100, 150}, {200, 150}};
  for (std::size_t i = 0; i < samples::kLocations.size(); ++i) {
    Draft draft(kPicture, kLimits);
    crop(draft, {.width = px(100), .height = px(50), .gravity = samples::at(samples::kLocations[i])});
    EXPECT_EQ(std::get<plan::Crop>(draft.steps().at(0)).box, (Box{expected[i].x, expected[i].y, 100, 50})) << i;
  }
}

TEST(Crop, IsLeftOutWhenItKeepsEverything) {
  EXPECT_THAT(cropped({.left = px(0), .top = px(0), .width = px(300), .height = px(200)}), IsEmpty());
  EXPECT_THAT(cropped({.aspect = rule::Aspect{3, 2}}), IsEmpty());
  EXPECT_THAT(cropped({.width = px(100), .height = px(100)}, {1, 1}), IsEmpty());
}

TEST(Crop, IsRefusedWhenItKeepsNothing) {
  EXPECT_EQ(samples::refusal([] { cropped({.left = px(300), .top = px(0), .width = px(10), .height = px(10)}); }),
            "empty-crop");
  EXPECT_EQ(samples::refusal([] { cropped({.left = px(-10), .top = px(0), .width = px(10), .height = px(10)}); }),
            "empty-crop");
  EXPECT_EQ(samples::refusal([] { cropped({.left = px(16384)}); }), "empty-crop");
  EXPECT_EQ(samples::complaint([] { cropped({.left = px(300), .top = px(0), .width = px(10), .height = px(10)}); }),
            "crop 10x10 at 300,0 from a picture of 300x200: nothing is left");
}

TEST(Crop, KeepsAStoredFocalPointInTheMiddle) {
  Draft draft(kPicture, kLimits);
  draft.set_focal({.x = 200, .y = 60});

  crop(draft, {.width = px(100), .height = px(50)});

  EXPECT_THAT(lines(draft), ElementsAre("crop 100x50 at 150,35"));
  EXPECT_EQ(draft.focal(), (Spot{50, 25}));
}

TEST(Crop, TakesACoordinateThatTheRuleLeavesOpenFromTheStoredPoint) {
  Draft draft(kPicture, kLimits);
  draft.set_focal({.x = 200, .y = 60});

  crop(draft, {.width = px(100), .height = px(50), .gravity = {{.kind = rule::Gravity::Kind::focal, .x = 0.25}}});

  EXPECT_THAT(lines(draft), ElementsAre("crop 100x50 at 25,35"));
}

}  // namespace
}  // namespace calotype::transform
