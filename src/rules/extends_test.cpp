#include "rules/extends.h"

#include <gtest/gtest.h>

#include "rules/language.h"

namespace calotype::rules {
namespace {

constexpr auto kBase = R"({"name":"base","description":"all","version":"2026-01","format":"webp","quality":60,
  "params":{"w":{"type":"int","min":1,"max":900,"default":300}},
  "actions":[{"resize":{"width":"$w"}},{"sharpen":{"sigma":1}}],
  "encoder":{"effort":6,"progressive":true},"watermark":{"id":"logo"}})";

TEST(Extends, IsFoundWhereItNamesARule) {
  EXPECT_EQ(base_of(R"({"extends":"listing@7"})"), "listing@7");
  EXPECT_EQ(base_of(R"({"extends":"listing@live","name":"x"})"), "listing@live");
  for (const auto* text : {"{}", "[]", "{", R"({"extends":7})", R"({"extends":"a@0"})", R"({"extends":""})",
                           R"({"extends":"a","extends":"b"})"}) {
    EXPECT_FALSE(base_of(text)) << text;
  }
}

TEST(Extends, PutsMembersIntoThoseOfTheBase) {
  const auto text = put_upon(kBase, R"({"extends":"base","name":"card","quality":80,"watermark":null,
    "encoder":{"effort":2,"progressive":null},"actions":[{"resize":{"width":"$w","height":200}}]})",
                             "base@3");

  const auto document = parse(text);
  EXPECT_EQ(document.name(), "card");
  EXPECT_EQ(document.canonical(), parse(R"({"name":"card","version":"2026-01","format":"webp","quality":80,
    "params":{"w":{"type":"int","min":1,"max":900,"default":300}},
    "actions":[{"resize":{"width":"$w","height":200}}],"encoder":{"effort":2}})")
                                      .canonical());
  EXPECT_NE(text.find(R"("x-extends": "base@3")"), std::string::npos);
  EXPECT_EQ(text.find("\"description\""), std::string::npos) << "that was the base's";
  EXPECT_FALSE(base_of(text));
}

TEST(Extends, KeepsWhatABaseOfTheOriginalLanguageMeans) {
  const auto document = parse(put_upon(R"({"version":"2016-10","format":"jpg"})", R"({"extends":"old"})", "old@1"));
  EXPECT_EQ(document.hash(), parse(R"({"version":"2016-10","format":"jpg"})").hash());
}

TEST(Extends, IsAnErrorWhereNobodyHasResolvedIt) {
  const auto verdict = check(R"({"extends":"listing"})");
  ASSERT_EQ(verdict.errors.size(), 1U);
  EXPECT_EQ(verdict.errors[0].pointer, "/extends");
  EXPECT_EQ(verdict.errors[0].code, "unresolved");
  EXPECT_EQ(check(R"({"extends":"a@b@c"})").errors[0].code, "bad-format");
}

}  // namespace
}  // namespace calotype::rules
