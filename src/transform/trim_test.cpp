#include "transform/trim.h"

#include <gmock/gmock.h>

#include "transform/samples.h"

namespace calotype::transform {
namespace {

using samples::percent;
using samples::px;

constexpr Size kPicture{300, 200};
constexpr Box kWhole{0, 0, 300, 200};

struct Case {
  const char* name;
  rule::Trim trim;
  Box found;
  Box kept;
};

TEST(Trim, KeepsTheBoxOfTheTable) {
  const Case cases[] = {
      {"as found", {}, {20, 10, 200, 150}, {20, 10, 200, 150}},
      {"nothing to cut", {}, kWhole, kWhole},
      {"equal x takes the smaller cut", {.equal_x = true}, {20, 10, 200, 150}, {20, 10, 260, 150}},
      {"equal y", {.equal_y = true}, {20, 10, 200, 150}, {20, 10, 200, 180}},
      {"both equal", {.equal_x = true, .equal_y = true}, {20, 10, 200, 150}, {20, 10, 260, 180}},
      {"keep leaves a margin", {.keep = px(5)}, {20, 10, 200, 150}, {15, 5, 210, 160}},
      {"keep stays inside", {.keep = px(50)}, {20, 10, 200, 150}, {0, 0, 270, 200}},
      {"keep in percent", {.keep = percent(2)}, {20, 10, 200, 150}, {14, 6, 212, 158}},
      {"negative keep cuts more", {.keep = px(-5)}, {20, 10, 200, 150}, {25, 15, 190, 140}},
      {"negative keep cuts all: nothing", {.keep = px(-500)}, {20, 10, 200, 150}, kWhole},
      {"keep and equal", {.equal_x = true, .keep = px(5)}, {20, 10, 200, 150}, {15, 5, 270, 160}},
      {"just allowed", {.max = 50}, {0, 0, 150, 200}, {0, 0, 150, 200}},
      {"too much", {.max = 50}, {0, 0, 149, 200}, kWhole},
      {"by default up to nine tenths", {}, {0, 0, 30, 200}, {0, 0, 30, 200}},
      {"by default no more", {}, {0, 0, 29, 200}, kWhole},
      {"all may go", {.max = 100}, {150, 100, 1, 1}, {150, 100, 1, 1}},
      {"found nothing", {}, {0, 0, 0, 0}, kWhole},
      {"found outside", {}, {400, 0, 10, 10}, kWhole},
      {"found more than there is", {}, {-5, -5, 9000, 9000}, kWhole},
      {"found nonsense", {}, {2147483647, -2147483647, 2147483647, 2147483647}, kWhole},
  };
  for (const auto& [name, trim, found, kept] : cases) EXPECT_EQ(trimmed_box(trim, found, kPicture), kept) << name;
}

Rule trimming() {
  Rule rule;
  rule.actions.trim = rule::Trim{.threshold = 12, .colour = kWhite};
  rule.actions.resize = rule::Resize{.width = px(100)};
  rule.actions.redact = rule::Redact{.areas = {{.left = px(0), .top = px(0), .width = px(50), .height = px(50)}},
                                     .mode = rule::Redact::Mode::fill,
                                     .grow = 0};
  return rule;
}

TEST(Trim, IsMeasuredByAPlanOfItsOwnFirst) {
  auto source = samples::photo(300, 200);
  source.orientation = 6;

  const auto plan = samples::plan_of(trimming(), source);

  EXPECT_TRUE(plan.is_measuring());
  EXPECT_EQ(plan.result, (Size{0, 0}));
  EXPECT_THAT(samples::lines(plan), testing::ElementsAre("orient 6", "fill area 50x50 at 0,0 #000000ff",
                                                         "find trim threshold 12 colour #ffffffff alpha"));
}

TEST(Trim, IsACropOnceItIsKnown) {
  auto source = samples::photo(300, 200);
  source.orientation = 6;

  const auto plan = make_plan(trimming(), source, std::nullopt, {}, ImageFormat::jpg, {}, Box{20, 30, 150, 200});

  EXPECT_FALSE(plan.is_measuring());
  EXPECT_THAT(samples::lines(plan), testing::ElementsAre("orient 6", "fill area 50x50 at 0,0 #000000ff",
                                                         "crop 150x200 at 20,30", "resize 100x133 lanczos3"));
  EXPECT_EQ(plan.result, (Size{100, 133}));
}

TEST(Trim, IsMeasuredOnTheFirstFrameOfAnAnimation) {
  const auto plan = samples::plan_of(trimming(), samples::animation(300, 200, 40));

  EXPECT_EQ(plan.decode.frames, plan::Frames{});
  EXPECT_FALSE(plan.output.is_animated);
}

TEST(Trim, IsMeasuredOnTheFrameThatIsShown) {
  auto rule = trimming();
  rule.source.frame = rule::Source::Frame::number;
  rule.source.frame_number = 7;

  EXPECT_EQ(samples::plan_of(rule, samples::animation(300, 200, 40)).decode.frames.first, 6);
}

TEST(Trim, IgnoresAMeasuredBoxThatNobodyAskedFor) {
  const auto plan =
      make_plan({}, samples::photo(300, 200), std::nullopt, {}, ImageFormat::jpg, {}, Box{20, 30, 150, 100});

  EXPECT_EQ(plan.result, kPicture);
}

}  // namespace
}  // namespace calotype::transform
