#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/changes.h"
#include "rules/language.h"
#include "rules/rule_samples.h"
#include "rules/walker.h"

namespace calotype::rules {
namespace {

rule::Policy policy_of(const std::string& policy) { return parse(R"({"policy":)" + policy + "}").policy(); }

TEST(Policy, IsReadWhole) {
  const auto policy = policy_of(R"({
    "access":{"require":"jwt","buckets":["cars-*"],"prefixes":["2026/*"],"referers":["*.example.com"]},
    "cache":{"maxAge":60,"sMaxAge":120,"swr":30,"sie":40,"store":"second-hit","tags":["ads","Front.page"]},
    "prewarm":"publish",
    "async":"always",
    "limits":{"sourcePixels":1000,"outputPixels":2000,"frames":3,"bytes":5000000000,"cost":1500},
    "onError":{"mode":"placeholder","image":"asset:grey","status":200,"maxAge":5},
    "disposition":{"type":"attachment","filename":"{name}-small.{ext}"},
    "headers":{"X-Robots-Tag":"noindex"}})");

  rule::Policy expected;
  expected.access = {.require = rule::Access::Require::jwt,
                     .buckets = {"cars-*"},
                     .prefixes = {"2026/*"},
                     .referers = {"*.example.com"}};
  expected.cache = {.max_age = 60,
                    .s_max_age = 120,
                    .swr = 30,
                    .sie = 40,
                    .store = rule::Caching::Store::second_hit,
                    .tags = {"ads", "Front.page"}};
  expected.prewarm = rule::Policy::Prewarm::publish;
  expected.async = rule::Policy::Async::always;
  expected.limits = {.source_pixels = 1000, .output_pixels = 2000, .frames = 3, .bytes = 5'000'000'000, .cost = 1500};
  expected.on_error = {.mode = rule::OnError::Mode::placeholder,
                       .image = rule::StandIn{.mark = "grey", .bucket = {}, .object = {}},
                       .status = 200,
                       .max_age = 5};
  expected.disposition = {.type = rule::Disposition::Type::attachment, .filename = "{name}-small.{ext}"};
  expected.headers = {{"X-Robots-Tag", "noindex"}};
  EXPECT_TRUE(policy == expected);
}

TEST(Policy, IsTheModelsWhereNothingIsSaid) {
  EXPECT_TRUE(parse("{}").policy() == rule::Policy{});
  EXPECT_TRUE(policy_of("{}") == rule::Policy{});
  EXPECT_TRUE(
      policy_of(
          R"({"access":{},"cache":{"store":"always"},"prewarm":"none","async":"auto","limits":{},"onError":{"status":404,"maxAge":60},"disposition":{"type":"inline","filename":"{name}.{ext}"},"headers":{}})") ==
      rule::Policy{});
  EXPECT_EQ(parse(R"({"policy":{"disposition":"inline","cache":{}}})").policy_text(), "{}");
}

TEST(Policy, MayNameAnObjectThatStandsIn) {
  const auto image = policy_of(R"({"onError":{"mode":"placeholder","image":"object:stock/a/b.png"}})").on_error.image;

  EXPECT_TRUE(image == (rule::StandIn{.mark = {}, .bucket = "stock", .object = "a/b.png"}));
}

TEST(Policy, MayGiveADispositionByItsWord) {
  EXPECT_TRUE(policy_of(R"({"disposition":"attachment"})") == policy_of(R"({"disposition":{"type":"attachment"}})"));
}

TEST(Policy, IsNoPartOfTheHash) {
  for (const auto* rule : {R"({"format":"png"})", R"({"dpr":2})", R"({"version":"2017-06"})"}) {
    auto with = samples::json(rule);
    with.object()->insert_or_assign("policy", samples::json(R"({"cache":{"maxAge":1},"disposition":"attachment"})"));

    EXPECT_EQ(parse(with.canonical()).canonical(), parse(rule).canonical());
    EXPECT_EQ(bind(parse(with.canonical()), {}).hash, bind(parse(rule), {}).hash);
  }
}

TEST(Policy, LetsEveryKeyAndEveryWordSaySomethingElse) {
  std::map<std::string, rule::Policy> by_text;
  for (const auto& sample : samples::of(*find_key(rule_type(), "policy")->type, "policy")) {
    const auto document = parse(Value(Value::Object{{"policy", sample}}).canonical());
    by_text.emplace(document.policy_text(), document.policy());
  }
  ASSERT_GT(by_text.size(), 12U);

  for (auto a = by_text.begin(); a != by_text.end(); ++a) {
    for (auto b = std::next(a); b != by_text.end(); ++b) {
      EXPECT_FALSE(a->second == b->second) << a->first << "\n" << b->first;
    }
  }
}

TEST(Policy, HasACanonicalFormThatIsItsOwn) {
  for (const auto& sample : samples::of(*find_key(rule_type(), "policy")->type, "policy")) {
    const auto first = parse(Value(Value::Object{{"policy", sample}}).canonical());
    const auto second = parse(R"({"policy":)" + first.policy_text() + "}");

    EXPECT_EQ(second.policy_text(), first.policy_text());
    EXPECT_TRUE(second.policy() == first.policy()) << first.policy_text();
  }
}

TEST(Policy, IsComparedBetweenRevisions) {
  const auto found =
      changes(parse(R"({"policy":{"cache":{"maxAge":1}}})"), parse(R"({"policy":{"cache":{"maxAge":2}}})"));

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].pointer, "/policy/cache/maxAge");
  EXPECT_EQ(changes(parse("{}"), parse(R"({"policy":{"disposition":"attachment"}})")).at(0).pointer, "/policy");
}

