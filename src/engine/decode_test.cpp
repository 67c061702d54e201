#include "engine/decode.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "engine/samples.h"
#include "engine/steps.h"
#include "probe/probe.h"

namespace calotype::engine {
namespace {

using namespace samples;
using drawn::Picture;

class Orientation : public testing::TestWithParam<int> {};

TEST_P(Orientation, ComesOutUpright) {
  const int orientation = GetParam();
  const auto upright = drawn::landscape({.width = 96, .height = 64});
  const std::string file = oriented_jpeg(upright, orientation);
  auto info = info_of(ImageFormat::jpg, upright.size);
  if (orientation >= 5) info.size = {.width = 64, .height = 96};
  info.orientation = orientation;

  const auto whole_picture = rendered(file, plan_of(info, {plan::Orient{.orientation = orientation}}));
  const auto small = rendered(file, plan_of(info, {plan::Orient{.orientation = orientation},
                                                   plan::Crop{.box = {.left = 16, .top = 8, .width = 64, .height = 48}},
                                                   plan::Resize{.size = {.width = 32, .height = 24}}}));
  const auto expected_small = rendered(file_of(upright, ImageFormat::png),
                                       plan_of(info_of(ImageFormat::png, upright.size),
                                               {plan::Crop{.box = {.left = 16, .top = 8, .width = 64, .height = 48}},
                                                plan::Resize{.size = {.width = 32, .height = 24}}}));

  EXPECT_LE(largest_difference(whole_picture, upright), 6);
  EXPECT_LE(mean_difference(small, expected_small), 1.5);
}

INSTANTIATE_TEST_SUITE_P(Exif, Orientation, testing::Range(1, 9));

TEST(Orient, IsExactInEveryDirection) {
  const auto picture = drawn::quarters({.width = 24, .height = 13});
  constexpr std::array kInverse{1, 2, 3, 4, 5, 8, 7, 6};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const auto turned = after(picture, plan::Orient{.orientation = orientation});
    const auto back =
        after(turned, plan::Orient{.orientation = kInverse.at(static_cast<std::size_t>(orientation - 1))});

    EXPECT_EQ(largest_difference(back, picture), 0) << orientation;
    // The white corner: where each orientation's definition puts the stored top left.
    const int right = turned.size.width - 1;
    const int bottom = turned.size.height - 1;
    const std::array<Point, 8> corners{
        {{0, 0}, {right, 0}, {right, bottom}, {0, bottom}, {0, 0}, {right, 0}, {right, bottom}, {0, bottom}}};
    const Point corner = corners.at(static_cast<std::size_t>(orientation - 1));
    EXPECT_EQ(turned.at(corner.x, corner.y), kWhite) << orientation;
  }
}

TEST(Decode, ShrinksJpegAndWebpToTheSameColours) {
  const auto picture = drawn::landscape({.width = 401, .height = 303});
  const auto expected = after(picture, plan::Resize{.size = {.width = 100, .height = 75}});
  for (const auto format : {ImageFormat::jpg, ImageFormat::webp}) {
    const auto result =
        rendered(file_of(picture, format),
                 plan_of(info_of(format, picture.size), {plan::Resize{.size = {.width = 100, .height = 75}}}));

    EXPECT_EQ(result.size, (Size{.width = 100, .height = 75}));
    EXPECT_LE(mean_difference(result, expected), 2.5) << name_of(format);
  }
}

TEST(Decode, GivesTheSamePictureFromEveryFormat) {
  const auto picture = drawn::gradient({.width = 60, .height = 45});
  using enum ImageFormat;
  for (const auto format : {jpg, png, webp, avif, gif, tiff}) {
    const auto result = rendered(file_of(picture, format), plan_of(info_of(format, picture.size), {}));

    EXPECT_EQ(result.size, picture.size);
    EXPECT_LE(mean_difference(result, picture), format == gif ? 8 : 1.5) << name_of(format);
  }
}

TEST(Decode, KeepsAlphaFromEveryFormatThatHasIt) {
  const auto picture = drawn::badge({.width = 64, .height = 64});
  using enum ImageFormat;
  for (const auto format : {png, webp, avif, gif, tiff}) {
    const auto result = rendered(file_of(picture, format, true), plan_of(info_of(format, picture.size, true), {}));

    EXPECT_EQ(result.at(0, 0).alpha, 0) << name_of(format);
    EXPECT_TRUE(is_near(result.at(32, 32), kWhite, 3)) << name_of(format);
  }
}

/// A PNG of any kind, straight from libvips.
std::string raw_png(const VImage& image, int depth, bool is_palette = false) {
  return text_of(image.pngsave_buffer(VImage::option()->set("bitdepth", depth)->set("palette", is_palette)));
}

TEST(Decode, ReadsHeic) {
  const auto picture = drawn::landscape({.width = 96, .height = 64});
  // Made once from the same picture: an encoder for this format is not part of the service.
  std::ifstream in(CALOTYPE_GOLDEN_FOLDER "/landscape.heic", std::ios::binary);
  const std::string file{std::istreambuf_iterator<char>(in), {}};

  const auto result = rendered(file, plan_of(probe::probe(std::as_bytes(std::span(file))), {}));

  EXPECT_EQ(result.size, picture.size);
  EXPECT_LE(mean_difference(result, picture), 3);
}

TEST(Decode, AgreesWithTheProbeOnEveryFormat) {
  const auto picture = drawn::badge({.width = 60, .height = 45});
  using enum ImageFormat;
  for (const auto format : {jpg, png, webp, avif, gif, tiff}) {
    const std::string file = file_of(picture, format, keeps_alpha(format));
    const ImageInfo info = probe::probe(std::as_bytes(std::span(file)));

    EXPECT_EQ(info.format, format);
    EXPECT_EQ(info.has_alpha, keeps_alpha(format)) << name_of(format);
    EXPECT_EQ(rendered(file, plan_of(info, {})).size, picture.size) << name_of(format);
  }
}

TEST(Decode, AgreesWithTheProbeOnAnimations) {
  const std::vector<Picture> frames{drawn::quarters({.width = 40, .height = 30}),
                                    drawn::gradient({.width = 40, .height = 30}),
                                    drawn::landscape({.width = 40, .height = 30})};
  for (const auto format : {ImageFormat::gif, ImageFormat::webp}) {
    const std::string file = animation_of(frames, format, {100, 100, 100}, 5);
    Plan plan = plan_of(probe::probe(std::as_bytes(std::span(file))), {});
    plan.decode.frames.count = 3;
    plan.output = {.format = format, .is_animated = true};

    EXPECT_TRUE(plan.decode.info.is_animated) << name_of(format);
    EXPECT_EQ(plan.decode.info.frames, 3) << name_of(format);
    EXPECT_EQ(plan.decode.info.loop, 5) << name_of(format);
    EXPECT_EQ(render(plan, input_of(file)).frames, 3) << name_of(format);
  }
}

TEST(Decode, ReadsGreyAndPaletteAndSixteenBits) {
  const auto picture = drawn::gradient({.width = 32, .height = 24});
  const VImage image = image_of(picture);
  const VImage grey = image.extract_band(0).copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_B_W));
  const VImage deep = image.colourspace(VIPS_INTERPRETATION_RGB16);
  auto info = info_of(ImageFormat::png, picture.size);

  const auto from_grey = rendered(raw_png(grey, 8), plan_of(info, {}));
  const auto from_grey_alpha = rendered(raw_png(grey.bandjoin_const({128}), 8), plan_of(info, {}));
  const auto from_bits = rendered(raw_png(grey, 1), plan_of(info, {}));
  const auto from_palette = rendered(raw_png(image, 8, true), plan_of(info, {}));
  info.bit_depth = 16;
  const auto from_deep = rendered(raw_png(deep, 16), plan_of(info, {}));

  const Colour expected = picture.at(20, 10);
  EXPECT_EQ(from_grey.at(20, 10), (Colour{.red = expected.red, .green = expected.red, .blue = expected.red}));
  EXPECT_EQ(from_grey_alpha.at(20, 10),
            (Colour{.red = expected.red, .green = expected.red, .blue = expected.red, .alpha = 128}));
  EXPECT_EQ(from_bits.at(0, 0), (Colour{}));
  EXPECT_EQ(from_bits.at(31, 0), kWhite);
  EXPECT_LE(mean_difference(from_palette, picture), 6);
  EXPECT_LE(largest_difference(from_deep, picture), 1);
}

