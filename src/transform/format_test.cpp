#include <gtest/gtest.h>

#include <chrono>

#include "transform/planner.h"
#include "transform/samples.h"

namespace calotype::transform {
namespace {

constexpr Accepts kNone{};
constexpr Accepts kWebp{.webp = true};
constexpr Accepts kAvif{.avif = true};
constexpr Accepts kBoth{.avif = true, .webp = true};

struct HeaderCase {
  const char* name;
  std::string header;
  Accepts accepts;
};

TEST(Accepts, ReadsTheHeadersOfBrowsers) {
  const HeaderCase cases[] = {
      {"Chrome 131 image", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", kBoth},
      {"Chrome 131 page",
       "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/"
       "signed-exchange;v=b3;q=0.7",
       kBoth},
      {"Chrome 80 image", "image/webp,image/apng,image/*,*/*;q=0.8", kWebp},
      {"Chrome 30 image", "image/webp,*/*;q=0.8", kWebp},
      {"Firefox 133 image", "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", kBoth},
      {"Firefox 100 image", "image/avif,image/webp,*/*", kBoth},
      {"Firefox 65 image", "image/webp,*/*", kWebp},
      {"Firefox 50 image", "*/*", kNone},
      {"Firefox 40 image", "image/png,image/*;q=0.8,*/*;q=0.5", kNone},
      {"Safari 18 image",
       "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml,image/"
       "*;q=0.8,*/*;q=0.5",
       kBoth},
      {"Safari 14 image", "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", kWebp},
      {"Safari 12 image", "image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", kNone},
      {"Safari page", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", kNone},
      {"Edge 18 image", "image/png, image/svg+xml, image/*; q=0.8, */*; q=0.5", kNone},
      {"Edge 18 with webp", "image/webp, image/png, image/svg+xml, image/jxr, image/*; q=0.8, */*; q=0.5", kWebp},
      {"Internet Explorer 11", "image/png, image/svg+xml, image/jxr, image/*;q=0.8, */*;q=0.5", kNone},
      {"Internet Explorer 8",
       "image/jpeg, application/x-ms-application, image/gif, application/xaml+xml, image/pjpeg, */*", kNone},
      {"Samsung Internet", "image/webp,image/apng,image/*,*/*;q=0.8", kWebp},
      {"okhttp with Glide", "image/webp,image/*;q=0.8", kWebp},
      {"curl", "*/*", kNone},
      {"wget", "*/*", kNone},
      {"Googlebot image", "image/avif,image/webp,image/apng,*/*;q=0.8", kBoth},
      {"none at all", "", kNone},
  };
  for (const auto& [name, header, accepts] : cases) EXPECT_EQ(Accepts::from_header(header), accepts) << name;
}

TEST(Accepts, ObeysWeightsAndGrammar) {
  const HeaderCase cases[] = {
      {"q=0 excludes", "image/webp;q=0, image/avif", kAvif},
      {"q=0.000 excludes", "image/webp;q=0.000", kNone},
      {"a little is enough", "image/webp;q=0.001", kWebp},
      {"upper case", "IMAGE/WebP;Q=0.5", kWebp},
      {"blanks", " \timage/webp \t; \tq = 0.5 , image/avif ; q=0", kWebp},
      {"excluded anywhere", "image/webp, image/webp;q=0", kNone},
      {"excluded first", "image/webp;q=0, image/webp", kNone},
      {"other parameters", "image/webp;level=1;q=0;x=y", kNone},
      {"a parameter named like it", "image/webp;qs=0", kWebp},
      {"quoted comma", "text/x;a=\",image/webp,\", image/avif", kAvif},
      {"quoted semicolon", "image/webp;a=\";q=0\"", kWebp},
      {"escaped quote", "text/x;a=\"\\\",image/webp\", image/avif", kAvif},
      {"wildcards are no consent", "image/*, */*;q=1", kNone},
      {"longer types", "image/webpx, image/avif-sequence, ximage/webp, image/web", kNone},
      {"no type", ",,;;,;q=1,=,/", kNone},
      {"the first weight counts", "image/webp;q=0;q=1", kNone},
  };
  for (const auto& [name, header, accepts] : cases) EXPECT_EQ(Accepts::from_header(header), accepts) << name;
}

TEST(Accepts, TakesBrokenWeightsForNoConsent) {
  for (const std::string weight : {"", "abc", "-1", "1e9", "0x1", "0.5.5", "\"1\"", ".", "nan", "1 1", "+1"}) {
    EXPECT_EQ(Accepts::from_header("image/webp;q=" + weight), kNone) << weight;
  }
  EXPECT_EQ(Accepts::from_header("image/webp;q=abc, image/webp"), kWebp) << "a broken range says nothing";
  EXPECT_EQ(Accepts::from_header("image/webp;q=.5"), kWebp);
  EXPECT_EQ(Accepts::from_header("image/webp;q=1.0000"), kWebp);
}

TEST(Accepts, SurvivesHostileHeaders) {
  const std::string long_list(8192, ',');
  const std::string open_quote = "image/avif;a=\"" + std::string(8192, 'x') + ",image/webp";
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);

  EXPECT_EQ(Accepts::from_header(long_list + "image/webp"), kWebp);
  EXPECT_EQ(Accepts::from_header(std::string(8192, ';') + ",image/webp"), kWebp);
  EXPECT_EQ(Accepts::from_header("image/webp" + std::string(8192, ';') + "q=0"), kNone);
  EXPECT_EQ(Accepts::from_header(open_quote), kAvif);
  EXPECT_EQ(Accepts::from_header("\"" + std::string(8191, '\\')), kNone);
  EXPECT_EQ(Accepts::from_header(every_byte), kNone);
  EXPECT_EQ(Accepts::from_header("image/webp;q=0." + std::string(8192, '0') + "1"), kWebp);
  EXPECT_EQ(Accepts::from_header(std::string("image/webp\0", 11)), kNone);
}

TEST(Accepts, ReadsALongHeaderOnce) {
  std::string megabytes;
  while (megabytes.size() < 4'000'000) megabytes += "text/x;a=\"b,c\";q=0.1,image/x;;;,";
  const auto start = std::chrono::steady_clock::now();

  const auto accepts = Accepts::from_header(megabytes + "image/avif");

  EXPECT_EQ(accepts, kAvif);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5)) << "4 MB: quadratic time would be hours";
}

Rule with_format(rule::Format format) {
  Rule rule;
  rule.format = std::move(format);
  return rule;
}

ImageInfo of(ImageFormat format, bool has_alpha = false) {
  auto info = samples::photo(300, 200);
  info.format = format;
  info.has_alpha = has_alpha;
  return info;
}

const rule::Format kAuto{
    .kind = rule::Format::Kind::negotiated, .preferred = {ImageFormat::avif, ImageFormat::webp}, .is_auto = true};

rule::Format list(std::vector<ImageFormat> formats) {
  return {.kind = rule::Format::Kind::negotiated, .preferred = std::move(formats)};
}

TEST(Format, OfTheOriginalIsKeptWhereItIsWritten) {
  for (const auto format : kImageFormats) {
    const auto expected = format == ImageFormat::heic  ? ImageFormat::jpg
                          : format == ImageFormat::pdf ? ImageFormat::png
                                                       : format;
    EXPECT_EQ(choose_format({}, of(format), kBoth), expected) << name_of(format);
  }
  EXPECT_FALSE(is_negotiated({}));
}

TEST(Format, ThatIsFixedAsksNobody) {
  const auto rule = with_format({.kind = rule::Format::Kind::fixed, .preferred = {ImageFormat::webp}});

  EXPECT_EQ(choose_format(rule, of(ImageFormat::jpg), kNone), ImageFormat::webp);
  EXPECT_FALSE(is_negotiated(rule));
}

TEST(Format, OfAListIsTheFirstThatTheClientListed) {
  const auto rule = with_format(list({ImageFormat::avif, ImageFormat::webp, ImageFormat::png}));

  EXPECT_EQ(choose_format(rule, of(ImageFormat::jpg), kBoth), ImageFormat::avif);
  EXPECT_EQ(choose_format(rule, of(ImageFormat::jpg), kWebp), ImageFormat::webp);
  EXPECT_EQ(choose_format(rule, of(ImageFormat::jpg), kNone), ImageFormat::png);
  EXPECT_TRUE(is_negotiated(rule));
}

TEST(Format, OfAListIsNeverOneThatTheClientDidNotList) {
  for (const auto last : {ImageFormat::webp, ImageFormat::avif, ImageFormat::tiff, ImageFormat::heic}) {
    EXPECT_EQ(choose_format(with_format(list({last})), of(ImageFormat::jpg), kNone), ImageFormat::jpg);
    EXPECT_EQ(choose_format(with_format(list({last})), of(ImageFormat::png, true), kNone), ImageFormat::png);
  }
}

TEST(Format, DependsOnTheClientOnlyWhereItCanMatter) {
  EXPECT_FALSE(is_negotiated(with_format(list({ImageFormat::png}))));
  EXPECT_FALSE(is_negotiated(with_format(list({ImageFormat::jpg, ImageFormat::webp, ImageFormat::png}))));
  EXPECT_TRUE(is_negotiated(with_format(list({ImageFormat::webp, ImageFormat::jpg}))));
  EXPECT_TRUE(is_negotiated(with_format(kAuto)));
}

struct AutoCase {
  const char* name;
  ImageInfo source;
  Accepts accepts;
  ImageFormat format;
};

TEST(Format, IsFoundByItselfForEveryOriginalAndClient) {
  const auto moving = samples::animation(300, 200, 10);
  const AutoCase cases[] = {
      {"photo, both", of(ImageFormat::jpg), kBoth, ImageFormat::avif},
      {"photo, avif", of(ImageFormat::jpg), kAvif, ImageFormat::avif},
      {"photo, webp", of(ImageFormat::jpg), kWebp, ImageFormat::webp},
      {"photo, none", of(ImageFormat::jpg), kNone, ImageFormat::jpg},
      {"opaque png, none", of(ImageFormat::png), kNone, ImageFormat::jpg},
      {"alpha, both", of(ImageFormat::png, true), kBoth, ImageFormat::avif},
      {"alpha, webp", of(ImageFormat::png, true), kWebp, ImageFormat::webp},
      {"alpha, none", of(ImageFormat::png, true), kNone, ImageFormat::png},
      {"heic, none", of(ImageFormat::heic), kNone, ImageFormat::jpg},
      {"moving, both", moving, kBoth, ImageFormat::webp},
      {"moving, webp", moving, kWebp, ImageFormat::webp},
      {"moving, avif", moving, kAvif, ImageFormat::gif},
      {"moving, none", moving, kNone, ImageFormat::gif},
  };
  for (const auto& [name, source, accepts, format] : cases) {
    EXPECT_EQ(choose_format(with_format(kAuto), source, accepts), format) << name;
  }
}

TEST(Format, IsOneForStillsWhereTheRuleStopsTheMovement) {
  auto rule = with_format(kAuto);
  rule.animation.keep = rule::Animation::Keep::never;
  EXPECT_EQ(choose_format(rule, samples::animation(300, 200, 10), kBoth), ImageFormat::avif);

  rule = with_format(kAuto);
  rule.source.frame = rule::Source::Frame::best;
  EXPECT_EQ(choose_format(rule, samples::animation(300, 200, 10), kBoth), ImageFormat::avif);
  EXPECT_EQ(choose_format(with_format(kAuto), samples::animation(300, 200, 1), kBoth), ImageFormat::avif);
}

TEST(Format, KeepsTheTransparencyThatTheRuleMakes) {
  auto rounded = with_format(kAuto);
  rounded.actions.round = rule::Round{};
  auto masked = with_format(kAuto);
  masked.actions.mask = rule::Mask{};
  auto turned = with_format(kAuto);
  turned.actions.rotate = rule::Rotate{.angle = 10, .background = Paint{.colour = kTransparent}};
  auto padded = with_format(kAuto);
  padded.background = {.colour = kTransparent};
  padded.actions.extend = rule::Extend{};
  auto opaque = with_format(kAuto);
  opaque.actions.round = rule::Round{.background = {.colour = kWhite}};

  for (const auto& rule : {rounded, masked, turned, padded}) {
    EXPECT_EQ(choose_format(rule, of(ImageFormat::jpg), kNone), ImageFormat::png);
  }
  EXPECT_EQ(choose_format(opaque, of(ImageFormat::jpg), kNone), ImageFormat::jpg);
}

TEST(Format, HasAPreferenceAndAFallbackOfItsOwn) {
  auto format = kAuto;
  format.preferred = {ImageFormat::webp, ImageFormat::jpg};
  format.fallback = ImageFormat::png;
  EXPECT_EQ(choose_format(with_format(format), of(ImageFormat::jpg), kBoth), ImageFormat::webp);
  EXPECT_EQ(choose_format(with_format(format), of(ImageFormat::jpg), kNone), ImageFormat::jpg);
  EXPECT_EQ(choose_format(with_format(format), of(ImageFormat::png, true), kNone), ImageFormat::png)
      << "jpg has no alpha";
  format.preferred.clear();
  EXPECT_EQ(choose_format(with_format(format), of(ImageFormat::jpg), kBoth), ImageFormat::avif) << "as always";
  EXPECT_EQ(choose_format(with_format(format), of(ImageFormat::jpg), kNone), ImageFormat::png);
}

TEST(Format, OfAListMovesWhereTheRuleInsists) {
  auto rule = with_format(list({ImageFormat::avif, ImageFormat::webp, ImageFormat::gif, ImageFormat::jpg}));
  const auto moving = samples::animation(300, 200, 10);
  EXPECT_EQ(choose_format(rule, moving, kBoth), ImageFormat::avif);

  rule.animation.keep = rule::Animation::Keep::always;
  EXPECT_EQ(choose_format(rule, moving, kBoth), ImageFormat::webp);
  EXPECT_EQ(choose_format(rule, moving, kAvif), ImageFormat::gif);
  EXPECT_EQ(choose_format(rule, of(ImageFormat::jpg), kBoth), ImageFormat::avif);
}

}  // namespace
}  // namespace calotype::transform
