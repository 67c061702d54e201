#include <gtest/gtest.h>

#include <algorithm>

#include "engine/samples.h"
#include "engine/steps.h"

namespace calotype::engine {
namespace {

using namespace samples;
using drawn::Picture;
using Words = rule::Text;

plan::Text text(std::string words) {
  return {.text = std::move(words),
          .size = 24,
          .colour = {.red = 10, .green = 20, .blue = 30},
          .max_lines = 5,
          .width = 400,
          .most = {.width = 400, .height = 300}};
}

Size size_after(plan::Text step) { return size_of(draw(step)); }

/// Where alpha is not zero.
Box inked(const VImage& layer) {
  const Picture picture = picture_of(layer);
  Box box{.left = picture.size.width, .top = picture.size.height};
  int right = 0;
  int bottom = 0;
  for (int y = 0; y < picture.size.height; ++y) {
    for (int x = 0; x < picture.size.width; ++x) {
      if (picture.at(x, y).alpha == 0) continue;
      box.left = std::min(box.left, x);
      box.top = std::min(box.top, y);
      right = std::max(right, x + 1);
      bottom = std::max(bottom, y + 1);
    }
  }
  box.width = right - box.left;
  box.height = bottom - box.top;
  return box;
}

double ink(const VImage& layer) { return layer.extract_band(3).avg(); }

TEST(Text, HasABoxOfItsLineThatDoesNotDependOnItsLetters) {
  const auto flat = size_after(text("acemnorsuvwxz"));
  const auto tall = size_after(text("lkjhgfdtpq"));

  EXPECT_EQ(flat.height, tall.height);
  EXPECT_NEAR(flat.height, 29, 1);
}

TEST(Text, IsOfItsColourWhereItIsSolid) {
  const Picture picture = picture_of(draw(text("||||")));

  bool is_found = false;
  for (int x = 0; x < picture.size.width; ++x) {
    if (picture.at(x, picture.size.height / 2).alpha != 255) continue;
    is_found = true;
    EXPECT_EQ(picture.at(x, picture.size.height / 2), (Colour{.red = 10, .green = 20, .blue = 30}));
  }
  EXPECT_TRUE(is_found);
}

TEST(Text, GrowsWithItsSizeAsAWhole) {
  auto small = text("Åse Ng, 40 characters of a credit line");
  small.size = 10;
  auto large = small;
  large.size = 20;
  large.width = large.most.width = 800;

  EXPECT_NEAR(size_after(large).width, 2 * size_after(small).width, 3);
}

TEST(Text, IsNoMarkup) {
  const auto plain = size_after(text("<b>bold</b> &amp;"));

  EXPECT_GT(plain.width, size_after(text("bold &")).width + 50);
}

TEST(Text, WrapsAtItsWidth) {
  auto step = text("one two three four five six seven eight nine ten");
  const auto line = size_after(text("one")).height;
  step.width = step.most.width = 150;

  const auto box = size_after(step);

  EXPECT_LE(box.width, 150);
  EXPECT_NEAR(box.height, 5 * line, 5);
}

TEST(Text, BreaksAWordThatIsLongerThanALine) {
  auto step = text("Donaudampfschifffahrtsgesellschaft");
  step.width = step.most.width = 150;

  EXPECT_LE(size_after(step).width, 150);
  EXPECT_GT(size_after(step).height, 60);
  step.wrap = Words::Wrap::character;
  EXPECT_LE(size_after(step).width, 150);
}

TEST(Text, IsCutAfterItsLines) {
  auto step = text("one two three four five six seven eight nine ten");
  step.width = step.most.width = 150;
  step.max_lines = 2;
  const auto cut = draw(step);
  step.has_ellipsis = false;
  const auto bare = draw(step);

  EXPECT_NEAR(cut.height(), 2 * 28, 4);
  EXPECT_EQ(bare.height(), cut.height());
  EXPECT_NE(ink(cut), ink(bare)) << "an ellipsis";
}

TEST(Text, StaysOnOneLineWhereItDoesNotWrap) {
  auto step = text("one two three four five six seven eight nine ten");
  step.width = step.most.width = 150;
  step.wrap = Words::Wrap::none;
  step.max_lines = 1;
  const auto cut = size_after(step);
  step.has_ellipsis = false;

  EXPECT_LE(cut.width, 150);
  EXPECT_LT(cut.height, 35);
  EXPECT_EQ(size_after(step).width, 150);
}

TEST(Text, HasPaddingAndBackground) {
  auto step = text("Ag");
  const auto plain = size_after(step);
  step.padding = 7;
  step.background = Colour{.green = 200};
  const Picture picture = picture_of(draw(step));

  EXPECT_EQ(picture.size, (Size{.width = plain.width + 14, .height = plain.height + 14}));
  EXPECT_EQ(picture.at(0, 0), (Colour{.green = 200}));
  EXPECT_EQ(picture.at(picture.size.width - 1, picture.size.height - 1), (Colour{.green = 200}));
}

TEST(Text, HasAnOutlineAroundItsLetters) {
  auto step = text("I");
  const Box plain = inked(draw(step));
  step.outline = rule::Outline{.width = 3, .colour = {.red = 255}};
  const VImage layer = draw(step);
  const Box box = inked(layer);
  const Picture picture = picture_of(layer);

  EXPECT_NEAR(box.width, plain.width + 6, 1);
  EXPECT_NEAR(box.height, plain.height + 6, 1);
  EXPECT_EQ(picture.at(box.left + 1, box.top + box.height / 2), (Colour{.red = 255}));
  EXPECT_EQ(picture.at(box.left + box.width / 2, box.top + box.height / 2), step.colour);
}

TEST(Text, ShowsNoOutlineThroughItsLetters) {
  auto step = text("I");
  step.colour.alpha = 100;
  step.outline = rule::Outline{.width = 1, .colour = {.red = 255}};
  const VImage layer = draw(step);
  const Box box = inked(layer);

  const Colour middle = picture_of(layer).at(box.left + box.width / 2, box.top + box.height / 2);

  EXPECT_EQ(middle.alpha, 100);
  EXPECT_TRUE(is_near({.red = middle.red, .green = middle.green, .blue = middle.blue},
                      {.red = 10, .green = 20, .blue = 30}, 3));
}

TEST(Text, IsAlignedInABoxOfFixedWidth) {
  auto step = text("Ag");
  step.is_width_fixed = true;
  const auto left_of = [&](Words::Align align) {
    step.align = align;
    EXPECT_EQ(size_after(step).width, 400);
    return inked(draw(step)).left;
  };
  const int width = inked(draw(step)).width;

  EXPECT_LT(left_of(Words::Align::left), 4);
  EXPECT_NEAR(left_of(Words::Align::center), 200 - width / 2, 3);
  EXPECT_NEAR(left_of(Words::Align::right), 400 - width, 4);
}

TEST(Text, IsAlignedTheSameInBothDirections) {
  auto step = text("שלום");
  step.is_width_fixed = true;

  EXPECT_LT(inked(draw(step)).left, 4);
  step.direction = Words::Direction::rtl;
  step.align = Words::Align::right;
  EXPECT_GT(inked(draw(step)).left, 300);
}

TEST(Text, FollowsItsDirection) {
  auto step = text("abc!");
  const auto ltr = picture_of(draw(step));
  step.direction = Words::Direction::rtl;
  const auto rtl = picture_of(draw(step));

  ASSERT_EQ(ltr.size, rtl.size);
  EXPECT_GT(mean_difference(ltr, rtl), 5) << "the mark stands on the other side";
}

TEST(Text, HasTheFontsThatAreAskedFor) {
  std::vector<double> inks;
  for (const auto font : {Words::Font::sans, Words::Font::sans_bold, Words::Font::serif, Words::Font::serif_bold,
                          Words::Font::mono, Words::Font::mono_bold}) {
    auto step = text("Hamburg");
    step.font = font;
    const auto layer = draw(step);
    inks.push_back(ink(layer) * layer.width());
  }

  for (std::size_t i = 0; i < inks.size(); i += 2) EXPECT_GT(inks[i + 1], inks[i] * 1.2) << i;
  EXPECT_NE(inks[0], inks[2]);
  EXPECT_NE(inks[0], inks[4]);
}

/// What no font has is a box with a number in it.
bool is_boxed(const VImage& layer) {
  const Box box = inked(layer);
  const Picture picture = picture_of(layer);
  const int right = box.left + box.width - 2;
  const int bottom = box.top + box.height - 2;
  return picture.at(box.left + 1, box.top + 1).alpha > 0 && picture.at(right, box.top + 1).alpha > 0 &&
         picture.at(box.left + 1, bottom).alpha > 0 && picture.at(right, bottom).alpha > 0;
}

TEST(Text, TakesWhatAFontLacksFromTheOthers) {
  for (const auto font : {Words::Font::sans, Words::Font::serif_bold, Words::Font::mono}) {
    const auto layer = [&](std::string words) {
      auto step = text(std::move(words));
      step.font = font;
      step.size = 97;
      return draw(step);
    };
    EXPECT_TRUE(is_boxed(layer("\uE000")));
    for (const char* words : {"写", "真", "东", "한", "あ", "ש", "ع", "Я", "Ω"})
      EXPECT_FALSE(is_boxed(layer(words))) << words;
  }
}

TEST(Text, StaysWithinTheBoxThatItMayTake) {
  std::string stacked = "Z";
  for (int i = 0; i < 200; ++i) stacked += "\u0301\u0316";
  for (const auto& words : {stacked, std::string(500, 'W'), std::string("\u202E\u2066\u200B\u200D\uFEFF"),
                            std::string(300, ' '), std::string("\u0627\u0644\u202B\u202Aa\u202C"),
                            std::string("\xF0\x9F\x91\xA8\u200D\xF0\x9F\x91\xA9"), std::string("ไทยยาวมากเลยนะครับ")}) {
    for (const auto wrap : {Words::Wrap::word, Words::Wrap::character, Words::Wrap::none}) {
      for (const bool has_ellipsis : {true, false}) {
        auto step = text(words);
        step.size = 60;
        step.wrap = wrap;
        step.has_ellipsis = has_ellipsis;
        step.padding = 2;
        step.width = 90;
        step.most = {.width = 90, .height = 70};
        const auto size = size_after(step);
        EXPECT_LE(size.width, 90);
        EXPECT_LE(size.height, 70);
      }
    }
  }
}

TEST(Text, IsDrawnInABoxWithoutRoom) {
  auto step = text("abc");
  step.padding = 300;
  step.width = step.most.width = 1;
  step.most.height = 1;

  EXPECT_EQ(size_after(step), (Size{.width = 1, .height = 1}));
}

TEST(Text, IsTheSameEveryTime) {
  const auto step = text("Photo: Åse Ng / NTB 写真");
  const auto first = picture_of(draw(step));
  auto other = text("something else");
  other.direction = Words::Direction::rtl;
  draw(other);

  EXPECT_EQ(largest_difference(first, picture_of(draw(step))), 0);
}

TEST(Text, IsLaidWhereItsBoxBelongs) {
  auto step = text("Ag");
  step.background = Colour{.red = 255};
  step.laying.placing = {.location = Location::southeast, .margin = {.x = 10, .y = 5}};
  const auto box = size_after(step);
  const Size size{.width = 200, .height = 100};

  const auto result = after(Picture(size, kWhite), step);

  EXPECT_EQ(result.at(189, 94), (Colour{.red = 255}));
  EXPECT_EQ(result.at(190, 94), kWhite);
  EXPECT_EQ(result.at(189, 95), kWhite);
  EXPECT_EQ(result.at(190 - box.width, 95 - box.height), (Colour{.red = 255}));
  EXPECT_EQ(result.at(189 - box.width, 95 - box.height), kWhite);
}

}  // namespace
}  // namespace calotype::engine
