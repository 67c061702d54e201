#include "rules/when.h"

#include <gmock/gmock.h>

namespace calotype::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> errors_of(std::string_view json) {
  std::vector<std::string> errors;
  for (const auto& finding : check(json).errors) errors.push_back(finding.pointer + " " + finding.code);
  return errors;
}

/// Whether a rule's one condition holds.
bool holds(const std::string& condition, const Facts& facts, const Parameters& values = {},
           const std::string& params = "{}") {
  const auto document =
      parse(R"({"params":)" + params + R"(,"when":[{"if":)" + condition + R"(,"set":{"quality":33}}]})");
  return holding(document, values, facts) == 1;
}

ImageInfo photo(int width, int height) {
  return {.format = ImageFormat::jpg, .size = {.width = width, .height = height}};
}

TEST(Condition, AsksTheUprightOriginal) {
  auto info = photo(400, 300);
  info.orientation = 6;
  const Facts facts{.source = &info, .bytes = 5'000};

  EXPECT_TRUE(holds(R"({"source.width":{"eq":300}})", facts));
  EXPECT_TRUE(holds(R"({"source.height":{"eq":400}})", facts));
  EXPECT_TRUE(holds(R"({"source.aspect":{"eq":0.75}})", facts));
  EXPECT_TRUE(holds(R"({"source.megapixels":{"eq":0.12}})", facts));
  EXPECT_TRUE(holds(R"({"source.orientation":{"eq":6}})", facts));
  EXPECT_TRUE(holds(R"({"source.bytes":{"eq":5000}})", facts));
  EXPECT_TRUE(holds(R"({"source.format":{"eq":"jpeg"}})", facts)) << "also by its other name";
  EXPECT_TRUE(holds(R"({"source.alpha":{"eq":false}})", facts));
  EXPECT_TRUE(holds(R"({"source.colourspace":{"in":["cmyk","rgb"]}})", facts));
  EXPECT_TRUE(holds(R"({"source.frames":{"eq":1}})", facts));
}

TEST(Condition, HasEveryOrder) {
  const auto info = photo(400, 300);
  const Facts facts{.source = &info};

  EXPECT_TRUE(holds(R"({"source.width":{"lt":401}})", facts));
  EXPECT_FALSE(holds(R"({"source.width":{"lt":400}})", facts));
  EXPECT_TRUE(holds(R"({"source.width":{"lte":400}})", facts));
  EXPECT_FALSE(holds(R"({"source.width":{"gt":400}})", facts));
  EXPECT_TRUE(holds(R"({"source.width":{"gt":399}})", facts));
  EXPECT_TRUE(holds(R"({"source.width":{"gte":400}})", facts));
  EXPECT_FALSE(holds(R"({"source.width":{"ne":400}})", facts));
  EXPECT_TRUE(holds(R"({"source.width":{"gte":100,"lt":500}})", facts)) << "all of a test's parts";
  EXPECT_FALSE(holds(R"({"source.width":{"gte":100,"lt":300}})", facts));
}

TEST(Condition, JoinsOthers) {
  const auto info = photo(400, 300);
  const Facts facts{.source = &info};
  const std::string yes = R"({"source.width":{"eq":400}})";
  const std::string no = R"({"source.width":{"eq":1}})";

  EXPECT_TRUE(holds(R"({"all":[)" + yes + "," + yes + "]}", facts));
  EXPECT_FALSE(holds(R"({"all":[)" + yes + "," + no + "]}", facts));
  EXPECT_TRUE(holds(R"({"any":[)" + no + "," + yes + "]}", facts));
  EXPECT_FALSE(holds(R"({"any":[)" + no + "," + no + "]}", facts));
  EXPECT_TRUE(holds(R"({"not":)" + no + "}", facts));
  EXPECT_TRUE(holds(R"({"all":[{"any":[)" + no + R"(,{"not":)" + no + "}]}]}", facts));
}

TEST(Condition, AsksTheClient) {
  const Facts plain;
  const Facts modern{.takes_avif = true,
                     .takes_webp = true,
                     .hints = {.saves_data = true, .dpr = 2.0, .width = {}, .viewport_width = {}}};

  EXPECT_TRUE(holds(R"({"client.accepts":{"eq":"avif"}})", modern));
  EXPECT_FALSE(holds(R"({"client.accepts":{"eq":"avif"}})", plain));
  EXPECT_TRUE(holds(R"({"client.accepts":{"ne":"webp"}})", plain));
  EXPECT_TRUE(holds(R"({"client.accepts":{"in":["avif","webp"]}})", Facts{.takes_webp = true}));
  EXPECT_TRUE(holds(R"({"client.saveData":{"eq":true}})", modern));
  EXPECT_TRUE(holds(R"({"client.saveData":{"eq":false}})", plain));
  EXPECT_TRUE(holds(R"({"client.dpr":{"gte":1.5}})", modern));
  EXPECT_TRUE(holds(R"({"client.dpr":{"exists":false}})", plain));
  EXPECT_FALSE(holds(R"({"client.dpr":{"lt":1.5}})", plain)) << "what is absent has no order";
}

TEST(Condition, AsksTheOwnersMetadata) {
  const Facts facts{.user_metadata = R"({"sold":"yes","a/b":"1"})"};

  EXPECT_TRUE(holds(R"({"object.meta.sold":{"eq":"yes"}})", facts));
  EXPECT_TRUE(holds(R"({"object.meta.a/b":{"exists":true}})", facts));
  EXPECT_TRUE(holds(R"({"object.meta.other":{"exists":false}})", facts));
  EXPECT_TRUE(holds(R"({"object.meta.other":{"ne":"yes"}})", facts)) << "what is absent is not this";
  EXPECT_FALSE(holds(R"({"object.meta.sold":{"eq":"yes"}})", Facts{}));
}

TEST(Condition, AsksParametersInTheirCanonicalForm) {
  const std::string params =
      R"({"w":{"type":"int","default":480,"min":160,"max":1600,"step":80},"c":{"type":"colour","default":"red"}})";

  EXPECT_TRUE(holds(R"({"param.w":{"lt":500}})", {}, {}, params)) << "its default";
  EXPECT_TRUE(holds(R"({"param.w":{"eq":1600}})", {}, {{"w", "9999"}}, params)) << "as it is snapped";
  EXPECT_TRUE(holds(R"({"param.w":{"exists":true}})", {}, {{"w", "480"}}, params));
  EXPECT_TRUE(holds(R"({"param.w":{"exists":false}})", {}, {}, params));
  EXPECT_TRUE(holds(R"({"param.c":{"eq":"#f00"}})", {}, {}, params));
  EXPECT_TRUE(holds(R"({"param.c":{"in":["blue","RED"]}})", {}, {}, params));
}

TEST(When, PutsItsPatchesOnInOrder) {
  const auto document = parse(R"({"quality":70,"watermark":{"id":"logo","opacity":50},"when":[
    {"if":{"source.width":{"lt":400}},"set":{"watermark":null,"quality":60}},
    {"if":{"source.width":{"lt":300}},"set":{"quality":50}},
    {"if":{"source.width":{"gt":4000}},"set":{"watermark":{"opacity":90}}}]})");

  EXPECT_EQ(bind(document, {}).canonical,
            parse(R"({"quality":70,"watermark":{"id":"logo","opacity":50}})").canonical());
  EXPECT_EQ(bind(document, {}, 1).canonical, parse(R"({"version":"2026-01","quality":60})").canonical());
  EXPECT_EQ(bind(document, {}, 3).canonical, parse(R"({"version":"2026-01","quality":50})").canonical());
  EXPECT_EQ(bind(document, {}, 4).canonical,
            parse(R"({"quality":70,"watermark":{"id":"logo","opacity":90}})").canonical())
      << "members of objects are put into those that are there";
}

TEST(When, MakesTheLanguageTheNewOneWithAndWithoutPatches) {
  const auto document = parse(R"({"format":"png","when":[{"if":{"source.frames":{"gt":1}},"set":{"format":"gif"}}]})");

  EXPECT_TRUE(bind(document, {}).rule.metadata.keep_copyright);
  EXPECT_TRUE(bind(document, {}, 1).rule.metadata.keep_copyright);
}

TEST(When, LetsAPatchReferToParameters) {
  const auto verdict = check(R"({"params":{"q":{"type":"int","default":40,"min":10,"max":90}},
    "when":[{"if":{"client.saveData":{"eq":true}},"set":{"quality":"$q"}}]})");
  ASSERT_TRUE(verdict.document);

  EXPECT_THAT(verdict.warnings, IsEmpty()) << "the parameter is used";
  EXPECT_EQ(bind(*verdict.document, {{"q", "55"}}, 1).canonical,
            parse(R"({"version":"2026-01","quality":55})").canonical());
}

