#include "engine/encode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "engine/samples.h"

namespace calotype::engine {
namespace {

using namespace samples;
using drawn::Picture;
using Chroma = rule::Encoder::Chroma;

constexpr Size kSize{.width = 120, .height = 90};

std::string written(ImageFormat format, const rule::Encoder& encoder = {}, int quality = 80,
                    const Picture& picture = drawn::landscape(kSize), bool has_alpha = false) {
  plan::Output output{.format = format, .quality = quality};
  output.encoder = encoder;
  Attached attached;
  attached.dpi = encoder.dpi.value_or(0);
  return encode({.frames = {image_of(picture, has_alpha)}}, output, attached);
}

class Written : public testing::TestWithParam<ImageFormat> {};

TEST_P(Written, DecodesAgainToTheSamePicture) {
  const auto picture = drawn::landscape(kSize);

  const auto back = picture_of(decoded(written(GetParam()), GetParam()));

  EXPECT_EQ(back.size, kSize);
  EXPECT_LE(mean_difference(back, picture), GetParam() == ImageFormat::png ? 0 : 5);
}

TEST_P(Written, KeepsAlphaWhereTheFormatCan) {
  const std::string body =
      written(GetParam(), {}, 80, drawn::badge({.width = 48, .height = 48}), keeps_alpha(GetParam()));
  const auto back = picture_of(decoded(body, GetParam()));

  EXPECT_EQ(back.at(0, 0).alpha, keeps_alpha(GetParam()) ? 0 : 255);
  EXPECT_EQ(back.at(24, 24).alpha, 255);
}

TEST_P(Written, TakesEveryEffort) {
  for (int effort = 1; effort <= 9; ++effort) {
    EXPECT_EQ(size_of(decoded(written(GetParam(), {.effort = effort}), GetParam())), kSize);
  }
}

TEST_P(Written, FlattensAlphaOnTheBackgroundWhereTheFormatHasNone) {
  const auto mark = drawn::badge({.width = 48, .height = 48});
  Plan plan = plan_of(info_of(ImageFormat::png, mark.size, true), {});
  plan.output.format = GetParam();
  plan.output.quality = 95;
  plan.output.background.colour = {.red = 20, .green = 200, .blue = 30};

  const auto back = picture_of(decoded(render(plan, input_of(file_of(mark, ImageFormat::png, true))).body, GetParam()));

  if (!keeps_alpha(GetParam())) EXPECT_TRUE(is_near(back.at(1, 1), plan.output.background.colour, 6));
  if (keeps_alpha(GetParam())) EXPECT_EQ(back.at(1, 1).alpha, 0);
}

INSTANTIATE_TEST_SUITE_P(Encode, Written,
                         testing::Values(ImageFormat::jpg, ImageFormat::png, ImageFormat::webp, ImageFormat::avif,
                                         ImageFormat::gif, ImageFormat::tiff),
                         [](const auto& i) { return std::string(name_of(i.param)); });

class Lossy : public testing::TestWithParam<ImageFormat> {};

TEST_P(Lossy, GetsSmallerWithLessQuality) {
  const auto low = written(GetParam(), {}, 30);
  const auto high = written(GetParam(), {}, 90);

  EXPECT_LT(low.size() * 3, high.size() * 2);
}

INSTANTIATE_TEST_SUITE_P(Encode, Lossy,
                         testing::Values(ImageFormat::jpg, ImageFormat::webp, ImageFormat::avif, ImageFormat::tiff),
                         [](const auto& i) { return std::string(name_of(i.param)); });

TEST(Encode, IsExactWhenLossless) {
  const auto picture = drawn::landscape(kSize);
  for (const auto format : {ImageFormat::png, ImageFormat::webp, ImageFormat::avif, ImageFormat::tiff}) {
    const auto back = picture_of(decoded(written(format, {.lossless = true}), format));
    // libheif's RGB to YCbCr and back is not exact; the coding between is.
    EXPECT_LE(largest_difference(back, picture), format == ImageFormat::avif ? 2 : 0) << name_of(format);
  }
}

TEST(Encode, NearLosslessIsNearAndSmaller) {
  const auto exact = written(ImageFormat::webp, {.lossless = true});
  const auto near = written(ImageFormat::webp, {.near_lossless = 20});

  EXPECT_LT(near.size(), exact.size());
  EXPECT_LE(largest_difference(picture_of(decoded(near, ImageFormat::webp)), drawn::landscape(kSize)), 24);
}

/// The sampling factors of the first component, from a JPEG's frame header.
int sampling_of(const std::string& jpeg, unsigned char marker) {
  const auto at = jpeg.find(std::string{'\xFF', static_cast<char>(marker)});
  return at == std::string::npos ? -1 : static_cast<unsigned char>(jpeg.at(at + 11));
}

TEST(EncodeJpeg, SamplesChromaAsAsked) {
  constexpr unsigned char kBaseline = 0xC0;
  EXPECT_EQ(sampling_of(written(ImageFormat::jpg, {.chroma = Chroma::c420}, 95), kBaseline), 0x22);
  EXPECT_EQ(sampling_of(written(ImageFormat::jpg, {.chroma = Chroma::c422}), kBaseline), 0x21);
  EXPECT_EQ(sampling_of(written(ImageFormat::jpg, {.chroma = Chroma::c444}), kBaseline), 0x11);
  EXPECT_EQ(sampling_of(written(ImageFormat::jpg, {}, 80), kBaseline), 0x22);
  EXPECT_EQ(sampling_of(written(ImageFormat::jpg, {}, 92), kBaseline), 0x11);
}

TEST(EncodeAvif, TakesEveryChromaAndDepth) {
  for (const auto chroma : {Chroma::c420, Chroma::c422, Chroma::c444}) {
    for (const bool is_lossless : {false, true}) {
      for (const bool has_alpha : {false, true}) {
        const auto mark = drawn::badge(kSize);
        const auto back = picture_of(
            decoded(written(ImageFormat::avif, {.lossless = is_lossless, .chroma = chroma}, 80, mark, has_alpha),
                    ImageFormat::avif));
        EXPECT_EQ(back.at(0, 0).alpha, has_alpha ? 0 : 255);
        EXPECT_TRUE(is_near(back.at(60, 45), kWhite, 4));
      }
    }
  }
}

TEST(EncodeJpeg, IsProgressiveWhenAsked) {
  constexpr unsigned char kProgressive = 0xC2;
  EXPECT_EQ(sampling_of(written(ImageFormat::jpg, {.progressive = true}), kProgressive), 0x22);
  EXPECT_EQ(sampling_of(written(ImageFormat::jpg), kProgressive), -1);
}

TEST(Encode, SaysTheDensity) {
  for (const auto format : {ImageFormat::jpg, ImageFormat::png, ImageFormat::tiff}) {
    EXPECT_NEAR(decoded(written(format, {.dpi = 300}), format).xres(), 300 / 25.4, 0.05) << name_of(format);
  }
}

std::size_t colours_in(const Picture& picture) {
  std::set<std::uint32_t> colours;
  for (std::size_t i = 0; i < picture.pixels.size(); i += 4) {
    colours.insert(static_cast<std::uint32_t>(picture.pixels[i]) << 24 |
                   static_cast<std::uint32_t>(picture.pixels[i + 1]) << 16 |
                   static_cast<std::uint32_t>(picture.pixels[i + 2]) << 8 | picture.pixels[i + 3]);
  }
  return colours.size();
}

TEST(Encode, HasNoMoreColoursThanThePalette) {
  for (const auto format : {ImageFormat::png, ImageFormat::gif}) {
    for (const int colours : {2, 5, 16, 100, 256}) {
      const auto back = picture_of(decoded(written(format, {.palette = colours}), format));
      EXPECT_LE(colours_in(back), static_cast<std::size_t>(colours)) << name_of(format);
      EXPECT_GE(colours_in(back), static_cast<std::size_t>(std::min(colours, 60)) / 2) << name_of(format);
    }
  }
}

TEST(Encode, KeepsAlphaInAPalette) {
  const auto back = picture_of(
      decoded(written(ImageFormat::png, {.palette = 32}, 80, drawn::badge({.width = 48, .height = 48}), true),
              ImageFormat::png));

  EXPECT_EQ(back.at(0, 0).alpha, 0);
  EXPECT_EQ(back.at(24, 24), kWhite);
}

TEST(EncodePng, InterlacesAndCompressesAsAsked) {
  const auto interlaced = written(ImageFormat::png, {.interlace = true});
  const auto quick = written(ImageFormat::png, {.compression = 0});
  const auto small = written(ImageFormat::png, {.compression = 9});

  EXPECT_EQ(interlaced.at(28), 1);
  EXPECT_EQ(small.at(28), 0);
  EXPECT_LT(small.size() * 2, quick.size());
}

TEST(Encode, KeepsMoreThanEightBitsWhenAsked) {
  // 16-bit in, so that there is something to keep.
  const VImage ramp = (VImage::xyz(256, 8).extract_band(0) * 20 + 30000).cast(VIPS_FORMAT_USHORT);
  const VImage deep =
      VImage::bandjoin({ramp, ramp, ramp}).copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_RGB16));
  const std::string file = text_of(deep.pngsave_buffer(VImage::option()->set("bitdepth", 16)));
  Plan plan = plan_of({.format = ImageFormat::png, .size = {.width = 256, .height = 8}, .bit_depth = 16},
                      {plan::Crop{.box = {.width = 200, .height = 8}}});
  const auto distinct = [&](ImageFormat format, std::optional<int> depth) {
    plan.output.format = format;
    plan.output.encoder.bit_depth = depth;
    plan.output.encoder.lossless = true;
    const VImage back = decoded(render(plan, input_of(file)).body, format);
    std::set<double> values;
    for (int x = 0; x < 200; ++x) values.insert(back.getpoint(x, 4)[1]);
    return values.size();
  };

