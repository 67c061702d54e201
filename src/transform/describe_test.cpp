#include "transform/describe.h"

#include <gtest/gtest.h>

#include <set>

#include "transform/samples.h"

namespace calotype::transform {
namespace {

using samples::px;

TEST(Describe, SaysAStepInOneLine) {
  EXPECT_EQ(describe(plan::Resize{.size = {300, 169}}), "resize 300x169 lanczos3");
  EXPECT_EQ(describe(plan::Crop{.box = {1, 2, 3, 4}}), "crop 3x4 at 1,2");
  EXPECT_EQ(describe(plan::Flip{.horizontal = true, .vertical = true}), "flip hv");
  EXPECT_EQ(describe(plan::Tone{.values = {.kind = rule::Tone::Kind::tint, .amount = 0.5, .colour = {.red = 255}}}),
            "tint #ff0000ff 0.5");
  EXPECT_EQ(describe(plan::CoverArea{
                .box = {1, 2, 3, 4}, .mode = plan::CoverArea::Mode::pixelate, .is_ellipse = true, .cell = 8}),
            "pixelate area 3x4 at 1,2 ellipse cell 8");
}

TEST(Describe, CutsALongListOfPlacesShort) {
  EXPECT_EQ(describe(plan::Watermark{.size = {6, 3}, .positions = {{0, 0}, {9, 0}, {18, 0}, {27, 0}, {36, 0}}}),
            "watermark 0 6x3 opacity 100 normal at 0,0 9,0 18,0 and 2 more");
}

template <std::size_t... kIndex>
std::set<std::string> every_kind(std::index_sequence<kIndex...>) {
  return {describe(plan::Step(std::in_place_index<kIndex>))...};
}

TEST(Describe, TellsEveryKindOfStepApart) {
  constexpr auto kKinds = std::variant_size_v<plan::Step>;

  const auto texts = every_kind(std::make_index_sequence<kKinds>());

  EXPECT_EQ(texts.size(), kKinds);
  for (const auto& text : texts) EXPECT_EQ(text.find('\n'), std::string::npos) << text;
}

TEST(Describe, SaysAPlanLineByLine) {
  Rule rule;
  rule.actions.resize = rule::Resize{.width = px(150)};
  rule.animation.reverse = true;
  auto text = describe(samples::plan_of(rule, samples::animation(300, 200, 12)));
  text.resize(text.find("cost "));

  EXPECT_EQ(text,
            "decode gif 300x200 frames 0+12 every 1 of 12 reversed\n"
            "resize 150x100 lanczos3\n"
            "encode gif 150x100 quality 80 animated loop 0 speed 1\n");
}

TEST(Describe, DoesNotSayWhatAMeasuringPlanEncodes) {
  Rule rule;
  rule.actions.trim = rule::Trim{};

  EXPECT_EQ(describe(samples::plan_of(rule, samples::photo(300, 200))).find("encode"), std::string::npos);
}

}  // namespace
}  // namespace calotype::transform
