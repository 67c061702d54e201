#include "rules/scalar.h"

#include <cmath>

#include <gtest/gtest.h>

namespace calotype::rules {
namespace {

TEST(NumberText, IsAsEcmascriptPrints) {
  const std::pair<double, const char*> cases[] = {
      {0, "0"},
      {-0.0, "0"},
      {1, "1"},
      {-1.5, "-1.5"},
      {0.1, "0.1"},
      {100, "100"},
      {1e20, "100000000000000000000"},
      {1e21, "1e+21"},
      {1.5e300, "1.5e+300"},
      {1e-6, "0.000001"},
      {1e-7, "1e-7"},
      {1.25e-7, "1.25e-7"},
      {123456.789, "123456.789"},
      {0.30000000000000004, "0.30000000000000004"},
      {5e-324, "5e-324"},
  };
  for (const auto& [value, text] : cases) EXPECT_EQ(number_text(value), text);
}

TEST(ParseLength, ReadsPixelsAndPercents) {
  const auto percent = rule::Length::Unit::percent;

  EXPECT_EQ(parse_length("20px"), rule::Length{.value = 20});
  EXPECT_EQ(parse_length("-20px"), rule::Length{.value = -20});
  EXPECT_EQ(parse_length("12.5%"), (rule::Length{.value = 12.5, .unit = percent}));
  EXPECT_EQ(parse_length("-5%"), (rule::Length{.value = -5, .unit = percent}));
}

TEST(ParseLength, RefusesEverythingElse) {
  for (const auto* text : {"", "20", "px", "%", "--1%", "+1px", "1.5px", "1e2%", ".5%", "5.%", " 5%", "5 %", "5%%",
                           "5em", "0x5px", "1.2.3%", "inf%", "99999999999999999999999999px"}) {
    EXPECT_EQ(parse_length(text), std::nullopt) << text;
  }
}

TEST(CanonicalLength, HasNoExponentAndNoNegativeZero) {
  const auto percent = [](double value) {
    return canonical_length({.value = value, .unit = rule::Length::Unit::percent});
  };

  EXPECT_EQ(percent(0.00001), Value("0.00001%"));
  EXPECT_EQ(percent(1e-9), Value(0));
  EXPECT_EQ(percent(-0.0), Value(0));
  EXPECT_EQ(percent(100), Value("100%"));
}

TEST(ParseColour, ReadsHexAndNames) {
  EXPECT_EQ(parse_colour("#0a5"), (Colour{.red = 0, .green = 0xaa, .blue = 0x55}));
  EXPECT_EQ(parse_colour("#0a58"), (Colour{.red = 0, .green = 0xaa, .blue = 0x55, .alpha = 0x88}));
  EXPECT_EQ(parse_colour("#00AA55"), (Colour{.red = 0, .green = 0xaa, .blue = 0x55}));
  EXPECT_EQ(parse_colour("#12345678"), (Colour{.red = 0x12, .green = 0x34, .blue = 0x56, .alpha = 0x78}));
  EXPECT_EQ(parse_colour("LightGoldenrodYellow"), (Colour{.red = 250, .green = 250, .blue = 210}));
  EXPECT_EQ(parse_colour("transparent"), kTransparent);
}

TEST(ParseColour, RefusesEverythingElse) {
  for (const auto* text : {"", "#", "#1", "#12", "#12345", "#1234567", "#123456789", "#ggg", "# 12", "0a5", "reddish",
                           "rgb(1,2,3)", "dominant"}) {
    EXPECT_EQ(parse_colour(text), std::nullopt) << text;
  }
}

TEST(CanonicalAspect, HasNoCommonFactor) {
  EXPECT_EQ(canonical_aspect({.width = 1920, .height = 1080}), "16:9");
  EXPECT_EQ(canonical_aspect({.width = 1.5, .height = 1}), "3:2");
  EXPECT_EQ(canonical_aspect({.width = 16384, .height = 0.01}), "16384:0.01");
}

TEST(ParseAspect, RefusesEverythingElse) {
  for (const auto* text : {"", "16", "16:", ":9", "16:0", "-1:1", "16/9", "1e3:1", "16385:1", "16:9:1", "a:b"}) {
    EXPECT_EQ(parse_aspect(text), std::nullopt) << text;
  }
}

TEST(ParseMark, ReadsNamesAndUuids) {
  EXPECT_EQ(parse_mark("asset:Logo_1.v2"), "Logo_1.v2");
  EXPECT_EQ(parse_mark("asset:23FDE277-8200-4422-9D14-3BF96BFBE78D"), "23fde277-8200-4422-9d14-3bf96bfbe78d");
  for (const auto* text : {"", "asset:", "-logo", "a/b", "../a", "http://x", "object:b/c", "a b"})
    EXPECT_EQ(parse_mark(text), std::nullopt) << text;
}

TEST(CountCharacters, CountsCodePoints) { EXPECT_EQ(count_characters("a\xc3\xa9\xf0\x9f\x98\x80"), 3U); }

}  // namespace
}  // namespace calotype::rules
