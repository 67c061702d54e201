#include "delivery/stand_in.h"

#include <gtest/gtest.h>

namespace calotype::delivery {
namespace {

const Digest kSlot = Digest::of("slot");
const Digest kLook = Digest::of("look");

Want want() {
  return {.key = Digest::of("wanted"),
          .lineage = {.slot = kSlot, .look = kLook},
          .format = ImageFormat::webp,
          .size = Size{.width = 300, .height = 200}};
}

Relative relative(const char* name, Size size, ImageFormat format = ImageFormat::webp) {
  return {.key = Digest::of(name),
          .traits = {.format = format,
                     .size = size,
                     .lineage = {.slot = Digest::of(std::string("slot of ") + name), .look = kLook}}};
}

std::vector<std::string> names(const std::vector<StandIn>& found, const std::vector<std::string>& known) {
  std::vector<std::string> list;
  for (const auto& one : found) {
    for (const auto& name : known) {
      if (Digest::of(name) == one.key) list.push_back(name + " " + std::string(name_of(one.kind)));
    }
  }
  return list;
}

TEST(StandIns, ComeBestFirst) {
  auto old = relative("old", {.width = 250, .height = 200});
  old.traits.lineage = {.slot = kSlot, .look = Digest::of("other look")};
  const std::vector<Relative> family{relative("large", {.width = 900, .height = 600}), old,
                                     relative("larger", {.width = 600, .height = 400}, ImageFormat::jpg)};

  EXPECT_EQ(names(stand_ins(want(), family), {"large", "old", "larger"}),
            (std::vector<std::string>{"old stale", "larger larger", "large larger"}));
}

TEST(StandIns, AreNeverTheWantedOneItself) {
  auto same = relative("wanted", {.width = 900, .height = 600});
  EXPECT_TRUE(stand_ins(want(), std::vector{same}).empty());
}

TEST(StandIns, ShowTheSameInTheSameShapeAndAFormatThatTheClientTakes) {
  auto other = relative("other look", {.width = 900, .height = 600});
  other.traits.lineage.look = Digest::of("with the plates visible");
  const std::vector<Relative> family{other, relative("small", {.width = 299, .height = 199}),
                                     relative("square", {.width = 900, .height = 900}),
                                     relative("avif", {.width = 900, .height = 600}, ImageFormat::avif)};
  EXPECT_TRUE(stand_ins(want(), family).empty());
}

TEST(StandIns, AllowForTheRoundingOfSmallPictures) {
  auto small = want();
  small.size = Size{.width = 40, .height = 27};
  EXPECT_EQ(stand_ins(small, std::vector{relative("large", {.width = 1200, .height = 800})}).size(), 1U);
}

TEST(StandIns, NeedASizeToBeLargerThan) {
  auto unknown = want();
  unknown.size.reset();
  EXPECT_TRUE(stand_ins(unknown, std::vector{relative("large", {.width = 900, .height = 600})}).empty());
}

TEST(StandIns, AreGivenOnce) {
  const auto large = relative("large", {.width = 900, .height = 600});
  auto old = relative("old", {.width = 300, .height = 200});
  old.traits.lineage.slot = kSlot;
  EXPECT_EQ(names(stand_ins(want(), std::vector{large, old, old, large}), {"old", "large"}),
            (std::vector<std::string>{"old stale", "large larger"}));
}

TEST(StandIns, OfWhatHasNoRevisionsAreNeverStale) {
  auto dynamic = want();
  dynamic.lineage.slot = {};
  auto other = relative("other", {.width = 10, .height = 10});
  other.traits.lineage.slot = {};
  EXPECT_TRUE(stand_ins(dynamic, std::vector{other}).empty());
}

}  // namespace
}  // namespace calotype::delivery