  EXPECT_LE(distinct(ImageFormat::png, 8), 17U);
  EXPECT_EQ(distinct(ImageFormat::png, 12), 200U);
  EXPECT_GE(distinct(ImageFormat::avif, 10), 50U) << "it is written with 12";
  EXPECT_GE(distinct(ImageFormat::avif, 12), 150U);
  EXPECT_LE(distinct(ImageFormat::webp, 10), 17U) << "WebP has eight bits";
}

TEST(Encode, RunsStepsInSixteenBits) {
  const auto picture = drawn::landscape({.width = 64, .height = 48});
  const std::string mark = file_of(drawn::badge({.width = 20, .height = 20}), ImageFormat::png, true);
  Plan plan = plan_of(
      info_of(ImageFormat::png, picture.size),
      {plan::CoverArea{
           .box = {.left = 4, .top = 4, .width = 16, .height = 16}, .mode = plan::CoverArea::Mode::pixelate, .cell = 4},
       plan::Adjust{.values = {.brightness = 10, .contrast = 10, .saturation = 10}},
       plan::Tone{.values = {.kind = rule::Tone::Kind::sepia, .amount = 30}}, plan::Blur{.values = {.sigma = 1}},
       plan::Sharpen{},
       plan::Mask{.box = {.width = 64, .height = 48}, .radii = {8, 8, 8, 8}, .background = {.colour = kTransparent}},
       plan::Watermark{.size = {.width = 20, .height = 20}, .positions = {{.x = 30, .y = 20}}}});
  Input input;
  const std::string file = file_of(picture, ImageFormat::png);
  input.original = std::as_bytes(std::span(file));
  input.marks = {std::as_bytes(std::span(mark))};
  input.mark_infos = {info_of(ImageFormat::png, {.width = 20, .height = 20}, true)};

  const auto narrow = picture_of(decoded(render(plan, input).body, ImageFormat::png));
  plan.output.encoder.bit_depth = 12;
  const VImage wide = decoded(render(plan, input).body, ImageFormat::png);

  EXPECT_EQ(wide.format(), VIPS_FORMAT_USHORT);
  const auto rounded_down = picture_of((wide / 257.0)
                                           .rint()
                                           .cast(VIPS_FORMAT_UCHAR)
                                           .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB)));
  EXPECT_LE(mean_difference(narrow, rounded_down), 1);
}

}  // namespace
}  // namespace calotype::engine