TEST(When, CountsAParameterThatOnlyAConditionUses) {
  EXPECT_THAT(check(R"({"params":{"big":{"type":"bool","default":false}},
    "when":[{"if":{"param.big":{"eq":true}},"set":{"dpr":2}}]})")
                  .warnings,
              IsEmpty());
}

TEST(When, SaysWhereAPatchIsWrong) {
  const auto set = [](const std::string& patch) {
    return errors_of(R"({"actions":[{"resize":{"width":30}}],"when":[{"if":{"source.width":{"lt":4}},"set":)" + patch +
                     "}]}");
  };

  EXPECT_THAT(set(R"({"quality":0})"), ElementsAre("/when/0/set/quality out-of-range"));
  EXPECT_THAT(
      set(R"({"actions":[{"resize":{"widht":3}}]})"),
      ElementsAre("/when/0/set/actions/0/resize missing-key", "/when/0/set/actions/0/resize/widht unknown-key"));
  EXPECT_THAT(set(R"({"dpr":"$d"})"), ElementsAre("/when/0/set/dpr unknown-parameter"));
  EXPECT_THAT(set(R"({"params":{}})"), ElementsAre("/when/0/set/params conflict"));
  EXPECT_THAT(set(R"({"policy":{}})"), ElementsAre("/when/0/set/policy conflict"));
  EXPECT_THAT(set("{}"), ElementsAre("/when/0/set missing-key"));
  EXPECT_THAT(set("3"), ElementsAre("/when/0/set wrong-type"));
}