struct Wrong {
  const char* policy;
  std::vector<std::string> errors;
};

class WrongPolicies : public testing::TestWithParam<Wrong> {};

TEST_P(WrongPolicies, AreRefusedWithEveryErrorAndItsPlace) {
  std::vector<std::string> errors;
  for (const auto& finding : check(std::string(R"({"policy":)") + GetParam().policy + "}").errors)
    errors.push_back(finding.pointer + " " + finding.code);

  EXPECT_THAT(errors, testing::UnorderedElementsAreArray(GetParam().errors)) << GetParam().policy;
}

INSTANTIATE_TEST_SUITE_P(
    Policy, WrongPolicies,
    testing::Values(
        Wrong{"[]", {"/policy wrong-type"}}, Wrong{R"({"async":"later"})", {"/policy/async unknown-value"}},
        Wrong{R"({"limits":{"timeMs":1,"cost":0,"frames":0}})",
              {"/policy/limits/timeMs unknown-key", "/policy/limits/cost out-of-range",
               "/policy/limits/frames out-of-range"}},
        Wrong{R"({"access":{"require":"password"}})", {"/policy/access/require unknown-value"}},
        Wrong{R"({"access":{"buckets":[]}})", {"/policy/access/buckets out-of-range"}},
        Wrong{R"({"access":{"buckets":["Cars"]}})", {"/policy/access/buckets/0 bad-format"}},
        Wrong{R"({"access":{"buckets":["a","a"]}})", {"/policy/access/buckets/1 conflict"}},
        Wrong{R"({"access":{"referers":["https://a.com","a..b","*","A.com"]}})",
              {"/policy/access/referers/0 bad-format", "/policy/access/referers/1 bad-format",
               "/policy/access/referers/2 bad-format", "/policy/access/referers/3 bad-format"}},
        Wrong{R"({"cache":{"maxAge":31536001,"swr":-1}})",
              {"/policy/cache/maxAge out-of-range", "/policy/cache/swr out-of-range"}},
        Wrong{R"({"cache":{"maxAge":"$w"},"version":1})",
              {"/policy/cache/maxAge bad-parameter", "/policy/version unknown-key"}},
        Wrong{R"({"cache":{"tags":["a b","a,b",""]}})",
              {"/policy/cache/tags/0 bad-format", "/policy/cache/tags/1 bad-format",
               "/policy/cache/tags/2 out-of-range"}},
        Wrong{R"({"cache":{"tags":["a","a"]}})", {"/policy/cache/tags/1 conflict"}},
        Wrong{R"({"prewarm":"always"})", {"/policy/prewarm unknown-value"}},
        Wrong{R"({"onError":{"mode":"last","status":199,"image":"object:a"}})",
              {"/policy/onError/mode unknown-value", "/policy/onError/status unknown-value",
               "/policy/onError/image bad-format"}},
        Wrong{R"({"onError":{"mode":"placeholder","status":302}})", {"/policy/onError/status unknown-value"}},
        Wrong{R"({"onError":{"image":"https://a.com/b.png"}})", {"/policy/onError/image bad-format"}},
        Wrong{R"({"disposition":{"type":"inline","filename":"../a"}})", {"/policy/disposition/filename bad-format"}},
        Wrong{R"({"disposition":{"type":"inline","filename":"{nam}"}})", {"/policy/disposition/filename bad-format"}},
        Wrong{R"({"headers":{"Set-Cookie":"a","x-accel-redirect":"/b","X-Sendfile":"c","ETag":"d","X-":"e"}})",
              {"/policy/headers/Set-Cookie conflict", "/policy/headers/x-accel-redirect conflict",
               "/policy/headers/X-Sendfile conflict", "/policy/headers/ETag conflict", "/policy/headers/X- conflict"}},
        Wrong{R"({"headers":{"a b":"1","":"1"}})", {"/policy/headers/a b bad-format", "/policy/headers/ bad-format"}},
        Wrong{R"({"headers":{"X-A":"a\r\nb","X-B":" a","X-C":""}})",
              {"/policy/headers/X-A bad-format", "/policy/headers/X-B bad-format", "/policy/headers/X-C out-of-range"}},
        Wrong{R"({"headers":{"X-A":"1","x-a":"2"}})", {"/policy/headers/x-a conflict"}}));

TEST(Policy, SuggestsTheKeyThatWasMeant) {
  EXPECT_EQ(check(R"({"policy":{"cache":{"maxage":1}}})").errors.at(0).hint, "did you mean \"maxAge\"?");
}

TEST(Policy, WarnsOfWhatHasNoEffect) {
  const auto verdict = check(R"({"policy":{"onError":{"image":"grey","maxAge":9}}})");

  EXPECT_TRUE(verdict.document);
  std::vector<std::string> warned;
  for (const auto& finding : verdict.warnings) warned.push_back(finding.pointer + " " + finding.code);
  EXPECT_THAT(warned, testing::ElementsAre("/policy/onError/image no-effect", "/policy/onError/maxAge no-effect"));
}

TEST(Policy, WarnsOfAJobWhoseResultIsNotKept) {
  const auto verdict = check(R"({"policy":{"async":"always","cache":{"store":"never"}}})");

  EXPECT_TRUE(verdict.document);
  ASSERT_EQ(verdict.warnings.size(), 1U);
  EXPECT_EQ(verdict.warnings[0].pointer + " " + verdict.warnings[0].code, "/policy/async no-effect");
}

}  // namespace
}  // namespace calotype::rules
