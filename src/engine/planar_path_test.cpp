#include "engine/planar_path.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/exif.h"
#include "engine/samples.h"
#include "golden/reference.h"
#include "rules/language.h"
#include "rules/rule_samples.h"
#include "transform/planner.h"

// The short way and the general one: the same sizes, pictures that are alike, and the short one at least as near to
// what floating point gives.
namespace calotype::engine {
namespace {

using namespace samples;
using reference::Field;
using Chroma = rule::Encoder::Chroma;

Field field_of(const drawn::Picture& picture) {
  Field field(picture.size);
  for (std::size_t i = 0; i < static_cast<std::size_t>(picture.size.pixels()); ++i) {
    for (std::size_t c = 0; c < 3; ++c) field.rgb[3 * i + c] = picture.pixels[4 * i + c];
  }
  return field;
}

Field field_of(const std::string& file, ImageFormat format) { return field_of(picture_of(decoded(file, format))); }

std::string photo_of(Size size, int quality, Chroma chroma, int orientation = 1) {
  plan::Output output{.format = ImageFormat::jpg, .quality = quality};
  output.encoder.chroma = chroma;
  Attached attached;
  if (orientation > 1) attached.exif = exif::write({exif::orientation_entry(orientation)});
  return encode({.frames = {image_of(drawn::landscape(size))}}, output, attached);
}

Plan photo_plan(Size size, std::vector<plan::Step> steps, ImageFormat to = ImageFormat::png) {
  Plan plan = plan_of(info_of(ImageFormat::jpg, size), std::move(steps));
  plan.output.format = to;
  plan.output.quality = 95;
  return plan;
}

struct Sample {
  const char* name;
  Size from;
  Size to;
  Chroma chroma = Chroma::c420;
};

void PrintTo(const Sample& sample, std::ostream* out) { *out << sample.name; }

class PlanarScaling : public testing::TestWithParam<Sample> {};

TEST_P(PlanarScaling, IsAtLeastAsNearToTheReference) {
  const Sample& sample = GetParam();
  const std::string file = photo_of(sample.from, 92, sample.chroma);
  const Field truth = reference::scaled(field_of(file, ImageFormat::jpg), sample.to);
  // Colour is held against the drawing: a decoder that enlarges chroma has softened it already.
  const Field drawing = reference::scaled(field_of(drawn::landscape(sample.from)), sample.to);

  for (const ImageFormat format : {ImageFormat::png, ImageFormat::jpg, ImageFormat::webp}) {
    const Plan plan = photo_plan(sample.from, {plan::Resize{.size = sample.to}}, format);
    ASSERT_TRUE(develop_planar(plan, input_of(file)));
    const Field ours = field_of(render(plan, input_of(file)).body, format);
    const Field theirs = field_of(render_generally(plan, input_of(file)).body, format);

    EXPECT_GE(reference::ssim(ours, truth), reference::ssim(theirs, truth) - 0.0005) << name_of(format);
    // For JPEG fewer pixels are left to the resampler: edges that are drawn and not seen by a lens are a little softer.
    const double loss = format == ImageFormat::jpg ? 2 : 0.15;
    EXPECT_GE(reference::psnr(ours, drawing), reference::psnr(theirs, drawing) - loss) << name_of(format);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, PlanarScaling,
    testing::Values(Sample{"slight", {640, 400}, {500, 312}}, Sample{"half", {640, 400}, {300, 188}},
                    Sample{"quarter", {803, 601}, {200, 150}}, Sample{"eighth", {1277, 853}, {160, 107}},
                    Sample{"tenth", {1600, 1066}, {160, 107}}, Sample{"twentieth", {1999, 1333}, {99, 66}},
                    Sample{"full_chroma", {901, 640}, {200, 142}, Chroma::c444},
                    Sample{"wide_chroma", {901, 641}, {200, 142}, Chroma::c422}, Sample{"odd", {333, 257}, {77, 59}},
                    Sample{"small", {128, 96}, {30, 22}}),
    [](const auto& i) { return std::string(i.param.name); });

class PlanarOrientation : public testing::TestWithParam<int> {};

TEST_P(PlanarOrientation, CutsScalesAndTurnsAsTheReferenceDoes) {
  const int orientation = GetParam();
  const Size stored{.width = 420, .height = 300};
  const std::string file = photo_of(stored, 95, Chroma::c444, orientation);
  Plan plan = photo_plan(stored, {});
  plan.decode.info.orientation = orientation;
  const Size upright = plan.decode.info.upright();
  const Box kept{.left = 31, .top = 22, .width = upright.width - 60, .height = upright.height - 90};
  const Size small{.width = kept.width / 3, .height = kept.height / 3};
  const Box rest{.left = 7, .top = 3, .width = small.width - 20, .height = small.height - 4};
  plan.steps = {plan::Orient{.orientation = orientation}, plan::Crop{.box = kept}, plan::Resize{.size = small},
                plan::Crop{.box = rest}};

  Field truth = reference::oriented(field_of(file, ImageFormat::jpg), orientation);
  truth = reference::cut(reference::scaled(reference::cut(truth, kept), small), rest);
  const auto picture = develop_planar(plan, input_of(file));

  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->steps, 4U);
  EXPECT_GT(reference::psnr(field_of(rendered(file, plan)), truth), 40) << "orientation " << orientation;
}

TEST_P(PlanarOrientation, TurnsAndFlipsAfterwards) {
  const int orientation = GetParam();
  const Size stored{.width = 421, .height = 301};
  const std::string file = photo_of(stored, 95, Chroma::c420, orientation);
  Plan plan = photo_plan(stored, {});
  plan.decode.info.orientation = orientation;
  const Size upright = plan.decode.info.upright();
  const Size turned{.width = upright.height / 2, .height = upright.width / 2};
  plan.steps = {plan::Orient{.orientation = orientation}, plan::QuarterTurns{.turns = 3}, plan::Resize{.size = turned},
                plan::Flip{.horizontal = true}, plan::Crop{.box = {.left = 10, .top = 5, .width = 90, .height = 61}}};

  for (const ImageFormat format : {ImageFormat::png, ImageFormat::jpg, ImageFormat::webp}) {
    plan.output.format = format;
    plan.output.quality = 85;
    ASSERT_TRUE(develop_planar(plan, input_of(file)));
    const Field ours = field_of(render(plan, input_of(file)).body, format);
    const Field theirs = field_of(render_generally(plan, input_of(file)).body, format);

    ASSERT_EQ(ours.size, theirs.size);
    EXPECT_GT(reference::ssim(ours, theirs), 0.96) << name_of(format) << " orientation " << orientation;
  }
}

INSTANTIATE_TEST_SUITE_P(All, PlanarOrientation, testing::Range(1, 9));

std::string webp_of(const VImage& image, int quality, const Attached& attached = {}) {
  return encode({.frames = {image}}, {.format = ImageFormat::webp, .quality = quality}, attached);
}

Plan webp_plan(Size size, std::vector<plan::Step> steps, ImageFormat to) {
  Plan plan = photo_plan(size, std::move(steps), to);
  plan.decode.info.format = ImageFormat::webp;
  return plan;
}

TEST(PlanarWebp, IsAtLeastAsNearToTheReference) {
  for (const auto& [from, to] : {std::pair{Size{.width = 640, .height = 400}, Size{.width = 300, .height = 188}},
                                 {Size{.width = 803, .height = 601}, Size{.width = 120, .height = 90}},
                                 {Size{.width = 333, .height = 257}, Size{.width = 333, .height = 257}}}) {
    const std::string file = webp_of(image_of(drawn::landscape(from)), 92);
    const Field truth = reference::scaled(field_of(file, ImageFormat::webp), to);
    const Field drawing = reference::scaled(field_of(drawn::landscape(from)), to);  // as above
    for (const ImageFormat format : {ImageFormat::png, ImageFormat::jpg, ImageFormat::webp}) {
      const Plan plan = webp_plan(from, {plan::Resize{.size = to}}, format);
      ASSERT_TRUE(develop_planar(plan, input_of(file)));
      const Field ours = field_of(render(plan, input_of(file)).body, format);
      const Field theirs = field_of(render_generally(plan, input_of(file)).body, format);

      EXPECT_GE(reference::ssim(ours, truth), reference::ssim(theirs, truth) - 0.001) << to.width << name_of(format);
      EXPECT_GE(reference::psnr(ours, drawing), reference::psnr(theirs, drawing) - 0.15) << to.width << name_of(format);
    }
  }
}

TEST(PlanarWebp, CarriesWhatTheOriginalCarries) {
  const Size size{.width = 64, .height = 48};
  Attached attached;
  attached.exif = exif::write({exif::text_entry(exif::kCopyright, "somebody"), exif::orientation_entry(6)});
  attached.xmp = "<x:xmpmeta>whoever</x:xmpmeta>";
  const std::string file = webp_of(image_of(drawn::landscape(size)), 90, attached);
  Plan plan = webp_plan(size, {plan::Orient{.orientation = 6}}, ImageFormat::jpg);
  plan.decode.info.orientation = 6;

  const auto picture = develop_planar(plan, input_of(file));

  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->planes.plane[0].width, 48);
  EXPECT_EQ(picture->carried.xmp, attached.xmp);
  EXPECT_FALSE(exif::read(picture->carried.exif).empty());
}

TEST(PlanarWebp, LeavesToTheGeneralWayWhatItIsNotMadeFor) {
  const Size size{.width = 160, .height = 120};
  const VImage image = image_of(drawn::landscape(size));
  const plan::Resize half{.size = {.width = 80, .height = 60}};
  const auto takes = [&](const std::string& file, Plan plan) {
    return develop_planar(plan, input_of(file)).has_value();
  };
  const std::string file = webp_of(image, 90);
  const Plan plan = webp_plan(size, {half}, ImageFormat::jpg);
  ASSERT_TRUE(takes(file, plan));

  plan::Output lossless{.format = ImageFormat::webp};
  lossless.encoder.lossless = true;
  EXPECT_FALSE(takes(encode({.frames = {image}}, lossless, {}), plan));
  EXPECT_FALSE(takes(webp_of(image_of(drawn::badge(size), true), 90), plan)) << "with alpha, whatever the probe said";
  EXPECT_FALSE(takes(file.substr(0, file.size() - 20), plan)) << "cut off";
  EXPECT_FALSE(takes(file, webp_plan({.width = 160, .height = 119}, {half}, ImageFormat::jpg))) << "another size";
  Plan poor = plan;
  poor.budget.memory_bytes = 1000;
  EXPECT_FALSE(takes(file, poor)) << "more memory than the budget";
}

TEST(PlanarPath, LaysMarksOverPlanesAsTheGeneralWayDoes) {
  const Size size{.width = 640, .height = 400};
  const std::string file = photo_of(size, 92, Chroma::c420);
  const std::string mark =
      encode({.frames = {image_of(drawn::badge({.width = 61, .height = 33}), true)}}, {.format = ImageFormat::png}, {});
  plan::Watermark step{.size = {.width = 61, .height = 33}, .positions = {{20, 11}, {241, 90}, {-30, 140}, {101, 171}}};
  Input input = input_of(file);
  input.marks = {std::as_bytes(std::span(mark))};
  input.mark_infos = {{.format = ImageFormat::png, .size = step.size, .has_alpha = true}};
  for (const ImageFormat format : {ImageFormat::jpg, ImageFormat::webp}) {
    for (const double opacity : {100.0, 40.0}) {
      step.opacity = opacity;
      const Plan plan = photo_plan(size, {plan::Resize{.size = {.width = 300, .height = 188}}, step}, format);

      const auto picture = develop_planar(plan, input);
      ASSERT_TRUE(picture);
      EXPECT_TRUE(picture->is_finished) << name_of(format);
      const Field ours = field_of(render(plan, input).body, format);
      const Field theirs = field_of(render_generally(plan, input).body, format);
      EXPECT_GT(reference::psnr(ours, theirs), 32) << name_of(format) << " " << opacity;
      Plan bare = plan;
      bare.steps.pop_back();
      const Field without = field_of(render(bare, input).body, format);
      EXPECT_LT(reference::psnr(ours, without), 30) << "the mark is to be seen";
    }
  }
  step.blend = rule::Blend::multiply;
  const Plan other = photo_plan(size, {plan::Resize{.size = {.width = 300, .height = 188}}, step}, ImageFormat::jpg);
  EXPECT_FALSE(develop_planar(other, input)->is_finished) << "libvips knows how";
}

/// As a phone writes it: the same picture in other numbers.
std::string p3_photo_of(Size size) {
  const VImage p3 =
      image_of(drawn::landscape(size)).icc_transform("p3", VImage::option()->set("input_profile", "srgb"));
  return text_of(p3.jpegsave_buffer(VImage::option()->set("Q", 92)));
}

TEST(PlanarPath, AppliesAProfileToWhatIsSmall) {
  const Size size{.width = 640, .height = 400};
  const std::string file = p3_photo_of(size);
  for (const ImageFormat format : {ImageFormat::png, ImageFormat::jpg, ImageFormat::webp}) {
    Plan plan = photo_plan(size, {plan::Resize{.size = {.width = 300, .height = 188}}}, format);
    plan.decode.info.has_profile = true;
    const auto picture = develop_planar(plan, input_of(file));
    ASSERT_TRUE(picture);
    EXPECT_FALSE(picture->is_finished);
    EXPECT_FALSE(picture->profile.empty());

    const Field ours = field_of(render(plan, input_of(file)).body, format);
    const Field theirs = field_of(render_generally(plan, input_of(file)).body, format);
    const Field drawing = reference::scaled(field_of(drawn::landscape(size)), {.width = 300, .height = 188});

    EXPECT_GT(reference::psnr(ours, theirs), 34) << name_of(format);
    EXPECT_GE(reference::psnr(ours, drawing), reference::psnr(theirs, drawing) - 0.3) << name_of(format);
    EXPECT_GE(reference::ssim(ours, drawing), reference::ssim(theirs, drawing) - 0.001) << name_of(format);
  }
}

TEST(PlanarPath, LaysMarksOverWhatHadAProfile) {
  const Size size{.width = 640, .height = 400};
  const std::string file = p3_photo_of(size);
  Plan plan = photo_plan(size,
                         {plan::Resize{.size = {.width = 300, .height = 188}},
                          plan::Rect{.size = {.width = 40, .height = 40},
                                     .colour = {.red = 10, .green = 200, .blue = 30},
                                     .laying = {.placing = {.location = Location::northwest}}}},
                         ImageFormat::png);
  plan.decode.info.has_profile = true;

  const auto ours = picture_of(decoded(render(plan, input_of(file)).body, ImageFormat::png));

  EXPECT_TRUE(is_near(ours.at(10, 10), {.red = 10, .green = 200, .blue = 30}, 1)) << "in sRGB";
}

TEST(PlanarPath, LeavesAProfileOfWhichPartsAreMissing) {
  const Size size{.width = 160, .height = 120};
  std::string file = p3_photo_of(size);
  Plan plan = photo_plan(size, {plan::Resize{.size = {.width = 80, .height = 60}}});
  plan.decode.info.has_profile = true;
  ASSERT_TRUE(develop_planar(plan, input_of(file)));

  file[file.find("ICC_PROFILE") + 13] = 2;  // "one of two"

  EXPECT_FALSE(develop_planar(plan, input_of(file)));
  EXPECT_EQ(render(plan, input_of(file)).size.width, 80);
}

TEST(PlanarPath, LeavesToTheGeneralWayWhatItIsNotMadeFor) {
  const Size size{.width = 160, .height = 120};
  const std::string file = photo_of(size, 90, Chroma::c420);
  const plan::Resize half{.size = {.width = 80, .height = 60}};
  const auto takes = [&](const Plan& plan, const std::string& original) {
    return develop_planar(plan, input_of(original)).has_value();
  };
  ASSERT_TRUE(takes(photo_plan(size, {half}), file));

  EXPECT_FALSE(takes(photo_plan(size, {plan::Resize{.size = {.width = 161, .height = 100}}}), file)) << "larger";
  EXPECT_FALSE(takes(photo_plan(size, {plan::Resize{.size = half.size, .is_linear = true}}), file)) << "linear";
  EXPECT_FALSE(takes(photo_plan({.width = 160, .height = 119}, {half}), file)) << "another size than probed";
  EXPECT_FALSE(takes(photo_plan(size, {half}), file.substr(0, file.size() / 2))) << "cut off";
  EXPECT_FALSE(takes(photo_plan(size, {half}), "no JPEG at all")) << "not a JPEG";
  Plan wide = photo_plan(size, {half});
  wide.output.metadata.profile = rule::Metadata::Profile::p3;
  EXPECT_FALSE(takes(wide, file)) << "another profile";
  Plan poor = photo_plan(size, {half});
  poor.budget.memory_bytes = 1000;
  EXPECT_FALSE(takes(poor, file)) << "more memory than the budget";
}

TEST(PlanarPath, CountsStepsThatItLeaves) {
  const Size size{.width = 160, .height = 120};
  const Plan plan =
      photo_plan(size, {plan::Resize{.size = {.width = 80, .height = 60}}, plan::Sharpen{}}, ImageFormat::jpg);
  const std::string file = photo_of(size, 90, Chroma::c420);

  const auto picture = develop_planar(plan, input_of(file));

  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->steps, 1U);
  EXPECT_FALSE(picture->is_finished);
}