TEST(When, SaysWhatAPatchBreaksOutsideOfIt) {
  const auto verdict = check(R"({"quality":{"default":"auto","target":0.98},"when":[
    {"if":{"source.width":{"lt":4}},"set":{"quality":{"default":80}}}]})");

  ASSERT_EQ(verdict.errors.size(), 1U);
  EXPECT_EQ(verdict.errors[0].pointer, "/when/0/set");
  EXPECT_THAT(verdict.errors[0].message, HasSubstr("with this patch, /quality/target: "));
}

TEST(When, SaysWhichPatchesDoNotGoTogether) {
  const auto verdict = check(R"({"when":[
    {"if":{"source.width":{"lt":4}},"set":{"quality":{"target":0.98,"default":"auto"}}},
    {"if":{"source.width":{"lt":9}},"set":{"dpr":2}},
    {"if":{"source.width":{"lt":8}},"set":{"quality":{"default":80}}}]})");

  ASSERT_EQ(verdict.errors.size(), 1U);
  EXPECT_EQ(verdict.errors[0].pointer, "/when/2/set");
  EXPECT_THAT(verdict.errors[0].message, HasSubstr("together with /when/0, /quality/target: "));
}

TEST(When, SaysWhereAConditionIsWrong) {
  const auto condition = [](const std::string& text) {
    return errors_of(R"({"params":{"c":{"type":"colour","default":"red"}},"background":"$c","when":[{"if":)" + text +
                     R"(,"set":{"dpr":2}}]})");
  };

  EXPECT_THAT(condition(R"({"source.widht":{"lt":1}})"), ElementsAre("/when/0/if/source.widht unknown-key"));
  EXPECT_THAT(condition(R"({"source.width":{"less":1}})"), ElementsAre("/when/0/if/source.width/less unknown-key"));
  EXPECT_THAT(condition(R"({"source.width":{}})"), ElementsAre("/when/0/if/source.width missing-key"));
  EXPECT_THAT(condition(R"({"source.width":{"lt":"4"}})"), ElementsAre("/when/0/if/source.width/lt wrong-type"));
  EXPECT_THAT(condition(R"({"client.accepts":{"eq":"jxl"}})"),
              ElementsAre("/when/0/if/client.accepts/eq unknown-value"));
  EXPECT_THAT(condition("{}"), ElementsAre("/when/0/if missing-key"));
  EXPECT_THAT(condition(R"({"source.width":{"lt":1},"source.height":{"lt":1}})"), ElementsAre("/when/0/if conflict"));
  EXPECT_THAT(condition(R"({"param.w":{"lt":1}})"), ElementsAre("/when/0/if/param.w unknown-parameter"));
  EXPECT_THAT(condition(R"({"param.c":{"lt":"red"}})"), ElementsAre("/when/0/if/param.c/lt conflict"));
  EXPECT_THAT(condition(R"({"param.c":{"eq":"nocolour"}})"), ElementsAre("/when/0/if/param.c/eq wrong-type"));
  EXPECT_THAT(condition(R"({"param.C":{"eq":1}})"), testing::Contains("/when/0/if/param.C bad-format"));
  EXPECT_THAT(condition(R"({"all":[]})"), ElementsAre("/when/0/if/all out-of-range"));
  EXPECT_THAT(condition(R"({"not":{"not":{"not":{"not":{"source.width":{"lt":1}}}}}})"),
              ElementsAre("/when/0/if too-deep"));
}

