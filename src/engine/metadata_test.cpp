#include "engine/metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/exif.h"
#include "engine/iptc.h"
#include "engine/samples.h"

namespace calotype::engine {
namespace {

using namespace samples;
using testing::HasSubstr;
using testing::Not;

constexpr Size kSize{.width = 40, .height = 30};
constexpr const char* kXmp = "<x:xmpmeta xmlns:x='adobe:ns:meta/'>PACKET</x:xmpmeta>";

exif::Entry make_entry() { return {.tag = 0x010F, .value = std::string("CameraMaker\0", 12)}; }
exif::Entry date_entry() {
  return {.directory = exif::Directory::camera, .tag = 0x9003, .value = std::string("2020:02:02 02:02:02\0", 20)};
}
exif::Entry gps_entry() {
  return {.directory = exif::Directory::gps, .tag = 1, .value = std::string("NORTHERLY\0", 10)};
}

/// A JPEG that carries everything that a camera and an agency put in.
std::string rich_file(const std::string& xmp = kXmp) {
  Attached attached;
  attached.exif = exif::write({exif::text_entry(exif::kCopyright, "Ada Lovelace"),
                               exif::text_entry(exif::kArtist, "Ada"), make_entry(), date_entry(), gps_entry()});
  attached.xmp = xmp;
  attached.iptc = std::string(
      "\x1C\x02\x6E\0\x06"
      "AGENCY",
      11);
  return encode({.frames = {image_of(drawn::gradient(kSize))}}, {.format = ImageFormat::jpg, .quality = 95}, attached);
}

std::string render_with(const rule::Metadata& rule, ImageFormat format, const std::string& file = rich_file()) {
  Plan plan = plan_of(info_of(ImageFormat::jpg, kSize), {});
  plan.output.format = format;
  plan.output.metadata = rule;
  return render(plan, input_of(file)).body;
}

class MetadataOf : public testing::TestWithParam<ImageFormat> {};

TEST_P(MetadataOf, KeepsNothingButTheCopyright) {
  const std::string body = render_with({}, GetParam());

  EXPECT_THAT(body, Not(HasSubstr("CameraMaker")));
  EXPECT_THAT(body, Not(HasSubstr("2020:02:02")));
  EXPECT_THAT(body, Not(HasSubstr("NORTHERLY")));
  EXPECT_THAT(body, Not(HasSubstr("PACKET")));
  EXPECT_THAT(body, Not(HasSubstr("AGENCY")));
  if (GetParam() != ImageFormat::gif) EXPECT_THAT(body, HasSubstr("Ada Lovelace"));
}

TEST_P(MetadataOf, KeepsNothingAtAllWhenAsked) {
  const std::string body = render_with({.keep_copyright = false}, GetParam());

  EXPECT_THAT(body, Not(HasSubstr("Ada")));
}

TEST_P(MetadataOf, SetsWhatTheRuleSays) {
  if (GetParam() == ImageFormat::gif) return;

  const std::string body =
      render_with({.set_copyright = "Byron & Co", .set_credit = "Desk", .set_source = "Wire"}, GetParam());

  EXPECT_THAT(body, Not(HasSubstr("Ada Lovelace")));
  EXPECT_THAT(body, HasSubstr("Byron &amp; Co"));
  EXPECT_THAT(body, HasSubstr("photoshop:Credit=\"Desk\""));
  EXPECT_THAT(body, HasSubstr("photoshop:Source=\"Wire\""));
}

INSTANTIATE_TEST_SUITE_P(Formats, MetadataOf,
                         testing::Values(ImageFormat::jpg, ImageFormat::png, ImageFormat::webp, ImageFormat::avif,
                                         ImageFormat::gif, ImageFormat::tiff),
                         [](const auto& i) { return std::string(name_of(i.param)); });

TEST(Metadata, KeepsEachSubsetThatIsNamed) {
  EXPECT_THAT(render_with({.keep_camera = true}, ImageFormat::jpg), HasSubstr("CameraMaker"));
  EXPECT_THAT(render_with({.keep_date = true}, ImageFormat::jpg), HasSubstr("2020:02:02"));
  EXPECT_THAT(render_with({.keep_gps = true}, ImageFormat::jpg), HasSubstr("NORTHERLY"));
  EXPECT_THAT(render_with({.keep_iptc = true}, ImageFormat::jpg), HasSubstr("AGENCY"));
  EXPECT_THAT(render_with({.keep_xmp = true}, ImageFormat::jpg), HasSubstr("PACKET"));
  EXPECT_THAT(render_with({.keep_credit = true}, ImageFormat::jpg), HasSubstr("photoshop:Credit=\"AGENCY\""));
}

TEST(Metadata, WithoutStrippingStillDropsPlaces) {
  const std::string body = render_with({.strip = false}, ImageFormat::jpg);

  EXPECT_THAT(body, HasSubstr("CameraMaker"));
  EXPECT_THAT(body, HasSubstr("PACKET"));
  EXPECT_THAT(body, Not(HasSubstr("NORTHERLY")));
}

TEST(Metadata, DropsAPacketThatHidesAPlaceOrAThumbnail) {
  const std::string with_place = rich_file("<x:xmpmeta exif:GPSLatitude='59,54N'>PACKET</x:xmpmeta>");
  const std::string with_thumbnail = rich_file("<x:xmpmeta>PACKET<xmp:Thumbnails>AAAA</xmp:Thumbnails></x:xmpmeta>");

  EXPECT_THAT(render_with({.keep_xmp = true}, ImageFormat::jpg, with_place), Not(HasSubstr("59,54N")));
  EXPECT_THAT(render_with({.keep_gps = true, .keep_xmp = true}, ImageFormat::jpg, with_place), HasSubstr("59,54N"));
  EXPECT_THAT(render_with({.keep_xmp = true}, ImageFormat::jpg, with_thumbnail), Not(HasSubstr("AAAA")));
  EXPECT_THAT(render_with({.keep_xmp = true}, ImageFormat::jpg, with_thumbnail), HasSubstr("PACKET"));
}

int orientation_in(const std::string& jpeg) {
  const VImage image = decoded(jpeg, ImageFormat::jpg);
  return image.get_typeof("orientation") != 0 ? image.get_int("orientation") : 1;
}

TEST(Metadata, KeepsOrientationOnlyWhereItIsStillTrue) {
  const std::string file = oriented_jpeg(drawn::gradient({.width = 30, .height = 40}), 6);
  Plan plan = plan_of(info_of(ImageFormat::jpg, kSize), {plan::Orient{.orientation = 6}});
  plan.decode.info.orientation = 6;
  plan.output.format = ImageFormat::jpg;
  plan.output.metadata = {.keep_orientation = true};

  const std::string turned = render(plan, input_of(file)).body;
  plan.steps.clear();
  const std::string left_alone = render(plan, input_of(file)).body;
  plan.output.metadata.keep_orientation = false;
  const std::string dropped = render(plan, input_of(file)).body;

  EXPECT_EQ(orientation_in(turned), 1);
  EXPECT_EQ(orientation_in(left_alone), 6);
  EXPECT_EQ(orientation_in(dropped), 1);
}

TEST(Metadata, EmbedsAProfileWhenItMustBeKnown) {
  using Profile = rule::Metadata::Profile;
  using Embed = rule::Metadata::Embed;
  const auto has_profile = [](const rule::Metadata& rule, ImageFormat format) {
    return decoded(render_with(rule, format), format).get_typeof(VIPS_META_ICC_NAME) != 0;
  };

  for (const auto format :
       {ImageFormat::jpg, ImageFormat::png, ImageFormat::webp, ImageFormat::avif, ImageFormat::tiff}) {
    EXPECT_FALSE(has_profile({}, format)) << name_of(format);
    EXPECT_TRUE(has_profile({.profile = Profile::p3}, format)) << name_of(format);
    EXPECT_TRUE(has_profile({.embed = Embed::always}, format)) << name_of(format);
    EXPECT_FALSE(has_profile({.profile = Profile::p3, .embed = Embed::never}, format)) << name_of(format);
  }
}

}  // namespace
}  // namespace calotype::engine