TEST(PlanarPath, GreyStaysGrey) {
  const Size size{.width = 320, .height = 200};
  const VImage grey = image_of(drawn::landscape(size)).colourspace(VIPS_INTERPRETATION_B_W);
  const std::string file = text_of(grey.jpegsave_buffer(VImage::option()->set("Q", 92)));
  for (const ImageFormat format : {ImageFormat::png, ImageFormat::jpg, ImageFormat::webp}) {
    Plan plan = photo_plan(size, {plan::Resize{.size = {.width = 100, .height = 63}}}, format);
    plan.decode.info.colour_space = ColourSpace::grey;
    ASSERT_TRUE(develop_planar(plan, input_of(file)));
    const auto ours = picture_of(decoded(render(plan, input_of(file)).body, format));
    const auto theirs = picture_of(decoded(render_generally(plan, input_of(file)).body, format));

    EXPECT_TRUE(is_near(ours.at(50, 30), theirs.at(50, 30), 4)) << name_of(format);
    EXPECT_LE(std::abs(ours.at(50, 30).red - ours.at(50, 30).blue), 1) << name_of(format);
    EXPECT_LE(mean_difference(ours, theirs), 2) << name_of(format);
  }
}

/// A rule's plan with what it needs; nothing where the rule is refused, or makes more than a test has time for.
std::optional<Plan> plan_of_rule(const std::string& text, const ImageInfo& info, Input& input,
                                 const std::string& mark) {
  const auto verdict = rules::check(text);
  if (!verdict.document) return std::nullopt;
  const Rule rule = rules::bind(*verdict.document, {}).rule;
  const ImageInfo mark_info = info_of(ImageFormat::png, {.width = 96, .height = 96}, true);
  input.marks.assign(rule.watermarks.size(), std::as_bytes(std::span(mark)));
  input.mark_infos.assign(rule.watermarks.size(), mark_info);
  const std::vector<std::optional<ImageInfo>> marks(rule.watermarks.size(), mark_info);
  ImageFormat format = transform::choose_format(rule, info, {});
  // What happens before is the same, and quick; and is a picture.
  if (format == ImageFormat::avif || is_info(format)) format = ImageFormat::png;
  try {
    Plan plan = transform::make_plan(rule, info, std::nullopt, marks, format, {});
    if (plan.is_measuring()) {
      plan = transform::make_plan(rule, info, std::nullopt, marks, format, {}, measure(plan, input));
    }
    plan.output.encoder.max_bytes.reset();  // refuses what is too large
    return plan.result.pixels() > 400'000 ? std::nullopt : std::optional(plan);
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// Where a rounding decides what is kept, or what is black, pictures that are alike may come out different.
bool is_fickle(const std::string& rule) {
  return rule.find("threshold") != std::string::npos || rule.find("entropy") != std::string::npos ||
         rule.find("attention") != std::string::npos;
}

TEST(PlanarPath, AgreesWithTheGeneralWayOverTheWholeRuleLanguage) {
  ImageInfo info = info_of(ImageFormat::jpg, {.width = 210, .height = 320});
  info.orientation = 6;
  const std::string file = photo_of(info.size, 92, Chroma::c420, info.orientation);
  const std::string mark = file_of(drawn::badge({.width = 96, .height = 96}), ImageFormat::png, true);
  std::vector<Plan> known;
  int short_ways = 0;
  for (const auto& value : rules::samples::all_rules()) {
    const std::string text = value.canonical();
    Input input = input_of(file);
    const auto plan = plan_of_rule(text, info, input, mark);
    if (!plan || std::find(known.begin(), known.end(), *plan) != known.end()) continue;
    known.push_back(*plan);
    const bool is_short = develop_planar(*plan, input).has_value();
    const Rendered ours = render(*plan, input);
    const Rendered theirs = render_generally(*plan, input);

    ASSERT_EQ(ours.size, theirs.size) << text;
    if (!is_short) continue;
    ++short_ways;
    if (is_fickle(text) || ours.size.width <= 16 || ours.size.height <= 16) continue;
    const Field a = field_of(ours.body, plan->output.format);
    const Field b = field_of(theirs.body, plan->output.format);
    EXPECT_GT(reference::ssim(a, b), 0.95) << text;
    EXPECT_GT(reference::psnr(a, b), 30) << text;
  }
  EXPECT_GT(known.size(), 200U);
  EXPECT_GT(short_ways, 190);
}

}  // namespace
}  // namespace calotype::engine
