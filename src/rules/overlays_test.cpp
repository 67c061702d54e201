#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/language.h"

/// `overlays`: what is drawn after the watermarks.
namespace calotype::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Rule rule_of(std::string_view json) { return bind(parse(json), {}).rule; }

std::vector<std::string> errors_of(std::string_view json) {
  std::vector<std::string> list;
  for (const auto& finding : check(json).errors) list.push_back(finding.pointer + " " + finding.code);
  return list;
}

TEST(Overlays, KeepTheirOrder) {
  const auto rule = rule_of(R"({"overlays":[{"type":"gradient","colour":"#0008","angle":90,"start":0.5},
      {"type":"rect","width":"50%","height":20,"colour":"red","radius":4,"location":"north","opacity":70}]})");

  ASSERT_EQ(rule.overlays.size(), 2U);
  const auto& gradient = std::get<rule::Gradient>(rule.overlays[0]);
  EXPECT_EQ(gradient.colour, (Colour{.alpha = 0x88}));
  EXPECT_EQ(gradient.from, kTransparent);
  EXPECT_EQ(gradient.angle, 90);
  EXPECT_EQ(gradient.start, 0.5);
  EXPECT_FALSE(gradient.width);
  const auto& rect = std::get<rule::Rect>(rule.overlays[1]);
  EXPECT_EQ(rect.width, (rule::Length{.value = 50, .unit = rule::Length::Unit::percent}));
  EXPECT_EQ(rect.height, rule::Length{.value = 20});
  EXPECT_EQ(rect.radius, rule::Length{.value = 4});
  EXPECT_EQ(rect.laying.location, Location::north);
  EXPECT_EQ(rect.laying.opacity, 70);
}

TEST(Overlays, TakeTheirImagesFromBehindTheWatermarks) {
  const auto rule = rule_of(R"({"watermark":{"id":"a"},
      "overlays":[{"type":"image","image":"asset:b","dimension":"20%","onMissing":"skip"},{"type":"rect"}],
      "then":[{"watermark":{"id":"c"},"overlays":[{"type":"image","image":"d"}]}]})");

  ASSERT_EQ(rule.watermarks.size(), 4U);
  EXPECT_EQ(rule.watermarks[1].id, "c");
  EXPECT_EQ(rule.watermarks[2].id, "b");
  EXPECT_EQ(rule.watermarks[2].on_missing, rule::Watermark::OnMissing::skip);
  EXPECT_EQ(rule.watermarks[3].id, "d");
  EXPECT_EQ(rule.first_watermarks(), 1U);
  EXPECT_EQ(std::get<rule::Picture>(rule.overlays[0]).mark, 2U);
  EXPECT_EQ(std::get<rule::Picture>(rule.then[0].overlays[0]).mark, 3U);
}

TEST(Overlays, HaveTheKeysOfTheirType) {
  EXPECT_THAT(errors_of(R"({"overlays":[{"type":"rect","angle":3},{"type":"gradient","radius":2}]})"),
              ElementsAre("/overlays/0/angle conflict", "/overlays/1/radius conflict"));
  EXPECT_THAT(errors_of(R"({"overlays":[{"type":"image"}]})"), ElementsAre("/overlays/0 missing-key"));
  EXPECT_THAT(errors_of(R"({"overlays":[{"colour":"red"}]})"), ElementsAre("/overlays/0 missing-key"));
  EXPECT_THAT(errors_of(R"({"overlays":[{"type":"image","image":"a","dimension":3,"width":3}]})"),
              ElementsAre("/overlays/0/dimension conflict"));
  EXPECT_THAT(errors_of(R"({"overlays":[{"type":"image","image":"a","actions":[]}]})"),
              ElementsAre("/overlays/0/actions unknown-key"));
  EXPECT_THAT(errors_of(R"({"overlays":[{"type":"image","image":"object:b/x"}]})"),
              ElementsAre("/overlays/0/image bad-format"));
  EXPECT_THAT(errors_of(R"({"overlays":[{"type":"gradient","start":0.5,"stop":0.5}]})"),
              ElementsAre("/overlays/0 conflict"));
  EXPECT_THAT(errors_of(R"({"overlays":[{"type":"video"}]})"), ElementsAre("/overlays/0/type unknown-value"));
}

TEST(Overlays, AreSixteenInAllStagesAndEightOfThemImages) {
  std::string many = R"({"type":"rect"})";
  for (int i = 1; i < 9; ++i) many += R"(,{"type":"rect"})";
  std::string images = R"({"type":"image","image":"a"})";
  for (int i = 1; i < 4; ++i) images += R"(,{"type":"image","image":"a"})";
  const auto rule = [](const std::string& first, const std::string& then) {
    return R"({"watermark":[{},{},{}],"overlays":[)" + first + R"(],"then":[{"overlays":[)" + then + "]}]}";
  };

  EXPECT_THAT(errors_of(rule(many, images)), IsEmpty());
  EXPECT_THAT(errors_of(rule(many, many)), ElementsAre("/then out-of-range"));
  EXPECT_THAT(errors_of(rule(images, images)), ElementsAre("/then out-of-range"));
}

