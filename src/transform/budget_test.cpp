#include "transform/budget.h"

#include <gtest/gtest.h>

#include "transform/samples.h"

namespace calotype::transform {
namespace {

using samples::photo;
using samples::px;

plan::Budget budget(const ImageInfo& source, ImageFormat format = ImageFormat::jpg, rule::Actions actions = {}) {
  Rule rule;
  rule.actions = std::move(actions);
  if (!rule.actions.resize) rule.actions.resize = rule::Resize{.width = px(300)};
  return make_plan(rule, source, std::nullopt, {}, format, Limits{}).budget;
}

ImageInfo of(ImageFormat format, int width, int height, bool is_interlaced = false) {
  auto info = photo(width, height);
  info.format = format;
  info.is_interlaced = is_interlaced;
  return info;
}

TEST(Budget, IsAStripOfAPictureThatComesInRows) {
  const auto job = budget(photo(8000, 8000));

  EXPECT_LT(job.memory_bytes, 70'000'000);
  EXPECT_EQ(job.pixels, 64'000'000);
}

TEST(Budget, IsTheWholePictureWhereItIsInterlaced) {
  EXPECT_GT(budget(of(ImageFormat::jpg, 8000, 8000, true)).memory_bytes, 227'000'000) << "as was measured";
  EXPECT_GT(budget(of(ImageFormat::png, 8000, 8000, true)).memory_bytes, 239'000'000) << "as was measured";
}

TEST(Budget, IsTheWholePictureWhereItIsHeldToBeScaled) {
  EXPECT_GT(budget(of(ImageFormat::png, 4000, 4000)).memory_bytes, 48'000'000 + 2 * 4000LL * 4000 * 3)
      << "with what it is inflated from";
  EXPECT_LT(budget(of(ImageFormat::png, 5000, 5000)).memory_bytes, 60'000'000) << "too large to be held";
  auto deep = of(ImageFormat::png, 4000, 4000);
  deep.bit_depth = 16;
  EXPECT_LT(budget(deep).memory_bytes, 70'000'000) << "libvips scales it in strips";
}

TEST(Budget, IsTheWholePictureWhereAStepNeedsIt) {
  const auto rows = budget(photo(6000, 6000)).memory_bytes;
  auto lying = photo(6000, 6000);
  lying.orientation = 6;
  EXPECT_GT(budget(lying).memory_bytes, rows + 90'000'000);
  EXPECT_GT(budget(photo(6000, 6000), ImageFormat::jpg, {.rotate = rule::Rotate{.angle = 90}}).memory_bytes,
            rows + 90'000'000);
}

TEST(Budget, CountsFramesAndDeepSamples) {
  const auto ten = make_plan({}, samples::animation(500, 500, 10), std::nullopt, {}, ImageFormat::gif, {}).budget;
  const auto hundred = make_plan({}, samples::animation(500, 500, 100), std::nullopt, {}, ImageFormat::gif, {}).budget;
  EXPECT_EQ(hundred.pixels, 25'000'000);
  EXPECT_EQ(hundred.memory_bytes - ten.memory_bytes, 90 * 500 * 500 * 4);

  auto deep = of(ImageFormat::png, 4000, 4000, true);
  const auto shallow = budget(deep).memory_bytes;
  deep.bit_depth = 16;
  EXPECT_EQ(budget(deep).memory_bytes - shallow, 4000LL * 4000 * 3);
}

TEST(Budget, CountsWhatIsLaidOn) {
  const auto with_mark = [](const rule::Laying& laying) {
    Rule rule;
    rule.watermarks = {{.laying = laying, .dimension = samples::px(400)}};
    return samples::plan_of(rule, photo(1000, 800), {.width = 200, .height = 100}).budget.memory_bytes;
  };
  const auto plain = with_mark({});

  EXPECT_EQ(with_mark({.rotate = 90}) - plain, 400 * 200 * 4);
  EXPECT_EQ(with_mark({.shadow = rule::Shadow{.sigma = 10}}) - plain, 460 * 260 * 12);
}

TEST(Budget, IsHeavyForAnimationsInterlacedLargeAndSlowOnes) {
  EXPECT_FALSE(budget(photo(4000, 3000)).is_heavy);
  EXPECT_FALSE(budget(photo(4000, 3000), ImageFormat::webp).is_heavy);
  EXPECT_FALSE(budget(of(ImageFormat::jpg, 2000, 1000, true)).is_heavy);
  EXPECT_TRUE(budget(of(ImageFormat::jpg, 4000, 3000, true)).is_heavy);
  EXPECT_TRUE(budget(photo(400, 300), ImageFormat::avif).is_heavy);
  EXPECT_TRUE(budget(of(ImageFormat::avif, 400, 300)).is_heavy);
  EXPECT_TRUE(budget(of(ImageFormat::heic, 400, 300)).is_heavy);
  EXPECT_TRUE(budget(photo(9000, 9000)).is_heavy);
  EXPECT_TRUE(budget(samples::animation(100, 100, 10), ImageFormat::gif).is_heavy);
  EXPECT_FALSE(budget(samples::animation(100, 100, 10), ImageFormat::jpg).is_heavy) << "its first frame alone";
}

TEST(Budget, CostsMoreForMore) {
  const auto small = budget(photo(800, 600)).cost;
  EXPECT_GT(small, 1'000);
  EXPECT_LT(small, 20'000);
  EXPECT_GT(budget(photo(4000, 3000)).cost, 10 * small);
  EXPECT_GT(budget(photo(800, 600), ImageFormat::webp).cost, small);
  EXPECT_GT(budget(photo(800, 600), ImageFormat::avif).cost, budget(photo(800, 600), ImageFormat::webp).cost);
  EXPECT_GT(budget(photo(800, 600), ImageFormat::jpg, {.blur = rule::Blur{.sigma = 250}}).cost, small);
}

}  // namespace
}  // namespace calotype::transform
