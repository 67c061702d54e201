#include "rules/parameters.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/rule_samples.h"

namespace calotype::rules {
namespace {

using samples::json;

constexpr const char* kWidth = R"({"type":"int","min":160,"max":1600,"step":80,"default":480})";

/// A parameter as rules::check leaves it.
Value declared_as(std::string_view text) {
  Report report;
  auto canonical = Walker(report).walk(*find_key(rule_type(), "params")->type->element, json(text), "");
  if (!canonical) throw std::invalid_argument(report.errors.front().message);
  return *canonical;
}

Value given(std::string_view parameter, std::string_view text) { return resolve("p", declared_as(parameter), text); }

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::invalid);
    EXPECT_EQ(error.code(), "bad-parameter");
    return error.what();
  }
  return "none";
}

struct Snap {
  const char* parameter;
  const char* text;
  Value value;
};

class Snapping : public testing::TestWithParam<Snap> {};

TEST_P(Snapping, GivesTheNearestAllowedValue) {
  EXPECT_EQ(given(GetParam().parameter, GetParam().text), GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(Parameters, Snapping,
                         testing::Values(Snap{kWidth, "480", 480}, Snap{kWidth, "500", 480}, Snap{kWidth, "520", 560},
                                         Snap{kWidth, "1", 160}, Snap{kWidth, "99999", 1600}, Snap{kWidth, "-5", 160},
                                         Snap{kWidth, "480.0", 480},
                                         Snap{R"({"type":"int","min":0,"max":100,"step":30,"default":30})", "100", 90},
                                         Snap{R"({"type":"int","default":3})", "2.5", 3},
                                         Snap{R"({"type":"num","default":0,"step":0.1})", "0.31", 0.3},
                                         Snap{R"({"type":"num","default":1,"min":0.5,"max":2})", "1.23", 1.23},
                                         Snap{R"({"type":"num","default":0})", "-0", 0},
                                         Snap{R"({"type":"int","values":[100,200,400],"default":100})", "310", 400},
                                         Snap{R"({"type":"int","values":[100,200,400],"default":100})", "299", 200},
                                         Snap{R"({"type":"bool","default":false})", "1", true},
                                         Snap{R"({"type":"bool","default":false})", "false", false},
                                         Snap{R"({"type":"enum","values":["a","b"],"default":"a"})", "b", "b"},
                                         Snap{R"({"type":"len","default":"5%","max":"50%"})", "70%", "50%"},
                                         Snap{R"({"type":"len","default":5})", "7px", 7},
                                         Snap{R"({"type":"len","default":5})", "7", 7},
                                         Snap{R"({"type":"colour","default":"red"})", "0a5", "#00aa55"},
                                         Snap{R"({"type":"colour","default":"red"})", "#0a58", "#00aa5588"},
                                         Snap{R"({"type":"colour","default":"red"})", "Blue", "#0000ff"},
                                         Snap{R"({"type":"text","default":""})", "any $text", "any $text"},
                                         Snap{R"({"type":"location","default":"north"})", "top-left", "northwest"}));

struct Refusal {
  const char* parameter;
  const char* text;
};

class Refusing : public testing::TestWithParam<Refusal> {};

TEST_P(Refusing, WhatCannotBeMadeToFit) {
  EXPECT_THAT(refusal([] { given(GetParam().parameter, GetParam().text); }), testing::HasSubstr("parameter \"p\""));
}

INSTANTIATE_TEST_SUITE_P(
    Parameters, Refusing,
    testing::Values(Refusal{kWidth, ""}, Refusal{kWidth, "wide"}, Refusal{kWidth, "inf"}, Refusal{kWidth, "nan"},
                    Refusal{kWidth, "0x10"}, Refusal{kWidth, "480 "}, Refusal{kWidth, "1e99"},
                    Refusal{R"({"type":"int","min":1,"max":9,"default":5,"snap":false})", "10"},
                    Refusal{R"({"type":"int","min":1,"max":9,"default":5,"snap":false})", "5.5"},
                    Refusal{R"({"type":"int","min":0,"max":9,"step":3,"default":3,"snap":false})", "4"},
                    Refusal{R"({"type":"bool","default":false})", "yes"},
                    Refusal{R"({"type":"enum","values":["a","b"],"default":"a"})", "c"},
                    Refusal{R"({"type":"len","default":"5%","max":"50%"})", "20px"},
                    Refusal{R"({"type":"colour","default":"red"})", "reddish"},
                    Refusal{R"({"type":"location","default":"north"})", "up"},
                    Refusal{R"({"type":"text","default":""})", "a\nb"}));

TEST(Parameters, TakeTheirDefaultWhereNoneIsGiven) {
  EXPECT_EQ(resolve("p", declared_as(kWidth), std::nullopt), Value(480));
}

TEST(Parameters, MustBeGivenWhereRequired) {
  EXPECT_THAT(refusal([] { resolve("p", declared_as(R"({"type":"int","required":true})"), std::nullopt); }),
              testing::HasSubstr("is required"));
}

struct Declaration {
  const char* text;
  std::vector<std::string> errors;
};

class Declarations : public testing::TestWithParam<Declaration> {};

TEST_P(Declarations, AreChecked) {
  std::vector<std::string> errors;
  for (const auto& finding : check(R"({"params":{"p":)" + std::string(GetParam().text) + "}}").errors) {
    errors.push_back(finding.pointer + " " + finding.code);
  }

  EXPECT_EQ(errors, GetParam().errors);
}

INSTANTIATE_TEST_SUITE_P(
    Parameters, Declarations,
    testing::Values(Declaration{kWidth, {}}, Declaration{R"({"type":"int"})", {"/params/p missing-key"}},
                    Declaration{R"({"type":"int","default":1,"required":true})", {"/params/p/default conflict"}},
                    Declaration{R"({"type":"int","default":"a"})", {"/params/p/default wrong-type"}},
                    Declaration{R"({"type":"int","default":1.5})", {"/params/p/default wrong-type"}},
                    Declaration{R"({"type":"int","default":1,"step":0.5})", {"/params/p/step wrong-type"}},
                    Declaration{R"({"type":"int","default":1,"min":2})", {"/params/p/default conflict"}},
                    Declaration{R"({"type":"int","default":5,"min":9,"max":1})", {"/params/p/min conflict"}},
                    Declaration{R"({"type":"len","default":5,"min":1,"max":"9%"})", {"/params/p/min conflict"}},
                    Declaration{R"({"type":"enum","default":"a"})", {"/params/p missing-key"}},
                    Declaration{R"({"type":"enum","default":"c","values":["a","b"]})", {"/params/p/default conflict"}},
                    Declaration{R"({"type":"bool","default":true,"min":1})", {"/params/p/min conflict"}},
                    Declaration{R"({"type":"int","default":1,"values":[1,2],"max":3})", {"/params/p/max conflict"}},
                    Declaration{R"({"type":"colour","default":"reddish"})", {"/params/p/default wrong-type"}},
                    Declaration{R"({"type":"number","default":1})", {"/params/p/type unknown-value"}},
                    Declaration{R"({"type":"int","default":1,"unit":"px"})", {"/params/p/unit unknown-key"}}));

TEST(Parameters, HaveNamesOfTheirOwn) {
  for (const auto* name : {"W", "1a", "a-b", "", "abcdefghijklmnopq", "rule", "jwt", "exp", "kid", "sig"}) {
    EXPECT_FALSE(check(R"({"params":{")" + std::string(name) + R"(":{"type":"int","default":1}}})").document) << name;
  }
}

std::vector<std::string> codes_of(std::string_view text) {
  std::vector<std::string> codes;
  for (const auto& finding : check(text).errors) codes.push_back(finding.code);
  return codes;
}

TEST(References, AreRefusedWhereAValueWouldNotFit) {
  EXPECT_THAT(
      codes_of(R"({"params":{"w":{"type":"int","min":0,"max":90,"default":9}},"actions":[{"resize":{"width":"$w"}}]})"),
      testing::ElementsAre("bad-parameter"));
  EXPECT_THAT(codes_of(R"({"params":{"w":{"type":"enum","values":["jpg","doc"],"default":"jpg"}},"format":"$w"})"),
              testing::ElementsAre("bad-parameter"));
  EXPECT_THAT(codes_of(R"({"params":{"w":{"type":"num","min":1,"max":9,"default":1}},"quality":"$w"})"),
              testing::ElementsAre("bad-parameter"));
  EXPECT_THAT(codes_of(R"({"params":{"w":{"type":"text","default":"a"}},"background":"$w"})"),
              testing::ElementsAre("bad-parameter"));
  EXPECT_THAT(codes_of(R"({"params":{"w":{"type":"colour","default":"edge"}},"actions":[{"border":{"width":"$w"}}]})"),
              testing::ElementsAre("bad-parameter"));
}

TEST(References, AreSuggested) {
  const auto verdict =
      check(R"({"params":{"width":{"type":"int","default":9}},"actions":[{"resize":{"width":"$widht"}}]})");

  ASSERT_EQ(verdict.errors.size(), 1U);
  EXPECT_EQ(verdict.errors[0].code, "unknown-parameter");
  EXPECT_EQ(verdict.errors[0].hint, "did you mean \"width\"?");
}

TEST(References, WarnOfAParameterThatIsUsedNowhere) {
  const auto verdict = check(R"({"params":{"w":{"type":"int","default":9}}})");

  ASSERT_EQ(verdict.warnings.size(), 1U);
  EXPECT_EQ(verdict.warnings[0].pointer, "/params/w");
  EXPECT_EQ(verdict.warnings[0].code, "unused-parameter");
}

TEST(References, ArePlainTextWhereTextStands) {
  EXPECT_EQ(bind(parse(R"({"metadata":{"set":{"credit":"$w"}}})"), {}).rule.metadata.set_credit, "$w");
}

const char* const kCard =
    R"({"params":{"w":{"type":"int","min":160,"max":1600,"step":80,"default":480,"signed":false}},)"
    R"("actions":[{"resize":{"width":"$w","aspect":"4:3","fit":"crop"}}]})";

TEST(Bind, PutsValuesIn) {
  const auto bound = bind(parse(kCard), {{"rule", "card"}, {"w", "700"}});

  EXPECT_EQ(bound.rule.actions.resize->width, rule::Length{.value = 720});
  EXPECT_EQ(bound.canonical,
            R"({"actions":[{"resize":{"aspect":"4:3","fit":{"type":"crop"},"width":720}}],"version":"2026-01"})");
}

TEST(Bind, GivesOneTextToOneRendering) {
  const auto written =
      parse(R"({"version":"2026-01","actions":[{"resize":{"width":720,"aspect":"4:3","fit":"crop"}}]})");

  EXPECT_EQ(bind(parse(kCard), {{"w", "720"}}).hash, bind(written, {}).hash);
  EXPECT_EQ(bind(parse(kCard), {{"w", "715"}}).canonical, bind(written, {}).canonical);
}

TEST(Bind, DropsWhatABoundValueMakesTheDefault) {
  const auto rule = parse(R"({"params":{"d":{"type":"num","min":1,"max":3,"default":1}},"dpr":"$d"})");

  EXPECT_EQ(bind(rule, {}).canonical, R"({"version":"2026-01"})");
}

TEST(Bind, ReachesEveryPlaceOfAReference) {
  const auto rule =
      parse(R"({"params":{"n":{"type":"int","default":7},"f":{"type":"enum","values":["png","webp"],"default":"png"}},
      "actions":[{"round":{"radius":"$n"}},{"blur":"$n"}],"quality":"$n","format":"$f","watermark":{"margin":"$n"}})");

  const auto bound = bind(rule, {{"n", "9"}, {"f", "webp"}}).rule;

  EXPECT_EQ(bound.actions.round->radius[3], rule::Length{.value = 9});
  EXPECT_EQ(bound.actions.blur->sigma, 9);
  EXPECT_EQ(bound.quality.jpg, 9);
  EXPECT_EQ(bound.format.preferred, std::vector{ImageFormat::webp});
  EXPECT_EQ(bound.watermarks[0].laying.margin_y, rule::Length{.value = 9});
}

TEST(Bind, RefusesValuesThatDoNotGoTogether) {
  const auto rule = parse(R"({"params":{"a":{"type":"int","default":1},"b":{"type":"int","default":2}},
      "actions":[{"resize":{"width":9,"minWidth":"$a","maxWidth":"$b"}}]})");

  EXPECT_EQ(refusal([&] { bind(rule, {}); }), "none");
  EXPECT_THAT(refusal([&] { bind(rule, {{"a", "3"}}); }), testing::HasSubstr("/actions/0/resize/minWidth"));
}

