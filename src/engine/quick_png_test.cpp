#include "engine/quick_png.h"

#include <gtest/gtest.h>

#include "engine/colour_space.h"
#include "engine/exif.h"
#include "engine/samples.h"
#include "engine/workbench.h"

namespace calotype::engine {
namespace {

using namespace samples;

/// Whether the pixels lie in memory already.
bool is_read(const VImage& image) { return image.get_image()->dtype == VIPS_IMAGE_SETBUF_FOREIGN; }

Reel opened(const Plan& plan, const std::string& file) {
  return open_reel(plan.decode, plan.budget, std::as_bytes(std::span(file)), 1);
}

Reel quick(const Plan& plan, const std::string& file) {
  workbench().arena.reset();
  Reel reel = opened(plan, file);
  read_quickly(plan, input_of(file), reel);
  return reel;
}

std::string png_of(const VImage& image, vips::VOption* options = nullptr) {
  return text_of(image.pngsave_buffer(options));
}

ImageInfo info_of_image(const VImage& image) {
  auto info = info_of(ImageFormat::png, size_of(image), image.has_alpha());
  if (is_wide(image)) info.bit_depth = 16;
  return info;
}

VImage landscape(Size size = {.width = 61, .height = 43}) { return image_of(drawn::landscape(size)); }

/// Of every layout that a PNG has.
std::vector<std::pair<std::string, VImage>> layouts() {
  const VImage rgb = landscape();
  const VImage rgba = image_of(drawn::badge({.width = 61, .height = 43}), true);
  const VImage grey = rgb.colourspace(VIPS_INTERPRETATION_B_W);
  const VImage wide = rgb.colourspace(VIPS_INTERPRETATION_RGB16);
  return {{"rgb", rgb},
          {"rgba", rgba},
          {"grey", grey},
          {"grey and alpha", grey.bandjoin(alpha_of(rgba)).copy(VImage::option()->set("interpretation", "b-w"))},
          {"wide", wide},
          {"wide grey", rgb.colourspace(VIPS_INTERPRETATION_GREY16)}};
}

TEST(ReadQuickly, GivesTheSamePixelsAsLibvips) {
  for (const auto& [name, image] : layouts()) {
    for (const int filter : {VIPS_FOREIGN_PNG_FILTER_NONE, VIPS_FOREIGN_PNG_FILTER_ALL}) {
      const auto file = png_of(image, VImage::option()->set("filter", filter));
      const Plan plan = plan_of(info_of_image(image), {});

      const Reel ours = quick(plan, file);

      EXPECT_TRUE(is_read(ours.image)) << name;
      const VImage theirs = opened(plan, file).image;
      EXPECT_EQ(ours.image.interpretation(), theirs.interpretation()) << name;
      ASSERT_EQ(ours.image.bands(), theirs.bands()) << name;
      EXPECT_EQ((ours.image - theirs).abs().max(), 0) << name;
    }
  }
}

TEST(ReadQuickly, LooksPalettesUpAsLibvipsDoes) {
  for (const int depth : {1, 2, 4, 8}) {
    for (const auto& [name, image] : layouts()) {
      if (is_wide(image) || image.bands() < 3) continue;
      const auto file = png_of(image, VImage::option()->set("palette", true)->set("bitdepth", depth));
      const Plan plan = plan_of(info_of_image(image), {});
      const Reel ours = quick(plan, file);

      EXPECT_TRUE(is_read(ours.image)) << name << ' ' << depth;
      const VImage theirs = opened(plan, file).image;
      ASSERT_EQ(ours.image.bands(), theirs.bands()) << name << ' ' << depth;
      EXPECT_EQ((ours.image - theirs).abs().max(), 0) << name << ' ' << depth;
    }
  }
}

TEST(ReadQuickly, WritesTheSameFilesWithWhatTheOriginalCarries) {
  Attached attached;
  attached.exif = exif::write({exif::text_entry(exif::kCopyright, "somebody")});
  attached.xmp = "<x:xmpmeta>whoever</x:xmpmeta>";
  attached.icc = profile_of(landscape(), {.profile = rule::Metadata::Profile::p3});
  for (const auto& [name, image] : layouts()) {
    if (is_wide(image) || image.bands() < 3) continue;
    const auto file = encode({.frames = {image}}, {.format = ImageFormat::png}, attached);
    Plan plan = plan_of(info_of_image(image), {plan::Resize{.size = {.width = 30, .height = 21}}});
    plan.decode.info.has_profile = true;
    plan.output.metadata.strip = false;
    for (const auto profile : {rule::Metadata::Profile::srgb, rule::Metadata::Profile::keep}) {
      plan.output.metadata.profile = profile;
      ASSERT_TRUE(is_read(quick(plan, file).image)) << name;
      EXPECT_EQ(render(plan, input_of(file)).body, render_generally(plan, input_of(file)).body) << name;
    }
  }
}

TEST(ReadQuickly, LeavesToLibvipsWhatItIsNotMadeFor) {
  const VImage image = landscape();
  const auto file = png_of(image);
  const Plan plan = plan_of(info_of_image(image), {});
  ASSERT_TRUE(is_read(quick(plan, file).image));

  Plan poor = plan;
  poor.budget.memory_bytes = 5000;
  EXPECT_FALSE(is_read(quick(poor, file).image)) << "more memory than the budget";
  auto damaged = file;
  damaged[file.size() - 40] = static_cast<char>(damaged[file.size() - 40] ^ 1);
  EXPECT_FALSE(is_read(quick(plan, damaged).image));
  const auto interlaced = png_of(image, VImage::option()->set("interlace", true));
  Plan in_turns = plan;
  in_turns.decode.info.is_interlaced = true;
  EXPECT_FALSE(is_read(quick(in_turns, interlaced).image));
  EXPECT_FALSE(is_read(quick(plan, interlaced).image)) << "whatever the probe said";
}

}  // namespace
}  // namespace calotype::engine