TEST(Decode, TurnsCmykIntoItsColours) {
  const Picture picture({.width = 32, .height = 32}, {.red = 170, .green = 95, .blue = 90});
  const VImage cmyk = image_of(picture).icc_transform("cmyk", VImage::option()->set("input_profile", "srgb"));
  const std::string file = text_of(cmyk.jpegsave_buffer(VImage::option()->set("Q", 98)));
  auto info = info_of(ImageFormat::jpg, picture.size);
  info.colour_space = ColourSpace::cmyk;

  const auto result = rendered(file, plan_of(info, {plan::Resize{.size = {.width = 16, .height = 16}}}));

  EXPECT_TRUE(is_near(result.at(8, 8), picture.at(0, 0), 12)) << testing::PrintToString(result.at(8, 8));
}

TEST(Decode, AppliesAnEmbeddedProfile) {
  const Picture picture({.width = 32, .height = 32}, {.red = 200, .green = 60, .blue = 60});
  const VImage p3 = image_of(picture).icc_transform("p3", VImage::option()->set("input_profile", "srgb"));
  const std::string file = text_of(p3.pngsave_buffer());
  auto plan = plan_of(info_of(ImageFormat::png, picture.size), {});

  const auto to_srgb = rendered(file, plan);
  plan.output.metadata.profile = rule::Metadata::Profile::keep;
  const auto kept = rendered(file, plan);

  EXPECT_TRUE(is_near(to_srgb.at(8, 8), picture.at(0, 0), 2)) << testing::PrintToString(to_srgb.at(8, 8));
  EXPECT_FALSE(is_near(kept.at(8, 8), picture.at(0, 0), 5));
}

