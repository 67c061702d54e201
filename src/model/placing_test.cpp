#include "model/placing.h"

#include <gtest/gtest.h>

#include <array>

namespace calotype {
namespace {

constexpr std::array kLocations{Location::northwest, Location::north,  Location::northeast,
                                Location::west,      Location::center, Location::east,
                                Location::southwest, Location::south,  Location::southeast};

TEST(Anchor, PutsABoxAtEachOfTheNinePlaces) {
  const Point expected[] = {{0, 0}, {45, 0}, {90, 0}, {0, 15}, {45, 15}, {90, 15}, {0, 30}, {45, 30}, {90, 30}};
  for (std::size_t i = 0; i < kLocations.size(); ++i) {
    EXPECT_EQ(anchor({10, 20}, {100, 50}, kLocations[i]), expected[i]) << i;
  }
}

TEST(Anchor, RoundsTheMiddleDownAlsoWhereItIsNegative) {
  EXPECT_EQ(anchor({10, 10}, {15, 15}, Location::center), (Point{2, 2}));
  EXPECT_EQ(anchor({15, 15}, {10, 10}, Location::center), (Point{-3, -3}));
  EXPECT_EQ(anchor({15, 15}, {10, 10}, Location::southeast), (Point{-5, -5}));
}

TEST(Places, AreCountedAsTheyAreGiven) {
  const Placing tiles{.pattern = Placing::Pattern::tile, .margin = {.x = -7, .y = 3}, .spacing = {.x = 5, .y = 0}};
  const Size bounds{.width = 11, .height = 13};
  const Size picture{.width = 100, .height = 60};

  EXPECT_EQ(static_cast<std::int64_t>(places_of(tiles, bounds, picture).size()), count_places(tiles, bounds, picture));
  EXPECT_FALSE(are_too_many(tiles, bounds, picture));
  EXPECT_TRUE(are_too_many(tiles, {.width = 1, .height = 1}, {.width = 4000, .height = 4000}));
  EXPECT_EQ(count_places({}, bounds, picture), 1);
}

}  // namespace
}  // namespace calotype