TEST(When, IsOfTheNewLanguage) {
  EXPECT_THAT(errors_of(R"({"version":"2017-06","when":[{"if":{"source.width":{"lt":1}},"set":{"quality":1}}]})"),
              ElementsAre("/when wrong-version"));
}

TEST(When, HasAtMostEightPatchesAnd64Tests) {
  const auto rule = [](int patches, int tests) {
    std::string list;
    for (int i = 0; i < tests; ++i) list += (i == 0 ? "" : ",") + std::string(R"({"source.width":{"lt":1}})");
    std::string json = R"({"when":[)";
    for (int i = 0; i < patches; ++i) {
      json += (i == 0 ? "" : ",") + (R"({"if":{"any":[)" + list) + R"(]},"set":{"quality":1}})";
    }
    return json + "]}";
  };

  EXPECT_THAT(errors_of(rule(8, 8)), IsEmpty());
  EXPECT_THAT(errors_of(rule(9, 1)), ElementsAre("/when out-of-range"));
}

TEST(When, SaysWhatItAsksAboutTheClient) {
  const auto document = parse(R"({"when":[
    {"if":{"any":[{"client.saveData":{"eq":true}},{"not":{"client.dpr":{"gt":1}}}]},"set":{"quality":50}}]})");

  EXPECT_TRUE(document.when()->asks().save_data);
  EXPECT_TRUE(document.when()->asks().dpr);
  EXPECT_FALSE(document.when()->asks().accepts);
  EXPECT_NE(document.when()->told(Facts{.hints = {.saves_data = true}}), document.when()->told(Facts{}));
  EXPECT_EQ(document.when()->told(Facts{.takes_webp = true}), document.when()->told(Facts{})) << "it is not asked";
}

TEST(Hint, NeedsAGridAndNoSignature) {
  const auto parameter = [](const std::string& more) {
    return errors_of(R"({"params":{"w":{"type":"int","default":480,"hint":"width")" + more +
                     R"(}},"actions":[{"resize":{"width":"$w"}}]})");
  };

  EXPECT_THAT(parameter(R"(,"min":160,"max":1600,"step":80,"signed":false)"), IsEmpty());
  EXPECT_THAT(parameter(R"(,"values":[320,480],"signed":false)"), IsEmpty());
  EXPECT_THAT(parameter(R"(,"min":160,"max":1600,"step":80)"), ElementsAre("/params/w/hint conflict"));
  EXPECT_THAT(parameter(R"(,"min":160,"max":1600,"signed":false)"), ElementsAre("/params/w/hint missing-key"));
  EXPECT_THAT(parameter(R"(,"values":[320,480],"signed":false,"snap":false)"), ElementsAre("/params/w/hint conflict"));
}

TEST(Hint, IsToldWithItsParameter) {
  const auto document = parse(R"({"params":{"d":{"type":"num","default":1,"values":[1,2],"signed":false,"hint":"dpr"}},
    "dpr":"$d"})");

  ASSERT_EQ(document.hinted().size(), 1U);
  EXPECT_EQ(document.hinted()[0].name, "d");
  EXPECT_EQ(document.hinted()[0].hint, Hint::dpr);
}

}  // namespace
}  // namespace calotype::rules
