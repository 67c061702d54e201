#include <random>
#include <set>

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
  expect_round_trip(
      R"({"params":{"m":{"type":"len","default":"5px","max":"20px"}},"watermark":{"margin":"$m","location":"tile"}})");
  expect_round_trip(
      R"({"params":{"s":{"type":"num","default":1,"min":0.5,"max":9}},"actions":[{"blur":"$s"},{"sharpen":{"sigma":"$s"}}]})");
  expect_round_trip(R"({"params":{"r":{"type":"len","default":"5%"}},"actions":[{"round":{"radius":"$r"}}]})");
  expect_round_trip(
      R"({"params":{"r":{"type":"int","default":5,"min":1,"max":9}},"actions":[{"border":{"width":["$r",1,"$r",2]}}]})");
  expect_round_trip(R"({"params":{"f":{"type":"enum","values":["jpeg","auto"],"default":"auto"}},"format":"$f"})");
  expect_round_trip(
      R"({"params":{"c":{"type":"colour","default":"RED","values":["red","dominant"]}},"background":"$c"})");
}

/// Puts the keys and the actions of one rule into another, where they are not there yet.
void merge(Value& into, const Value& from) {
  for (const auto& [name, member] : *from.object()) {
    const auto [at, is_new] = into.object()->try_emplace(name, member);
    if (is_new || name != "actions") continue;
    for (const auto& entry : *member.array()) at->second.array()->push_back(entry);
  }
}

TEST(CanonicalForm, OfManyKeysTogetherIsItsOwn) {
  const auto& rules = samples::all_rules();
  std::mt19937 random(7);
  std::size_t valid = 0;
  for (int i = 0; i < 300; ++i) {
    auto rule = rules[random() % rules.size()];
    for (int k = 0; k < 5; ++k) merge(rule, rules[random() % rules.size()]);
    const auto text = rule.canonical();
    if (!check(text).document) continue;  // an action twice
    ++valid;
    expect_round_trip(text);
  }
  EXPECT_GT(valid, 50U);
}

TEST(Bind, GivesWhatALiteralGivesAtEveryPlaceOfAReference) {
  std::set<std::string> places;
  for (const auto& [path, literal, reference] : samples::all_references()) {
    const auto verdict = check(reference.canonical());
    ASSERT_TRUE(verdict.document) << reference.canonical() << "\n" << verdict.errors.front().message;
    // The parameters make the reference a rule of 2026; the literal says so.
    auto modern = literal;
    modern.object()->try_emplace("version", Value("2026-01"));

    EXPECT_EQ(bind(*verdict.document, {}).canonical, parse(modern.canonical()).canonical()) << path;
    places.insert(path);
  }
  EXPECT_GT(places.size(), 50U);
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