TEST(Bind, RefusesAValueThatIsGivenTwice) {
  EXPECT_THAT(refusal([] { bind(parse(kCard), {{"w", "480"}, {"w", "560"}}); }), testing::HasSubstr("more than once"));
}

TEST(Declared, TellsWhatACallerMayFillIn) {
  EXPECT_EQ(declared(parse(kCard)), (std::vector<DeclaredParameter>{{.name = "w", .type = "int", .is_signed = false}}));
  EXPECT_TRUE(declared(parse("{}")).empty());
}

/// Every key of a parameter changes what a rule gives, or what is declared.
TEST(ParameterKeys, AllHaveAnEffect) {
  const std::map<std::string_view, std::pair<const char*, const char*>> pairs{
      {"type", {R"({"type":"int","default":2})", R"({"type":"num","default":2})"}},
      {"default", {R"({"type":"num","default":2})", R"({"type":"num","default":3})"}},
      {"required", {R"({"type":"num","default":2})", R"({"type":"num","required":true})"}},
      {"min", {R"({"type":"num","default":2})", R"({"type":"num","default":2,"min":1.7})"}},
      {"max", {R"({"type":"num","default":2})", R"({"type":"num","default":1,"max":1.2})"}},
      {"step", {R"({"type":"num","default":2})", R"({"type":"num","default":2,"step":1})"}},
      {"values", {R"({"type":"num","default":2})", R"({"type":"num","default":2,"values":[2,4]})"}},
      {"snap", {R"({"type":"num","default":2,"min":2})", R"({"type":"num","default":2,"min":2,"snap":false})"}},
      {"signed", {R"({"type":"num","default":2})", R"({"type":"num","default":2,"signed":false})"}},
      {"hint",
       {R"({"type":"num","default":2,"values":[2],"signed":false})",
        R"({"type":"num","default":2,"values":[2],"signed":false,"hint":"dpr"})"}},
  };
  const auto outcome = [](const char* parameter) {
    const auto document = parse(R"({"params":{"p":)" + std::string(parameter) + R"(},"dpr":"$p"})");
    std::string text = declared(document)[0].is_signed ? "signed" : "free";
    text += document.hinted().empty() ? "" : " hinted";
    for (const Parameters& values : {Parameters{}, Parameters{{"p", "1.6"}}}) {
      text += refusal([&] { text += " " + bind(document, values).canonical; });
    }
    return text;
  };
  for (const auto& key : find_key(rule_type(), "params")->type->element->keys) {
    ASSERT_TRUE(pairs.contains(key.name)) << key.name;
    const auto& [one, other] = pairs.at(key.name);

    EXPECT_NE(outcome(one), outcome(other)) << key.name;
  }
}

}  // namespace
}  // namespace calotype::rules
