#include <gmock/gmock.h>

#include "transform/planner.h"
#include "transform/samples.h"

/// What a plan says of the file: a measured quality, a limit of bytes, formats that only tell.
namespace calotype::transform {
namespace {

using samples::photo;
using testing::HasSubstr;

Plan plan_to(ImageFormat format, const Rule& rule) {
  return make_plan(rule, photo(400, 300), std::nullopt, {}, format, Limits{});
}

TEST(Output, IsMeasuredWhereTheFormatHasNoNumberOfItsOwn) {
  Rule rule;
  rule.quality.measured = rule::MeasuredQuality{.target = 0.95};
  rule.quality.measures_jpg = true;

  EXPECT_EQ(plan_to(ImageFormat::jpg, rule).output.measured->target, 0.95);
  EXPECT_FALSE(plan_to(ImageFormat::webp, rule).output.measured);
  EXPECT_FALSE(plan_to(ImageFormat::png, rule).output.measured);
}

TEST(Output, IsNotMeasuredWhereEveryPixelIsKept) {
  Rule rule;
  rule.quality.measured = rule::MeasuredQuality{};
  rule.quality.measures_webp = true;
  rule.encoder.lossless = true;

  EXPECT_FALSE(plan_to(ImageFormat::webp, rule).output.measured);
}

TEST(Output, CostsMoreWhereQualitiesAreTried) {
  Rule measured;
  measured.quality.measured = rule::MeasuredQuality{};
  measured.quality.measures_webp = true;
  Rule limited;
  limited.encoder.max_bytes = 9000;
  const auto plain = plan_to(ImageFormat::webp, {}).budget.cost;

  EXPECT_GT(plan_to(ImageFormat::webp, measured).budget.cost, plain);
  EXPECT_GT(plan_to(ImageFormat::webp, limited).budget.cost, plan_to(ImageFormat::webp, measured).budget.cost);
}

TEST(Output, IsDescribed) {
  Rule rule;
  rule.quality.measured = rule::MeasuredQuality{};
  rule.quality.measures_jpg = true;
  rule.encoder.max_bytes = 9000;
  rule.encoder.shrink = true;

  EXPECT_THAT(describe(plan_to(ImageFormat::jpg, rule)),
              HasSubstr("encode jpg 400x300 quality 80 as measured 0.97 (40..90) at most 9000 bytes or smaller"));
}

TEST(Output, ThatTellsSpeaksOfSrgb) {
  Rule rule;
  rule.metadata.profile = rule::Metadata::Profile::p3;

  EXPECT_EQ(plan_to(ImageFormat::json, rule).output.metadata.profile, rule::Metadata::Profile::srgb);
  EXPECT_EQ(plan_to(ImageFormat::jpg, rule).output.metadata.profile, rule::Metadata::Profile::p3);
}

}  // namespace
}  // namespace calotype::transform
