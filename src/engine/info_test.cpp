#include "engine/info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string_view>

#include "engine/samples.h"

namespace calotype::engine {
namespace {

using namespace samples;
using testing::HasSubstr;
using testing::StartsWith;

constexpr Size kSize{.width = 160, .height = 120};

int number_of(std::string_view text) {
  static constexpr std::string_view kDigits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";
  int value = 0;
  for (const char c : text) value = value * 83 + static_cast<int>(kDigits.find(c));
  return value;
}

double to_light(int value) {
  const double v = value / 255.0;
  return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

int from_light(double light) {
  const double v = std::clamp(light, 0.0, 1.0);
  return static_cast<int>(std::lround((v <= 0.0031308 ? v * 12.92 : 1.055 * std::pow(v, 1 / 2.4) - 0.055) * 255));
}

/// The other half of the format, as its description has it.
drawn::Picture picture_of_hash(std::string_view hash, Size size) {
  const int across = number_of(hash.substr(0, 1)) % 9 + 1;
  const int down = number_of(hash.substr(0, 1)) / 9 + 1;
  const double most = (number_of(hash.substr(1, 1)) + 1) / 166.0;
  std::vector<std::array<double, 3>> parts;
  const int mean = number_of(hash.substr(2, 4));
  parts.push_back({to_light(mean >> 16), to_light(mean >> 8 & 255), to_light(mean & 255)});
  for (std::size_t at = 6; at < hash.size(); at += 2) {
    const int value = number_of(hash.substr(at, 2));
    const auto part = [most](int step) { return std::copysign(std::pow((step - 9) / 9.0, 2), step - 9) * most; };
    parts.push_back({part(value / 361), part(value / 19 % 19), part(value % 19)});
  }
  drawn::Picture picture(size, kWhite);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      std::array<double, 3> sum{};
      for (int j = 0; j < down; ++j) {
        for (int i = 0; i < across; ++i) {
          const double weight =
              std::cos(std::numbers::pi * x * i / size.width) * std::cos(std::numbers::pi * y * j / size.height);
          for (std::size_t c = 0; c < 3; ++c) sum[c] += weight * parts[static_cast<std::size_t>(j * across + i)][c];
        }
      }
      const auto channel = [&](std::size_t c) { return static_cast<std::uint8_t>(from_light(sum[c])); };
      picture.set(x, y, {.red = channel(0), .green = channel(1), .blue = channel(2)});
    }
  }
  return picture;
}

TEST(BlurHash, OfOneColourIsThatColour) {
  const Colour teal{.red = 10, .green = 120, .blue = 130};

  const auto hash = blurhash_of(image_of(drawn::Picture(kSize, teal)));

  ASSERT_EQ(hash.size(), 1U + 1 + 4 + 11 * 2);
  EXPECT_TRUE(is_near(picture_of_hash(hash, {.width = 8, .height = 6}).at(4, 3), teal, 2));
}

TEST(BlurHash, OfBlackIsWhatTheDescriptionMakesOfIt) {
  EXPECT_EQ(blurhash_of(image_of(drawn::Picture(kSize, {}))), "L00000fQfQfQfQfQfQfQfQfQfQfQ");
}

TEST(BlurHash, ShowsWhereWhatIs) {
  const auto blurred = picture_of_hash(blurhash_of(image_of(drawn::gradient(kSize))), kSize);

  EXPECT_LE(mean_difference(blurred, drawn::gradient(kSize)), 12);
}

TEST(BlurHash, HasMoreDetailAlongTheLongerSide) {
  EXPECT_EQ(blurhash_of(image_of(drawn::gradient({.width = 40, .height = 30}))).front(), 'L');
  EXPECT_EQ(blurhash_of(image_of(drawn::gradient({.width = 30, .height = 40}))).front(), 'T');
}

TEST(Palette, HasTheColoursOfAPictureOfFewAndTheirShares) {
  const Colour field{.red = 20, .green = 30, .blue = 200};
  const Colour inside{.red = 250, .green = 200, .blue = 10};
  const auto picture = drawn::block(kSize, field, {.left = 0, .top = 0, .width = 40, .height = 120}, inside);

  const auto palette = palette_of(image_of(picture));

  ASSERT_EQ(palette.size(), 2U);
  EXPECT_EQ(palette[0].colour, field);
  EXPECT_NEAR(palette[0].share, 0.75, 1e-9);
  EXPECT_EQ(palette[1].colour, inside);
  EXPECT_NEAR(palette[1].share, 0.25, 1e-9);
}

TEST(Palette, HasEightColoursAtMostWhichAreEverythingTogether) {
  const auto palette = palette_of(image_of(drawn::gradient(kSize)));

  EXPECT_LE(palette.size(), 8U);
  EXPECT_GE(palette.size(), 5U);
  double sum = 0;
  for (std::size_t i = 0; i < palette.size(); ++i) {
    sum += palette[i].share;
    if (i > 0) EXPECT_LE(palette[i].share, palette[i - 1].share);
  }
  EXPECT_NEAR(sum, 1, 1e-9);
}

TEST(Palette, PassesOverWhatIsTransparent) {
  EXPECT_TRUE(palette_of(image_of(drawn::Picture(kSize, kTransparent), true)).empty());
  const auto palette = palette_of(image_of(drawn::badge(kSize), true));
  ASSERT_FALSE(palette.empty());
  EXPECT_TRUE(is_near(palette[0].colour, {.red = 240, .green = 120, .blue = 20}, 60));
}

std::string told(ImageFormat format, const drawn::Picture& picture, bool has_alpha = false,
                 std::vector<plan::Step> steps = {}) {
  Plan plan = plan_of(info_of(ImageFormat::png, picture.size, has_alpha), std::move(steps));
  plan.output.format = format;
  return render(plan, input_of(file_of(picture, ImageFormat::png, has_alpha))).body;
}

TEST(Info, TellsAboutTheResultAndNotAboutTheOriginal) {
  const auto body =
      told(ImageFormat::json, drawn::quarters(kSize), false, {plan::Resize{.size = {.width = 80, .height = 60}}});

  EXPECT_THAT(body, StartsWith(R"({"width":80,"height":60,"format":"png","frames":1,"alpha":false,"dominant":"#)"));
  EXPECT_THAT(body, HasSubstr(R"("palette":[{"colour":"#)"));
  EXPECT_THAT(body, HasSubstr(R"("blurhash":"L)"));
}

TEST(Info, SaysWhereSomethingCanBeSeenThrough) {
  EXPECT_THAT(told(ImageFormat::json, drawn::badge(kSize), true), HasSubstr(R"("alpha":true)"));
  EXPECT_THAT(told(ImageFormat::json, drawn::quarters(kSize), true), HasSubstr(R"("alpha":false)"));
  EXPECT_THAT(told(ImageFormat::json, drawn::Picture(kSize, kTransparent), true),
              HasSubstr(R"("dominant":null,"palette":[])"));
}

TEST(Info, IsAHashOrAPaletteAlone) {
  EXPECT_EQ(told(ImageFormat::blurhash, drawn::Picture(kSize, {})), "L00000fQfQfQfQfQfQfQfQfQfQfQ");
  EXPECT_EQ(told(ImageFormat::palette, drawn::Picture(kSize, {})), R"({"palette":[{"colour":"#000000","share":1}]})");
}

TEST(Info, IsTheSameByTheShortWay) {
  const auto photo = drawn::landscape({.width = 320, .height = 240});
  Plan plan = plan_of(info_of(ImageFormat::jpg, photo.size), {plan::Resize{.size = {.width = 80, .height = 60}}});
  plan.output.format = ImageFormat::blurhash;
  const auto file = file_of(photo, ImageFormat::jpg);

  const auto one = picture_of_hash(render(plan, input_of(file)).body, kSize);
  const auto other = picture_of_hash(render_generally(plan, input_of(file)).body, kSize);

  EXPECT_LE(mean_difference(one, other), 3);
}

}  // namespace
}  // namespace calotype::engine
