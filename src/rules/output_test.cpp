#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/language.h"

/// How well and how large the result is written, and what is written instead of it.
namespace calotype::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string canonical(std::string_view json) { return parse(json).canonical(); }
Rule rule_of(std::string_view json) { return bind(parse(json), {}).rule; }

std::vector<std::string> errors_of(std::string_view json) {
  std::vector<std::string> list;
  for (const auto& finding : check(json).errors) list.push_back(finding.pointer + " " + finding.code);
  return list;
}

TEST(Format, MayBeWhatIsSaidAboutAPicture) {
  EXPECT_THAT(rule_of(R"({"format":"json"})").format.preferred, ElementsAre(ImageFormat::json));
  EXPECT_THAT(rule_of(R"({"format":"blurhash"})").format.preferred, ElementsAre(ImageFormat::blurhash));
  EXPECT_THAT(rule_of(R"({"format":"palette"})").format.preferred, ElementsAre(ImageFormat::palette));
}

TEST(Format, ThatIsNoPictureIsNotNegotiated) {
  EXPECT_THAT(errors_of(R"({"format":["json","jpg"]})"), ElementsAre("/format/0 unknown-value"));
}

TEST(Quality, ThatIsMeasuredHasOneForm) {
  EXPECT_EQ(canonical(R"({"version":"2026-01","quality":"auto"})"),
            canonical(R"({"version":"2026-01","quality":{"default":"auto:good","min":40,"max":90,"tiff":80}})"));
  EXPECT_EQ(canonical(R"({"dpr":2,"quality":"auto:eco"})"),
            canonical(R"({"dpr":2,"quality":{"default":"auto","target":0.95}})"));
  EXPECT_NE(canonical(R"({"quality":"auto:eco"})"), canonical(R"({"quality":"auto"})"));
}

TEST(Quality, ThatIsMeasuredLeavesNumbersToTheFormatsThatHaveThem) {
  const auto quality = rule_of(R"({"quality":{"default":"auto:best","avif":55,"min":30,"max":95}})").quality;

  ASSERT_TRUE(quality.measured);
  EXPECT_EQ(*quality.measured, (rule::MeasuredQuality{.target = 0.985, .min = 30, .max = 95}));
  EXPECT_TRUE(quality.measures_jpg);
  EXPECT_TRUE(quality.measures_webp);
  EXPECT_FALSE(quality.measures_avif);
  EXPECT_EQ(quality.avif, 55);
}

TEST(Quality, OfANumberIsNotMeasured) { EXPECT_FALSE(rule_of(R"({"quality":70})").quality.measured); }

TEST(Quality, MayBeMeasuredByAParameter) {
  const auto rule =
      parse(R"({"params":{"q":{"type":"enum","values":["auto","auto:low"],"default":"auto"}},"quality":"$q"})");

  EXPECT_EQ(bind(rule, {{"q", "auto:low"}}).rule.quality.measured->target, 0.92);
}

TEST(Quality, HasATargetOnlyWhereItIsMeasured) {
  EXPECT_THAT(errors_of(R"({"quality":{"target":0.9}})"), ElementsAre("/quality/target conflict"));
  EXPECT_THAT(errors_of(R"({"quality":{"default":70,"min":50}})"), ElementsAre("/quality/min conflict"));
  EXPECT_THAT(errors_of(R"({"quality":{"default":"auto:eco","target":0.9}})"), ElementsAre("/quality/target conflict"));
  EXPECT_THAT(errors_of(R"({"quality":{"default":"auto","min":95}})"), ElementsAre("/quality/min conflict"));
  EXPECT_THAT(errors_of(R"({"quality":{"default":"auto","max":30}})"), ElementsAre("/quality/max conflict"));
}

TEST(MaxBytes, IsRead) {
  const auto encoder = rule_of(R"({"format":"webp","encoder":{"maxBytes":50000,"shrink":true}})").encoder;

  EXPECT_EQ(encoder.max_bytes, 50'000);
  EXPECT_TRUE(encoder.shrink);
}

TEST(MaxBytes, GoesWithFormatsThatHaveAQuality) {
  for (const char* format : {R"("jpg")", R"("webp")", R"("avif")", R"("origin")", R"("auto")", R"(["avif","jpg"])"}) {
    EXPECT_THAT(errors_of(std::string(R"({"encoder":{"maxBytes":9000},"format":)") + format + "}"), IsEmpty())
        << format;
  }
  for (const char* format : {R"("png")", R"("gif")", R"("tiff")", R"("json")", R"(["webp","png"])"}) {
    EXPECT_THAT(errors_of(std::string(R"({"encoder":{"maxBytes":9000},"format":)") + format + "}"),
                ElementsAre("/encoder/maxBytes conflict"))
        << format;
  }
}

TEST(MaxBytes, ExcludesWhatKeepsEveryPixel) {
  EXPECT_THAT(errors_of(R"({"format":"webp","encoder":{"maxBytes":9000,"lossless":true}})"),
              ElementsAre("/encoder/maxBytes conflict"));
  EXPECT_THAT(errors_of(R"({"format":"webp","encoder":{"maxBytes":9000,"nearLossless":60}})"),
              ElementsAre("/encoder/maxBytes conflict"));
}

TEST(MaxBytes, HasARange) {
  EXPECT_THAT(errors_of(R"({"encoder":{"maxBytes":1023}})"), ElementsAre("/encoder/maxBytes out-of-range"));
  EXPECT_THAT(errors_of(R"({"encoder":{"maxBytes":50000001}})"), ElementsAre("/encoder/maxBytes out-of-range"));
}

TEST(Shrink, AloneIsWarnedOf) {
  const auto verdict = check(R"({"encoder":{"shrink":true}})");

  ASSERT_EQ(verdict.warnings.size(), 1U);
  EXPECT_EQ(verdict.warnings[0].code, "no-effect");
}

}  // namespace
}  // namespace calotype::rules