TEST(Overlays, MakeARuleOfThisLanguage) {
  EXPECT_EQ(rule_of(R"({"overlays":[{"type":"rect"}]})").animation.over, rule::Animation::Over::still);
  EXPECT_EQ(parse(R"({"version":"2026-01","overlays":[{"type":"rect","width":"100%"}],"then":[{"overlays":[]}]})")
                .canonical(),
            parse(R"({"version":"2026-01","overlays":[{"type":"rect"}]})").canonical());
}

TEST(Overlays, SayHowATextIsWritten) {
  const auto rule =
      rule_of(R"({"overlays":[{"type":"text","text":"Photo: NTB","font":"serif","size":"2%","colour":"#fff",
      "background":"#0008","padding":4,"width":"50%","align":"centre","wrap":"char","lineSpacing":-5,
      "outline":{"width":2},"maxLines":2,"ellipsis":false,"direction":"rtl","location":"southwest"}]})");

  const auto& text = std::get<rule::Text>(rule.overlays.at(0));
  EXPECT_EQ(text.text, "Photo: NTB");
  EXPECT_EQ(text.font, rule::Text::Font::serif);
  EXPECT_EQ(text.size, (rule::Length{.value = 2, .unit = rule::Length::Unit::percent}));
  EXPECT_EQ(text.colour, kWhite);
  EXPECT_EQ(text.background, (Colour{.alpha = 0x88}));
  EXPECT_EQ(text.padding, rule::Length{.value = 4});
  EXPECT_EQ(text.width, (rule::Length{.value = 50, .unit = rule::Length::Unit::percent}));
  EXPECT_EQ(text.align, rule::Text::Align::center);
  EXPECT_EQ(text.wrap, rule::Text::Wrap::character);
  EXPECT_EQ(text.line_spacing, -5);
  EXPECT_EQ(text.outline, rule::Outline{.width = 2});
  EXPECT_EQ(text.max_lines, 2);
  EXPECT_FALSE(text.has_ellipsis);
  EXPECT_EQ(text.direction, rule::Text::Direction::rtl);
  EXPECT_EQ(text.laying.location, Location::southwest);
  EXPECT_TRUE(rule.has_text());
  EXPECT_FALSE(rule_of(R"({"overlays":[{"type":"rect"}]})").has_text());
  EXPECT_TRUE(rule_of(R"({"then":[{"overlays":[{"type":"text","text":"a"}]}]})").has_text());
}

std::vector<std::string> errors_with_text(const std::string& json_text) {
  return errors_of(R"({"overlays":[{"type":"text","text":)" + json_text + "}]}");
}

TEST(Overlays, WriteNoControlCharacters) {
  for (const char* bad : {R"("a\nb")", R"("\u0000")", R"("a\u007f")", R"("\u0085")", R"("a\u2028b")", R"("\u2029")"}) {
    EXPECT_THAT(errors_with_text(bad), ElementsAre("/overlays/0/text bad-format")) << bad;
  }
  for (const char* good :
       {R"("")", R"("<b>Tom & Jerry</b>")", R"("\u00a0\u200b\u202e\u2066a\u2027")", R"("$5")", R"("$ name")"}) {
    EXPECT_THAT(errors_with_text(good), IsEmpty()) << good;
  }
  EXPECT_THAT(errors_with_text('"' + std::string(501, 'a') + '"'), ElementsAre("/overlays/0/text out-of-range"));
  EXPECT_THAT(errors_of(R"({"overlays":[{"type":"text"}]})"), ElementsAre("/overlays/0 missing-key"));
  EXPECT_THAT(errors_of(R"({"overlays":[{"type":"text","text":"a","font":"Comic Sans"}]})"),
              ElementsAre("/overlays/0/font unknown-value"));
}

TEST(Overlays, WriteWhatACallerSays) {
  const auto document =
      parse(R"({"params":{"by":{"type":"text","default":"nobody"}},"overlays":[{"type":"text","text":"$by"}]})");
  const auto written = [&](const std::string& value) {
    return std::get<rule::Text>(bind(document, {{"by", value}}).rule.overlays.at(0)).text;
  };

  EXPECT_EQ(std::get<rule::Text>(bind(document, {}).rule.overlays.at(0)).text, "nobody");
  EXPECT_EQ(written("Åse <i>"), "Åse <i>");
  EXPECT_EQ(written(""), "");
  for (const std::string bad : {"a\nb", "$by", "\xe2\x80\xa8", "\xc2\x85"}) {
    EXPECT_THROW(written(bad), Error) << bad;
  }
  EXPECT_THAT(errors_of(R"({"overlays":[{"type":"text","text":"$by"}]})"),
              ElementsAre("/overlays/0/text unknown-parameter"));
}

TEST(Overlays, TakeParameters) {
  const auto document = parse(R"({"params":{"c":{"type":"colour","default":"red"}},
      "overlays":[{"type":"rect","colour":"$c"}]})");

  EXPECT_EQ(std::get<rule::Rect>(bind(document, {{"c", "0f0"}}).rule.overlays[0]).colour, (Colour{.green = 255}));
}

}  // namespace
}  // namespace calotype::rules
