#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/language.h"

/// `then`: what is done after the rule's own actions.
namespace calotype::rules {
namespace {

using testing::ElementsAre;

Rule rule_of(std::string_view json) { return bind(parse(json), {}).rule; }

std::vector<std::string> errors_of(std::string_view json) {
  std::vector<std::string> list;
  for (const auto& finding : check(json).errors) list.push_back(finding.pointer + " " + finding.code);
  return list;
}

TEST(Then, HasItsOwnActionsAndBackground) {
  const auto rule = rule_of(
      R"({"background":"#112233","actions":[{"resize":{"width":256}}],
          "then":[{"actions":[{"round":{"radius":"max"}}]},{"background":"#445566","actions":[{"blur":2}]}]})");

  ASSERT_EQ(rule.then.size(), 2U);
  EXPECT_TRUE(rule.then[0].actions.round->is_max);
  EXPECT_EQ(rule.then[0].background.colour, (Colour{.red = 0x11, .green = 0x22, .blue = 0x33}));
  EXPECT_EQ(rule.then[1].actions.blur->sigma, 2);
  EXPECT_EQ(rule.then[1].background.colour, (Colour{.red = 0x44, .green = 0x55, .blue = 0x66}));
}

TEST(Then, KeepsItsWatermarksBehindTheRulesOwn) {
  const auto rule = rule_of(R"({"watermark":{"id":"a"},"then":[{"watermark":[{"id":"b"},{"id":"c"}]},
                                {"actions":[{"flip":"h"}]},{"watermark":{"id":"d"}}]})");

  ASSERT_EQ(rule.watermarks.size(), 4U);
  EXPECT_EQ(rule.watermarks[1].id, "b");
  EXPECT_EQ(rule.watermarks[3].id, "d");
  EXPECT_EQ(rule.first_watermarks(), 1U);
  EXPECT_EQ(rule.then[0].watermarks, 2U);
  EXPECT_EQ(rule.then[1].watermarks, 0U);
}

TEST(Then, HasNoStageThatDoesNothing) {
  EXPECT_EQ(
      parse(R"({"version":"2026-01","then":[{},{"actions":[]},{"background":"red"},{"actions":[{"rotate":{}}]}]})")
          .canonical(),
      parse(R"({"version":"2026-01"})").canonical());
}

TEST(Then, HidesNothing) {
  for (const char* action : {R"({"blurAreas":[{"left":1,"top":1,"width":2,"height":2}]})",
                             R"({"redact":{"areas":[{"left":1,"top":1,"width":2,"height":2}]}})", R"({"trim":{}})"}) {
    const auto verdict = check(std::string(R"({"then":[{"actions":[)") + action + "]}]}");

    ASSERT_EQ(verdict.errors.size(), 1U);
    EXPECT_EQ(verdict.errors[0].code, "unknown-key");
    EXPECT_THAT(verdict.errors[0].hint, testing::HasSubstr("comes before everything else"));
  }
}

TEST(Then, IsBounded) {
  EXPECT_THAT(errors_of(R"({"then":[{},{},{},{},{}]})"), ElementsAre("/then out-of-range"));
  EXPECT_THAT(errors_of(R"({"watermark":[{},{},{},{},{}],"then":[{"watermark":[{},{}]},{"watermark":[{},{}]}]})"),
              ElementsAre("/then out-of-range"));
}

}  // namespace
}  // namespace calotype::rules
