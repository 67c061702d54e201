#include "transform/target.h"

#include <gtest/gtest.h>

#include "transform/samples.h"

namespace calotype::transform {
namespace {

using samples::percent;
using samples::px;

struct Case {
  const char* name;
  rule::Resize resize;
  Size picture;
  double dpr;
  Size box;
  bool is_proportional;
};

const rule::Aspect kFourToThree{.width = 4, .height = 3};

const Case kCases[] = {
    {"width", {.width = px(300)}, {1600, 900}, 1, {300, 169}, true},
    {"height", {.height = px(300)}, {1600, 900}, 1, {533, 300}, true},
    {"width at dpr 2", {.width = px(300)}, {1600, 900}, 2, {600, 338}, true},
    {"width at dpr 0.5", {.width = px(301)}, {1600, 900}, 0.5, {151, 85}, true},
    {"percent ignores dpr", {.width = percent(50)}, {1600, 900}, 2, {800, 450}, true},
    {"percent up", {.width = percent(400)}, {100, 50}, 1, {400, 200}, true},
    {"both", {.width = px(300), .height = px(200)}, {1600, 900}, 1, {300, 200}, false},
    {"both mixed", {.width = px(300), .height = percent(10)}, {1600, 900}, 2, {600, 90}, false},
    {"width and aspect", {.width = px(400), .aspect = kFourToThree}, {1600, 900}, 1, {400, 300}, false},
    {"height and aspect", {.height = px(300), .aspect = kFourToThree}, {1600, 900}, 2, {800, 600}, false},
    {"longest of wide", {.longest = 300}, {1600, 900}, 1, {300, 169}, true},
    {"longest of tall", {.longest = 300}, {900, 1600}, 1, {169, 300}, true},
    {"shortest of wide", {.shortest = 300}, {1600, 900}, 1, {533, 300}, true},
    {"shortest of tall", {.shortest = 300}, {900, 1600}, 2, {600, 1067}, true},
    {"longest of square", {.longest = 300}, {500, 500}, 1, {300, 300}, true},
    {"megapixels", {.megapixels = 1}, {4000, 1000}, 1, {2000, 500}, true},
    {"megapixels round down", {.megapixels = 0.01}, {300, 200}, 1, {122, 81}, true},
    {"megapixels ignore dpr", {.megapixels = 1}, {4000, 1000}, 3, {2000, 500}, true},
    {"the smallest counts", {.width = px(800), .longest = 300}, {1600, 900}, 1, {300, 169}, true},
    {"limits hold a box", {.width = px(800), .height = px(400), .longest = 200}, {1600, 900}, 1, {200, 100}, false},
    {"megapixels hold a box", {.width = px(4000), .height = px(1000), .megapixels = 1}, {9, 9}, 1, {2000, 500}, false},
    {"longest and aspect", {.longest = 800, .aspect = kFourToThree}, {900, 1600}, 1, {800, 600}, false},
    {"shortest and aspect", {.shortest = 300, .aspect = kFourToThree}, {900, 1600}, 1, {400, 300}, false},
    {"megapixels and aspect", {.megapixels = 0.12, .aspect = kFourToThree}, {900, 1600}, 1, {400, 300}, false},
    {"aspect alone", {.aspect = kFourToThree}, {1600, 900}, 2, {1200, 900}, false},
    {"zoom alone", {.zoom = 0.5}, {1600, 900}, 2, {800, 450}, true},
    {"zoom and width", {.width = px(300), .zoom = 2}, {1600, 900}, 1, {600, 338}, true},
    {"zoom and percent", {.width = percent(10), .zoom = 2}, {1600, 900}, 3, {320, 180}, true},
    {"zoom and both", {.width = px(300), .height = px(200), .zoom = 0.1}, {1600, 900}, 1, {30, 20}, false},
    {"thread", {.width = px(10)}, {10000, 1}, 1, {10, 1}, true},
    {"dot", {.width = px(16384)}, {1, 1}, 5, {81920, 81920}, true},
    {"least", {.width = px(1), .zoom = 0.1}, {100, 100}, 0.5, {1, 1}, true},
    {"nothing", {}, {300, 169}, 1, {300, 169}, true},
};

TEST(Target, IsTheBoxOfTheTable) {
  for (const auto& [name, resize, picture, dpr, box, is_proportional] : kCases) {
    const auto target = target_of(resize, picture, dpr);

    EXPECT_EQ(target, (Target{.box = box, .is_proportional = is_proportional}))
        << name << ": " << target.box.width << "x" << target.box.height;
  }
}

TEST(Target, NeverHoldsMoreThanItsMegapixels) {
  for (int width = 1; width < 5000; width += 37) {
    const auto box = target_of({.megapixels = 0.05}, {.width = width, .height = 777}, 1).box;
    EXPECT_LE(box.pixels(), 50'000) << width;
  }
}

TEST(Bounds, GrowWithDpr) {
  const auto bounds = bounds_of({.min_width = 10, .max_height = 15.0}, 2);

  EXPECT_EQ(bounds.min_width, 20);
  EXPECT_EQ(bounds.min_height, 1);
  EXPECT_EQ(bounds.max_width, 0);
  EXPECT_EQ(bounds.max_height, 30);
}

}  // namespace
}  // namespace calotype::transform
