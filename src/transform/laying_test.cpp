#include "transform/laying.h"

#include <gmock/gmock.h>

#include "transform/samples.h"

namespace calotype::transform {
namespace {

using samples::percent;
using samples::px;
using testing::ElementsAre;

constexpr Size kOutput{300, 169};

TEST(MarkPositions, AreAnchoredWithTheirMargin) {
  const Point expected[] = {{7, 5},    {120, 5}, {233, 5},   {7, 69},   {120, 69},
                            {233, 69}, {7, 134}, {120, 134}, {233, 134}};
  for (std::size_t i = 0; i < samples::kLocations.size(); ++i) {
    const rule::Laying mark{.location = samples::kLocations[i], .margin_x = px(7), .margin_y = percent(3)};
    EXPECT_THAT(mark_positions(mark, {60, 30}, kOutput, 1), ElementsAre(expected[i])) << i;
  }
}

TEST(MarkPositions, TakePercentOfTheirOwnDirectionAndGrowWithDpr) {
  const rule::Laying mark{.location = Location::southeast, .margin_x = percent(10), .margin_y = px(10)};

  EXPECT_THAT(mark_positions(mark, {60, 30}, kOutput, 2), ElementsAre(Point{210, 119}));
}

TEST(MarkPositions, MayLieOutside) {
  const rule::Laying mark{.location = Location::southeast, .margin_x = px(-10), .margin_y = px(0)};

  EXPECT_THAT(mark_positions(mark, {400, 30}, kOutput, 1), ElementsAre(Point{-90, 139}));
}

TEST(MarkPositions, TileFromTheMarginOverTheEdges) {
  const rule::Laying mark{.pattern = Placing::Pattern::tile, .margin_x = px(5), .margin_y = px(0), .spacing = px(40)};

  EXPECT_THAT(mark_positions(mark, {60, 60}, kOutput, 1),
              ElementsAre(Point{5, 0}, Point{105, 0}, Point{205, 0}, Point{5, 100}, Point{105, 100}, Point{205, 100}));
}

TEST(MarkPositions, LeaveOutEverySecondFieldOfAChessBoard) {
  const rule::Laying mark{.pattern = Placing::Pattern::chess, .spacing = px(40)};

  EXPECT_THAT(mark_positions(mark, {60, 60}, kOutput, 1), ElementsAre(Point{0, 0}, Point{200, 0}, Point{100, 100}));
}

TEST(MarkPositions, SpaceTilesByPercentOfBothSides) {
  const rule::Laying mark{.pattern = Placing::Pattern::tile, .spacing = percent(10)};

  EXPECT_THAT(mark_positions(mark, {150, 85}, kOutput, 1),
              ElementsAre(Point{0, 0}, Point{180, 0}, Point{0, 102}, Point{180, 102}));
}

TEST(MarkPositions, SkipTilesBeforeThePicture) {
  const rule::Laying mark{
      .pattern = Placing::Pattern::tile, .margin_x = px(-1000), .margin_y = px(-15), .spacing = px(40)};

  const auto positions = mark_positions(mark, {60, 60}, {100, 60}, 1);

  EXPECT_THAT(positions, ElementsAre(Point{0, -15}));
}

TEST(MarkPositions, AreRefusedWhereTheyAreTooMany) {
  rule::Laying mark{.pattern = Placing::Pattern::tile, .spacing = px(0)};
  const auto tiles = [&](Size output) { return samples::refusal([&] { mark_positions(mark, {1, 1}, output, 1); }); };
  EXPECT_EQ(tiles({64, 64}), "none");
  EXPECT_EQ(tiles({65, 64}), "too-many-marks");
  EXPECT_EQ(tiles({16000, 2500}), "too-many-marks");
  mark.spacing = px(-500);
  EXPECT_EQ(tiles({100, 100}), "too-many-marks") << "tiles move on by a pixel at least";
  mark.pattern = Placing::Pattern::chess;
  EXPECT_EQ(tiles({90, 90}), "none");
  EXPECT_EQ(mark_positions(mark, {1, 1}, {90, 90}, 1).size(), 4050u);
}

}  // namespace
}  // namespace calotype::transform
