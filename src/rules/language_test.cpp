#include "rules/language.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/json_reader.h"

namespace calotype::rules {
namespace {

constexpr const char* kPublishedWithoutVersion =
    R"({"format":"webp","watermark":{"location":"north","margin":"20px","dimension":"20%"},)"
    R"("actions":[{"resize":{"width":300,"fit":{"type":"clip"}}}],"quality":90})";
constexpr const char* kPublishedWithVersion =
    R"({"format":"jpg","watermark":{"location":"north","margin":"20px","id":"23fde277-8200-4422-9d14-3bf96bfbe78d",)"
    R"("dimension":"20%"},"actions":[{"resize":{"width":300,"fit":{"type":"clip"}}}],"version":"2016-10","quality":90})";

std::string canonical(std::string_view json) { return parse(json).canonical(); }
Rule rule_of(std::string_view json) { return bind(parse(json), {}).rule; }

/// "pointer code" of every error.
std::vector<std::string> errors_of(std::string_view json) {
  std::vector<std::string> list;
  for (const auto& finding : check(json).errors) list.push_back(finding.pointer + " " + finding.code);
  return list;
}

Rule published_rule() {
  Rule rule;
  rule.quality = {.jpg = 90, .webp = 89, .avif = 73, .tiff = 90};
  rule.animation.over = rule::Animation::Over::truncate;
  rule.metadata.keep_copyright = false;
  auto& resize = rule.actions.resize.emplace();
  resize.width = rule::Length{.value = 300};
  resize.fit.gravity = {{.kind = rule::Gravity::Kind::focal}, {.location = Location::center}};
  rule.watermarks = {{.laying = {.location = Location::north, .margin_x = {.value = 20}, .margin_y = {.value = 20}},
                      .dimension = rule::Length{.value = 20, .unit = rule::Length::Unit::percent}}};
  return rule;
}

TEST(PublishedRule, WithoutVersionHasThisCanonicalForm) {
  EXPECT_EQ(
      canonical(kPublishedWithoutVersion),
      R"({"actions":[{"resize":{"width":300}}],"animation":{"over":"truncate"},"format":"webp","metadata":{"keep":[]},)"
      R"("quality":{"default":90},"version":"2026-01","watermark":[{"dimension":"20%","location":"north","margin":{"x":20,"y":20}}]})");
}

TEST(PublishedRule, WithVersionHasThisCanonicalForm) {
  EXPECT_EQ(
      canonical(kPublishedWithVersion),
      R"({"actions":[{"resize":{"width":300}}],"animation":{"over":"truncate"},"format":"jpg","metadata":{"keep":[]},)"
      R"("quality":{"default":90},"version":"2026-01","watermark":[{"dimension":"20%","id":"23fde277-8200-4422-9d14-3bf96bfbe78d",)"
      R"("location":"north","margin":{"x":20,"y":20}}]})");
}

TEST(PublishedRule, WithoutVersionIsThisRule) {
  auto expected = published_rule();
  expected.format = {.kind = rule::Format::Kind::fixed, .preferred = {ImageFormat::webp}};

  EXPECT_TRUE(rule_of(kPublishedWithoutVersion) == expected);
}

TEST(PublishedRule, WithVersionIsThisRule) {
  auto expected = published_rule();
  expected.format = {.kind = rule::Format::Kind::fixed, .preferred = {ImageFormat::jpg}};
  expected.watermarks[0].id = "23fde277-8200-4422-9d14-3bf96bfbe78d";

  EXPECT_TRUE(rule_of(kPublishedWithVersion) == expected);
}

struct Same {
  const char* one;
  const char* other;
};

class Spellings : public testing::TestWithParam<Same> {};

TEST_P(Spellings, OfOneMeaningHaveOneCanonicalFormAndHash) {
  const auto one = parse(GetParam().one);
  const auto other = parse(GetParam().other);

  EXPECT_EQ(one.canonical(), other.canonical());
  EXPECT_EQ(one.hash(), other.hash());
}

INSTANTIATE_TEST_SUITE_P(
    Language, Spellings,
    testing::Values(
        Same{R"({"actions":[{"resize":{"width":"20px"}}]})", R"({"actions":[{"resize":{"width":20}}]})"},
        Same{R"({"actions":[{"resize":{"width":300.0}}]})", R"({"actions":[{"resize":{"width":3e2}}]})"},
        Same{R"({"actions":[{"resize":{"width":"12.50%"}}]})", R"({"actions":[{"resize":{"width":"12.5%"}}]})"},
        Same{R"({"format":"jpeg"})", R"({"format":"jpg"})"}, Same{R"({"format":["jpg"]})", R"({"format":"jpg"})"},
        Same{R"({"format":["webp","jpg","png"]})", R"({"format":["webp","jpg"]})"},
        Same{R"({"format":{"type":"auto","prefer":["avif","webp"]},"version":"2026-01"})",
             R"({"format":"auto","version":"2026-01"})"},
        Same{R"({"actions":[{"resize":{"width":9,"height":9,"fit":"cover"}}]})",
             R"({"actions":[{"resize":{"width":9,"height":9,"fit":{"type":"crop"}}}]})"},
        Same{
            R"({"actions":[{"resize":{"width":9,"fit":{"type":"clip"},"kernel":"lanczos3","zoom":1}}],"version":"2026-01"})",
            R"({"actions":[{"resize":{"width":9}}],"version":"2026-01"})"},
        Same{R"({"actions":[{"blur":5}]})", R"({"actions":[{"blur":{"sigma":5}}]})"},
        Same{R"({"actions":[{"blur":3}]})", R"({"actions":[{"blur":{}}]})"},
        Same{R"({"actions":[{"blur":{"strength":10}}],"version":"2026-01"})",
             R"({"actions":[{"blur":5}],"version":"2026-01"})"},
        Same{R"({"actions":[{"sharpen":"medium"}]})", R"({"actions":[{"sharpen":0.8}]})"},
        Same{R"({"actions":[{"flip":"hv"}]})", R"({"actions":[{"flip":{"vertical":true,"horizontal":true}}]})"},
        Same{
            R"({"actions":[{"flip":{}},{"rotate":{"angle":0}},{"adjust":{"hue":-0.0}},{"extend":{"all":0}}],"version":"2026-01"})",
            R"({"version":"2026-01"})"},
        Same{R"({"actions":[{"crop":{"aspect":"8:6"}}]})",
             R"({"actions":[{"crop":{"aspect":"4:3","gravity":["focal","centre"]}}]})"},
        Same{R"({"actions":[{"crop":{"aspect":"1.91:1","gravity":"n"}}]})",
             R"({"actions":[{"crop":{"aspect":"191:100","gravity":[{"type":"top"}]}}]})"},
        Same{R"({"actions":[{"blur":1},{"resize":{"width":9}}]})",
             R"({"actions":[{"resize":{"width":9}},{"blur":1}]})"},
        Same{R"({"blurAreas":[{"left":1,"top":2,"width":3,"height":4}]})",
             R"({"actions":[{"blurAreas":{"areas":[{"left":"1px","top":2,"width":3,"height":4}],"sigma":20}}]})"},
        Same{R"({"background":"#0A5"})", R"({"background":"#00aa55ff"})"},
        Same{R"({"background":"Rebeccapurple"})", R"({"background":"#663399"})"},
        Same{R"({"actions":[{"round":{"radius":5,"background":"transparent"}}]})",
             R"({"actions":[{"round":{"radius":["5px",5,5,5]}}]})"},
        Same{R"({"actions":[{"extend":{"all":5}}]})",
             R"({"actions":[{"extend":{"top":5,"right":5,"bottom":5,"left":5}}]})"},
        Same{R"({"actions":[{"adjust":{"normalize":true}}]})", R"({"actions":[{"adjust":{"normalize":{"lower":1}}}]})"},
        Same{R"({"actions":[{"adjust":{"normalize":false,"hue":1}}]})", R"({"actions":[{"adjust":{"hue":1}}]})"},
        Same{R"({"watermark":{"id":"asset:logo"}})", R"({"watermark":[{"id":"logo","margin":"0px","location":"se"}]})"},
        Same{R"({"watermark":{"id":"23FDE277-8200-4422-9D14-3BF96BFBE78D"}})",
             R"({"watermark":{"id":"23fde277-8200-4422-9d14-3bf96bfbe78d"}})"},
        Same{R"({"quality":80})", R"({})"},
        Same{R"({"quality":{"default":60,"webp":59,"avif":43,"jpg":60},"version":"2026-01"})",
             R"({"quality":60,"version":"2026-01"})"},
        Same{R"({"version":"2026-01","encoder":{"chroma":"420","palette":true}})",
             R"({"version":"2026-01","encoder":{"chroma":420,"palette":256}})"},
        Same{R"({"version":"2026-01","metadata":{"keep":["gps","date"]}})",
             R"({"version":"2026-01","metadata":{"keep":["date","gps"]}})"},
        Same{R"({"name":"a","description":"b","x-c":[{}],"actions":[{"blur":{"x-why":1}}]})",
             R"({"actions":[{"blur":{}}]})"},
        Same{R"({"version":"2016-10"})", R"({"version":"2017-06"})"},
        Same{R"({"version":"2016-10"})",
             R"({"version":"2026-01","metadata":{"keep":[]},"animation":{"over":"truncate"}})"},
        Same{R"({"version":"2026-01","animation":{"loop":"origin"},"actions":[{"trim":{"colour":"auto"}}]})",
             R"({"version":"2026-01","actions":[{"trim":{}}]})"}));

struct Wrong {
  const char* json;
  std::vector<std::string> errors;
};

class WrongRules : public testing::TestWithParam<Wrong> {};

TEST_P(WrongRules, AreRefusedWithEveryErrorAndItsPlace) {
  EXPECT_THAT(errors_of(GetParam().json), testing::UnorderedElementsAreArray(GetParam().errors));
}

INSTANTIATE_TEST_SUITE_P(
    Language, WrongRules,
    testing::Values(
        Wrong{"", {" invalid-json"}}, Wrong{"{", {" invalid-json"}}, Wrong{"{} x", {" invalid-json"}},
        Wrong{"[]", {" wrong-type"}}, Wrong{"null", {" wrong-type"}}, Wrong{"{\"name\":\"\xff\"}", {" invalid-json"}},
        Wrong{R"({"dpr":NaN})", {" invalid-json"}}, Wrong{R"({"dpr":1e400})", {"/dpr out-of-range"}},
        Wrong{R"({"quality":1,"quality":2})", {"/quality duplicate-key"}},
        Wrong{R"({"x-a":{"b~/":1,"b~/":2}})", {"/x-a/b~0~1 duplicate-key"}},
        Wrong{R"({"wdith":1,"quality":101,"enlarge":"yes","actions":[{"blur":0}]})",
              {"/wdith unknown-key", "/quality out-of-range", "/enlarge wrong-type", "/actions/0/blur out-of-range"}},
        Wrong{R"({"version":"2015-01"})", {"/version unknown-value"}},
        Wrong{R"({"version":"2016-10","actions":[{"trim":{}}]})", {"/actions/0/trim wrong-version"}},
        Wrong{R"({"name":"Big"})", {"/name bad-format"}}, Wrong{R"({"quality":90.5})", {"/quality wrong-type"}},
        Wrong{R"({"quality":"automatic"})", {"/quality unknown-value"}},
        Wrong{R"({"quality":true})", {"/quality wrong-type"}},
        Wrong{R"({"background":"#12"})", {"/background bad-format"}},
        Wrong{R"({"actions":[{"resize":{}}]})", {"/actions/0/resize missing-key"}},
        Wrong{R"({"actions":[{"resize":{"width":0}}]})", {"/actions/0/resize/width out-of-range"}},
        Wrong{R"({"actions":[{"resize":{"width":"0%"}}]})", {"/actions/0/resize/width out-of-range"}},
        Wrong{R"({"actions":[{"resize":{"width":16385}}]})", {"/actions/0/resize/width out-of-range"}},
        Wrong{R"({"actions":[{"resize":{"width":"401%"}}]})", {"/actions/0/resize/width out-of-range"}},
        Wrong{R"({"actions":[{"resize":{"width":"20"}}]})", {"/actions/0/resize/width bad-format"}},
        Wrong{R"({"actions":[{"resize":{"width":1.5}}]})", {"/actions/0/resize/width wrong-type"}},
        Wrong{R"({"actions":[{"resize":{"width":9,"fit":"facearea"}}]})", {"/actions/0/resize/fit unknown-value"}},
        Wrong{R"({"actions":[{"resize":{"width":9,"fit":"fill"}}]})", {"/actions/0/resize missing-key"}},
        Wrong{R"({"actions":[{"resize":{"longest":9,"width":9}}]})", {"/actions/0/resize/longest conflict"}},
        Wrong{R"({"actions":[{"resize":{"width":9,"height":9,"aspect":"1:1"}}]})",
              {"/actions/0/resize/aspect conflict"}},
        Wrong{R"({"actions":[{"resize":{"width":9,"minHeight":9,"maxHeight":8}}]})",
              {"/actions/0/resize/minHeight conflict"}},
        Wrong{R"({"actions":[{"blur":1},{"blur":2}]})", {"/actions/1/blur conflict"}},
        Wrong{R"({"actions":[{"blur":1,"median":{}},{}]})", {"/actions/0 conflict", "/actions/1 missing-key"}},
        Wrong{R"({"actions":[{"blurr":1}]})", {"/actions/0/blurr unknown-key"}},
        Wrong{R"({"actions":[{"blur":{"sigma":1,"strength":2}}]})", {"/actions/0/blur/strength conflict"}},
        Wrong{R"({"actions":[{"tone":{}}]})", {"/actions/0/tone missing-key"}},
        Wrong{R"({"actions":[{"tone":{"sepia":1,"threshold":2}}]})", {"/actions/0/tone/threshold conflict"}},
        Wrong{R"({"actions":[{"tone":{"grayscale":false}}]})", {"/actions/0/tone/grayscale unknown-value"}},
        Wrong{R"({"actions":[{"crop":{"left":1,"top":1}}]})", {"/actions/0/crop missing-key"}},
        Wrong{R"({"actions":[{"crop":{"aspect":"1:0"}}]})", {"/actions/0/crop/aspect bad-format"}},
        Wrong{R"({"actions":[{"crop":{"aspect":"1:1","gravity":{"type":"north","x":1}}}]})",
              {"/actions/0/crop/gravity/x conflict"}},
        Wrong{R"({"actions":[{"crop":{"aspect":"1:1","gravity":{"type":"focal","x":1}}}]})",
              {"/actions/0/crop/gravity missing-key"}},
        Wrong{R"({"actions":[{"resize":{"width":9,"fit":"smartpad"}}]})", {"/actions/0/resize missing-key"}},
        Wrong{
            R"({"actions":[{"resize":{"width":9,"height":9,"fit":{"type":"smartpad","gravity":{"type":"center","zoom":2}}}}]})",
            {"/actions/0/resize/fit conflict"}},
        Wrong{R"({"actions":[{"extend":{}}]})", {"/actions/0/extend missing-key"}},
        Wrong{R"({"actions":[{"extend":{"top":1,"aspect":"1:1"}}]})", {"/actions/0/extend/aspect conflict"}},
        Wrong{R"({"actions":[{"redact":{"detect":["face"]}}]})",
              {"/actions/0/redact missing-key", "/actions/0/redact/detect unknown-key"}},
        Wrong{R"({"blurAreas":[{"left":1,"top":2,"width":3}]})", {"/blurAreas/0 missing-key"}},
        Wrong{
            R"({"blurAreas":[{"left":1,"top":2,"width":3,"height":4}],"actions":[{"blurAreas":[{"left":1,"top":2,"width":3,"height":4}]}]})",
            {"/blurAreas conflict"}},
        Wrong{R"({"watermark":{"dimension":"0.5%"}})", {"/watermark/dimension out-of-range"}},
        Wrong{R"({"watermark":[{"dimension":5,"width":5}]})", {"/watermark/0/dimension conflict"}},
        Wrong{R"({"watermark":{"id":"object:b/x"}})", {"/watermark/id bad-format"}},
        Wrong{R"({"watermark":[]})", {"/watermark out-of-range"}},
        Wrong{R"({"format":"jxl"})", {"/format unknown-value"}},
        Wrong{R"({"format":["webp"]})", {"/format/0 conflict"}},
        Wrong{R"({"format":["webp","webp","jpg"]})", {"/format/1 conflict"}},
        Wrong{R"({"metadata":{"keep":["gps","gps"]}})", {"/metadata/keep/1 conflict"}},
        Wrong{R"({"metadata":{"set":{"credit":"a\nb"}}})", {"/metadata/set/credit bad-format"}},
        Wrong{R"({"overlay":[],"pipelines":"fixed"})", {"/overlay unknown-key", "/pipelines unknown-key"}},
        Wrong{R"({"version":"2017-06","extends":"a"})", {"/extends wrong-version", "/extends unresolved"}},
        Wrong{R"({"pipeline":"ordered"})", {"/pipeline unknown-value"}},
        Wrong{R"({"dpr":"$d"})", {"/dpr unknown-parameter"}},
        Wrong{R"({"autoRotate":"$d"})", {"/autoRotate bad-parameter"}}));

TEST(Check, SuggestsTheKeyThatWasMeant) {
  const auto verdict = check(R"({"actions":[{"resize":{"widht":300}}]})");

  ASSERT_FALSE(verdict.errors.empty());
  const auto at = std::ranges::find(verdict.errors, "unknown-key", &Finding::code);
  ASSERT_NE(at, verdict.errors.end());
  EXPECT_EQ(at->pointer, "/actions/0/resize/widht");
  EXPECT_EQ(at->hint, "did you mean \"width\"?");
}

TEST(Check, SuggestsTheListForAnActionAtTheTop) {
  EXPECT_EQ(check(R"({"resize":{"width":300}})").errors.at(0).hint,
            R"(actions stand in a list: "actions": [{"resize": ...}])");
}

TEST(Check, SuggestsAWord) { EXPECT_EQ(check(R"({"format":"wepb"})").errors.at(0).hint, "did you mean \"webp\"?"); }

TEST(Check, RefusesMoreThan64KiB) {
  const auto json = R"({"x-a":")" + std::string(kMaxBytes, 'a') + "\"}";

  EXPECT_THAT(errors_of(json), testing::ElementsAre(" too-large"));
}

TEST(Check, CountsDepth) {
  const auto nested = [](std::size_t depth) {
    return R"({"x-a":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };

  EXPECT_THAT(errors_of(nested(kMaxDepth)), testing::IsEmpty());
  EXPECT_THAT(errors_of(nested(kMaxDepth + 1)), testing::ElementsAre(" too-deep"));
}

TEST(Check, StopsAtTwoHundredErrors) {
  std::string json = "{\"a\":1";
  for (int i = 0; i < 3000; ++i) json += fmt::format(",\"b{}\":1", i);

  EXPECT_EQ(check(json + "}").errors.size(), 200U);
}

TEST(Check, WarnsWhereTransparencyIsLost) {
  const auto verdict = check(R"({"format":"jpg","actions":[{"round":{"radius":"max"}}]})");

  EXPECT_TRUE(verdict.document);
  ASSERT_EQ(verdict.warnings.size(), 1U);
  EXPECT_EQ(verdict.warnings[0].code, "alpha-lost");
}

TEST(Check, WarnsOfFormatsThatAreNeverChosen) {
  const auto verdict = check(R"({"format":["jpg","png"]})");

  ASSERT_EQ(verdict.warnings.size(), 1U);
  EXPECT_EQ(verdict.warnings[0].code, "no-effect");
}

TEST(Version, IsOldWhereOnlyOldKeysAreUsed) {
  EXPECT_FALSE(rule_of(R"({"format":"png"})").metadata.keep_copyright);
  EXPECT_EQ(rule_of(R"({"format":"png"})").animation.over, rule::Animation::Over::truncate);
}

TEST(Version, IsNewWhereANewKeyIsUsed) {
  EXPECT_TRUE(rule_of(R"({"format":"png","dpr":2})").metadata.keep_copyright);
  EXPECT_EQ(rule_of(R"({"actions":[{"median":{}}]})").animation.over, rule::Animation::Over::still);
}

TEST(Version, IsWhatTheRuleSays) {
  EXPECT_TRUE(rule_of(R"({"format":"png","version":"2026-01"})").metadata.keep_copyright);
  EXPECT_FALSE(rule_of(R"({"format":"png","version":"2017-06","dpr":2})").metadata.keep_copyright);
  EXPECT_TRUE(rule_of(R"({"version":"2016-10","metadata":{"keep":["copyright"]}})").metadata.keep_copyright);
}

TEST(Parse, NamesTheRule) { EXPECT_EQ(parse(R"({"name":"listing-card"})").name(), "listing-card"); }

TEST(Parse, ThrowsEveryProblem) {
  try {
    parse(R"({"dpr":9,"quality":0})");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::unprocessable);
    EXPECT_EQ(error.code(), "invalid-rule");
    ASSERT_EQ(error.problems().size(), 2U);
    EXPECT_EQ(error.problems()[0].pointer, "/dpr");
    EXPECT_EQ(error.problems()[1].pointer, "/quality");
  }
}

}  // namespace
}  // namespace calotype::rules
