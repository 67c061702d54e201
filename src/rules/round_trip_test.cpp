#include <gtest/gtest.h>

#include "rules/language.h"
#include "rules/rule_samples.h"

namespace calotype::rules {
namespace {

void expect_round_trip(const std::string& json) {
  const auto first = check(json);
  ASSERT_TRUE(first.document) << json;
  const auto second = check(first.document->canonical());

  ASSERT_TRUE(second.document) << first.document->canonical() << "\n" << second.errors.front().message;
  EXPECT_EQ(first.document->canonical(), second.document->canonical());
  EXPECT_EQ(first.document->hash(), second.document->hash());
}

TEST(CanonicalForm, IsItsOwnCanonicalForm) {
  for (const auto& rule : samples::all_rules()) expect_round_trip(rule.canonical());
}

TEST(CanonicalForm, OfTheOldLanguageIsItsOwn) {
  for (const auto& rule : samples::all_rules()) {
    auto old = rule;
    old.object()->insert_or_assign("version", Value("2016-10"));
    if (check(old.canonical()).document) expect_round_trip(old.canonical());
  }
}

TEST(CanonicalForm, WithParametersIsItsOwn) {
  expect_round_trip(R"({"params":{"w":{"type":"int","default":480}},"actions":[{"resize":{"width":"$w"}}]})");
  expect_round_trip(R"({"params":{"q":{"type":"int","default":70,"min":10,"max":90}},"quality":"$q"})");
  expect_round_trip(R"({"params":{"m":{"type":"len","default":"5px","max":"20px"}},"watermark":{"margin":"$m","location":"tile"}})");
  expect_round_trip(R"({"params":{"s":{"type":"num","default":1,"min":0.5,"max":9}},"actions":[{"blur":"$s"},{"sharpen":{"sigma":"$s"}}]})");
  expect_round_trip(R"({"params":{"r":{"type":"len","default":"5%"}},"actions":[{"round":{"radius":"$r"}}]})");
  expect_round_trip(R"({"params":{"r":{"type":"int","default":5,"min":1,"max":9}},"actions":[{"border":{"width":["$r",1,"$r",2]}}]})");
  expect_round_trip(R"({"params":{"f":{"type":"enum","values":["jpeg","auto"],"default":"auto"}},"format":"$f"})");
  expect_round_trip(R"({"params":{"c":{"type":"colour","default":"RED","values":["red","dominant"]}},"background":"$c"})");
}

TEST(CanonicalForm, OfABoundRuleIsItsOwn) {
  for (const auto& rule : samples::all_rules()) {
    const auto bound = bind(parse(rule.canonical()), {});
    const auto again = parse(bound.canonical);

    EXPECT_EQ(again.canonical(), bound.canonical);
    EXPECT_EQ(again.hash(), bound.hash);
    EXPECT_TRUE(bind(again, {}).rule == bound.rule) << bound.canonical;
  }
}

}  // namespace
}  // namespace calotype::rules
