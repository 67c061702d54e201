#include "engine/write.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/samples.h"
#include "engine/ssim.h"

namespace calotype::engine {
namespace {

using namespace samples;

constexpr Size kSize{.width = 320, .height = 240};

Plan plan_to(ImageFormat format, Size size = kSize) {
  Plan plan = plan_of(info_of(ImageFormat::jpg, {.width = 640, .height = 480}), {plan::Resize{.size = size}});
  plan.output.format = format;
  plan.result = size;
  return plan;
}

const std::string& photo() {
  static const std::string file = file_of(drawn::landscape({.width = 640, .height = 480}), ImageFormat::jpg);
  return file;
}

std::size_t bytes_at(ImageFormat format, int quality) {
  Plan plan = plan_to(format);
  plan.output.quality = quality;
  return render(plan, input_of(photo())).body.size();
}

/// As a whole, not by its bands.
double similarity_to_the_best(ImageFormat format, const std::string& body) {
  Plan plan = plan_to(ImageFormat::png);
  const auto luma = [](const VImage& image) {
    return in_memory(image.colourspace(VIPS_INTERPRETATION_B_W).cast(VIPS_FORMAT_UCHAR));
  };
  const VImage best = luma(decoded(render(plan, input_of(photo())).body, ImageFormat::png));
  const VImage made = luma(decoded(body, format));
  const auto view = [](const VImage& image) {
    return LumaView{.samples = static_cast<const std::uint8_t*>(image.data()),
                    .width = image.width(),
                    .height = image.height(),
                    .stride = image.width()};
  };
  return similarity(view(best), view(made));
}

class Searched : public testing::TestWithParam<ImageFormat> {};

TEST_P(Searched, KeepsALimitOfBytesAndUsesIt) {
  const auto most = bytes_at(GetParam(), 45);
  Plan plan = plan_to(GetParam());
  plan.output.quality = 85;
  plan.output.encoder.max_bytes = static_cast<int>(most);

  for (const auto& body : {render(plan, input_of(photo())).body, render_generally(plan, input_of(photo())).body}) {
    EXPECT_LE(body.size(), most);
    EXPECT_GE(body.size(), most * 8 / 10);
    EXPECT_EQ(size_of(decoded(body, GetParam())), kSize);
  }
}

TEST_P(Searched, LeavesAloneWhatFitsAnyway) {
  Plan plan = plan_to(GetParam());
  const auto plain = render(plan, input_of(photo())).body;
  plan.output.encoder.max_bytes = static_cast<int>(plain.size());

  EXPECT_EQ(render(plan, input_of(photo())).body, plain);
}

TEST_P(Searched, RefusesALimitThatQualityCannotKeep) {
  Plan plan = plan_to(GetParam());
  plan.output.encoder.max_bytes = 300;

  try {
    render(plan, input_of(photo()));
    FAIL() << "300 bytes were enough";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::unprocessable);
    EXPECT_EQ(error.code(), "too-many-bytes");
    EXPECT_THAT(error.what(), testing::HasSubstr("in at most 300 bytes"));
  }
}

TEST_P(Searched, ShrinksWhereThatIsAllowed) {
  Plan plan = plan_to(GetParam());
  plan.output.encoder.max_bytes = 1200;
  plan.output.encoder.shrink = true;

  const auto made = render(plan, input_of(photo()));

  EXPECT_LE(made.body.size(), 1200U);
  EXPECT_LT(made.size.width, kSize.width);
  EXPECT_NEAR(static_cast<double>(made.size.width) / made.size.height, 4.0 / 3, 0.05);
  EXPECT_EQ(size_of(decoded(made.body, GetParam())), made.size);
}

TEST_P(Searched, ReachesTheSimilarityThatIsAskedFor) {
  std::size_t before = 0;
  for (const double target : {0.92, 0.95, 0.97, 0.985}) {
    Plan plan = plan_to(GetParam());
    plan.output.measured = rule::MeasuredQuality{.target = target, .min = 10, .max = 98};

    const auto body = render(plan, input_of(photo())).body;
    const auto found = similarity_to_the_best(GetParam(), body);

    EXPECT_GE(found, target - 0.02) << target;
    EXPECT_LE(found, target + 0.05) << target;
    EXPECT_GE(body.size(), before);
    before = body.size();
  }
}

TEST_P(Searched, MeasuresTheSameByBothWays) {
  Plan plan = plan_to(GetParam());
  plan.output.measured = rule::MeasuredQuality{};

  const auto one = render(plan, input_of(photo())).body.size();
  const auto other = render_generally(plan, input_of(photo())).body.size();

  EXPECT_NEAR(static_cast<double>(one) / static_cast<double>(other), 1, 0.2);
}

INSTANTIATE_TEST_SUITE_P(Write, Searched, testing::Values(ImageFormat::jpg, ImageFormat::webp, ImageFormat::avif),
                         [](const auto& i) { return std::string(name_of(i.param)); });

TEST(Write, MeasuresPicturesOfAnySizeAndAlpha) {
  for (const Size size : {Size{.width = 1, .height = 1}, Size{.width = 7, .height = 9},
                          Size{.width = 300, .height = 15}, Size{.width = 17, .height = 200}}) {
    for (const auto format : {ImageFormat::jpg, ImageFormat::webp, ImageFormat::avif}) {
      Plan plan = plan_to(format, size);
      plan.output.measured = rule::MeasuredQuality{};
      EXPECT_EQ(render(plan, input_of(photo())).size, size);
    }
  }
  const auto mark = drawn::badge({.width = 90, .height = 70});
  Plan plan = plan_of(info_of(ImageFormat::png, mark.size, true), {});
  plan.output.format = ImageFormat::webp;
  plan.output.measured = rule::MeasuredQuality{};
  EXPECT_EQ(render(plan, input_of(file_of(mark, ImageFormat::png, true))).size, mark.size);
}

TEST(Write, ShrinksWhatHasNoQuality) {
  Plan plan = plan_to(ImageFormat::png);
  plan.output.encoder.max_bytes = 20'000;
  EXPECT_THROW(render(plan, input_of(photo())), Error);

  plan.output.encoder.shrink = true;
  EXPECT_LE(render(plan, input_of(photo())).body.size(), 20'000U);
}

}  // namespace
}  // namespace calotype::engine
