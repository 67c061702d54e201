#include "model/geometry.h"

#include <gtest/gtest.h>

#include "model/image_info.h"

namespace calotype {
namespace {

TEST(Size, CountsPixelsBeyondThirtyTwoBits) {
  EXPECT_EQ((Size{.width = 65535, .height = 65535}.pixels()), 4'294'836'225);
}

TEST(Box, KnowsItsSize) {
  EXPECT_EQ((Box{.left = 3, .top = 4, .width = 30, .height = 40}.size()), (Size{.width = 30, .height = 40}));
}

TEST(ImageInfo, IsUprightWithItsSidesSwappedFromOrientationFiveOn) {
  ImageInfo info{.size = {.width = 300, .height = 169}};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    info.orientation = orientation;
    const Size expected = orientation <= 4 ? Size{.width = 300, .height = 169} : Size{.width = 169, .height = 300};
    EXPECT_EQ(info.upright(), expected) << orientation;
  }
}

TEST(ImageFormat, IsFoundByItsOwnName) {
  for (const auto format : kImageFormats) EXPECT_EQ(format_named(name_of(format)), format);
  EXPECT_EQ(format_named("jpeg"), std::nullopt);
  EXPECT_EQ(format_named(""), std::nullopt);
}

TEST(ImageFormat, SaysWhatItKeeps) {
  EXPECT_FALSE(keeps_alpha(ImageFormat::jpg));
  EXPECT_TRUE(keeps_alpha(ImageFormat::png));
  EXPECT_TRUE(keeps_animation(ImageFormat::gif));
  EXPECT_TRUE(keeps_animation(ImageFormat::webp));
  EXPECT_FALSE(keeps_animation(ImageFormat::avif));
}

}  // namespace
}  // namespace calotype
