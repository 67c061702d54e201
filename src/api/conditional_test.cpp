#include "api/conditional.h"

#include <gtest/gtest.h>

#include "api/disposition.h"

namespace calotype::api {

namespace {

using Kind = RangeVerdict::Kind;

WallTime at(std::int64_t seconds) { return WallTime(std::chrono::seconds(seconds)); }

struct RangeCase {
  std::string field;
  std::uint64_t size;
  RangeVerdict verdict;
};

class ReadRange : public ::testing::TestWithParam<RangeCase> {};

}  // namespace

TEST(TagList, ReadsListsWithWeakTagsAndCommasInQuotes) {
  const auto list = TagList::parse(R"( "a", W/"b,c" ,bad, "d")");

  EXPECT_FALSE(list.any);
  EXPECT_EQ(list.tags.size(), 3U);
  EXPECT_TRUE(list.has("b,c") && list.has("d") && list.has("a"));
  EXPECT_FALSE(list.has("bad") || list.has("b"));
  EXPECT_TRUE(list.has_strong("a"));
  EXPECT_FALSE(list.has_strong("b,c"));
}

TEST(TagList, ReadsTheStarAndSurvivesNonsense) {
  EXPECT_TRUE(TagList::parse(" * ").any);
  for (const char* text : {"", ",,,", "\"open", "W/", "W/*", "\"\"", "\"a\"\"b\""}) {
    EXPECT_FALSE(TagList::parse(text).has("nothing")) << text;
  }
}

TEST(HttpDate, IsReadInItsThreeForms) {
  for (const char* text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
    EXPECT_EQ(parse_http_date(text), at(784111777)) << text;
  }
}

TEST(HttpDate, IsNothingWhenItIsWrong) {
  for (const char* text :
       {"", "yesterday", "Sun, 06 Nov 1994 08:49:37", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 CET", "784111777", "Sun, 06 Nov 1994 08:49:37 GMT and more"}) {
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
  }
}

TEST(HttpDate, IsWrittenAsItIsRead) {
  EXPECT_EQ(http_date(at(784111777) + Milliseconds(999)), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_P(ReadRange, DecidesWhatToSend) {
  EXPECT_EQ(read_range(GetParam().field, GetParam().size), GetParam().verdict) << GetParam().field;
}

INSTANTIATE_TEST_SUITE_P(
    Table, ReadRange,
    ::testing::Values(
        RangeCase{"bytes=0-0", 10, {Kind::part, 0, 1}}, RangeCase{"bytes=2-5", 10, {Kind::part, 2, 4}},
        RangeCase{"Bytes=2-", 10, {Kind::part, 2, 8}}, RangeCase{"bytes=-3", 10, {Kind::part, 7, 3}},
        RangeCase{"bytes=-30", 10, {Kind::part, 0, 10}}, RangeCase{"bytes=5-100", 10, {Kind::part, 5, 5}},
        RangeCase{"bytes=5-99999999999999999999", 10, {Kind::part, 5, 5}},
        RangeCase{"bytes=10-", 10, {Kind::unsatisfiable, 0, 0}}, RangeCase{"bytes=-0", 10, {Kind::unsatisfiable, 0, 0}},
        RangeCase{"bytes=99999999999999999999-", 10, {Kind::unsatisfiable, 0, 0}},
        RangeCase{"bytes=-5", 0, {Kind::unsatisfiable, 0, 0}}, RangeCase{"bytes=0-", 0, {Kind::unsatisfiable, 0, 0}},
        RangeCase{"bytes=5-2", 10, {Kind::whole, 0, 10}}, RangeCase{"bytes=0-1,4-5", 10, {Kind::whole, 0, 10}},
        RangeCase{"bytes=", 10, {Kind::whole, 0, 10}}, RangeCase{"bytes=-", 10, {Kind::whole, 0, 10}},
        RangeCase{"bytes=a-b", 10, {Kind::whole, 0, 10}}, RangeCase{"bytes=+1-2", 10, {Kind::whole, 0, 10}},
        RangeCase{"seconds=1-2", 10, {Kind::whole, 0, 10}}, RangeCase{"", 10, {Kind::whole, 0, 10}}));

TEST(Disposition, ProposesASafeName) {
  EXPECT_EQ(disposition("attachment", "notes"), "attachment; filename=\"notes\"");
  EXPECT_EQ(disposition("inline", last_segment("x/a\"b\r\n\xc3\xa9.png")),
            "inline; filename=\"a_b____.png\"; filename*=UTF-8''a%22b%0D%0A%C3%A9.png");
}

TEST(Disposition, IsWhatTheRuleWants) {
  using enum rule::Disposition::Type;
  EXPECT_EQ(disposition({}, "ab/cat.jpg", "webp"), "inline; filename=\"cat.webp\"");
  EXPECT_EQ(disposition({}, "noending", "png"), "inline; filename=\"noending.png\"");
  EXPECT_EQ(disposition({}, ".hidden", "png"), "inline; filename=\".hidden.png\"");
  EXPECT_EQ(disposition({.type = attachment, .filename = "{name} ({name}), {ext}.{ext}"}, "a/b.c.jpg", "png"),
            "attachment; filename=\"b.c (b.c), png.png\"");
  EXPECT_EQ(disposition({.type = attachment, .filename = "photo"}, "a/b.jpg", "png"), "attachment; filename=\"photo\"");
  EXPECT_EQ(disposition({.filename = "{name}"}, "a/{ext}.jpg", "png"), "inline; filename=\"{ext}\"")
      << "what an object is called is no template";
}

}  // namespace calotype::api