TEST(Decode, RefusesAFileOfAnotherSizeThanItsHeaderSaid) {
  const auto picture = drawn::gradient({.width = 40, .height = 30});
  for (const auto format : {ImageFormat::jpg, ImageFormat::png, ImageFormat::gif}) {
    const std::string file = file_of(picture, format);
    try {
      rendered(file, plan_of(info_of(format, {.width = 41, .height = 30}), {}));
      FAIL() << name_of(format);
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::unprocessable);
      EXPECT_EQ(error.code(), "image-damaged");
    }
  }
}

TEST(Decode, NeverIdentifiesByItself) {
  const auto picture = drawn::gradient({.width = 40, .height = 30});
  const std::string png = file_of(picture, ImageFormat::png);

  EXPECT_THROW(rendered(png, plan_of(info_of(ImageFormat::jpg, picture.size), {})), Error);
  EXPECT_THROW(VImage::new_from_buffer("<svg xmlns='http://www.w3.org/2000/svg' width='4' height='4'/>", ""),
               vips::VError);
  take_vips_error();
}

TEST(Decode, RefusesMoreThanTheBudget) {
  const auto picture = drawn::gradient({.width = 400, .height = 300});
  auto plan = plan_of(info_of(ImageFormat::png, picture.size), {});
  plan.decode.info.is_interlaced = true;
  plan.budget.memory_bytes = 100'000;
  try {
    rendered(file_of(picture, ImageFormat::png), plan);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::too_large);
  }
}

class Damaged : public testing::TestWithParam<ImageFormat> {};

TEST_P(Damaged, EndsAsAPictureOrARefusalWhereverItIsCut) {
  const ImageFormat format = GetParam();
  const auto picture = drawn::landscape({.width = 120, .height = 90});
  const std::string file = file_of(picture, format);
  using enum rule::FailOn;
  for (int percent = 0; percent < 100; percent += 10) {
    const std::string cut_off = file.substr(0, file.size() * static_cast<std::size_t>(percent) / 100);
    for (const auto fail_on : {none, truncated, error, warning}) {
      auto plan = plan_of(info_of(format, picture.size), {plan::Resize{.size = {.width = 40, .height = 30}}});
      plan.decode.fail_on = fail_on;
      try {
        const auto result = rendered(cut_off, plan);
        EXPECT_EQ(result.size, (Size{.width = 40, .height = 30}));
        EXPECT_EQ(fail_on, none) << name_of(format) << " cut to " << percent << " % passed for whole";
      } catch (const Error& damage) {
        EXPECT_EQ(damage.fault(), Fault::unprocessable) << name_of(format) << ' ' << percent << ": " << damage.what();
        EXPECT_EQ(damage.code(), "image-damaged");
      }
    }
  }
}

TEST_P(Damaged, EndsAsAPictureOrARefusalWhenBytesAreWrong) {
  const ImageFormat format = GetParam();
  const auto picture = drawn::landscape({.width = 120, .height = 90});
  const std::string file = file_of(picture, format);
  for (std::size_t seed = 1; seed <= 40; ++seed) {
    std::string wrong = file;
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t at = (seed * 7919 + i * 104729) % wrong.size();
      wrong[at] = static_cast<char>(wrong[at] ^ static_cast<char>(1U << (seed % 8)));
    }
    try {
      const auto result =
          rendered(wrong, plan_of(info_of(format, picture.size), {plan::Resize{.size = {.width = 40, .height = 30}}}));
      EXPECT_EQ(result.size, (Size{.width = 40, .height = 30}));
    } catch (const Error& damage) {
      EXPECT_EQ(damage.fault(), Fault::unprocessable) << name_of(format) << ' ' << seed << ": " << damage.what();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Decode, Damaged,
                         testing::Values(ImageFormat::jpg, ImageFormat::png, ImageFormat::webp, ImageFormat::avif,
                                         ImageFormat::gif, ImageFormat::tiff),
                         [](const auto& i) { return std::string(name_of(i.param)); });

}  // namespace
}  // namespace calotype::engine
