#include "transform/animation.h"

#include <gtest/gtest.h>

#include "transform/samples.h"

namespace calotype::transform {
namespace {

using samples::animation;
using samples::complaint;
using samples::refusal;
using Over = rule::Animation::Over;
using Still = rule::Animation::Still;

const Limits kLimits;

Motion motion_of(const Rule& rule, const ImageInfo& source, ImageFormat format = ImageFormat::gif,
                 std::int64_t largest = 0) {
  return choose_motion(rule, source, format, std::max(largest, source.size.pixels()), kLimits);
}

Rule with(rule::Animation animation) {
  Rule rule;
  rule.animation = std::move(animation);
  return rule;
}

TEST(Animation, StaysOneInAFormatThatMoves) {
  auto source = animation(100, 100, 40);
  source.loop = 3;
  for (const auto format : {ImageFormat::gif, ImageFormat::webp}) {
    const auto motion = motion_of({}, source, format);
    EXPECT_TRUE(motion.is_animated);
    EXPECT_EQ(motion.frames, (plan::Frames{.count = 40}));
    EXPECT_EQ(motion.loop, 3);
    EXPECT_EQ(motion.speed, 1);
  }
}

TEST(Animation, BecomesAStillElsewhere) {
  for (const auto format : {ImageFormat::jpg, ImageFormat::png, ImageFormat::avif, ImageFormat::tiff}) {
    const auto motion = motion_of({}, animation(100, 100, 40), format);
    EXPECT_FALSE(motion.is_animated);
    EXPECT_EQ(motion.frames, plan::Frames{});
  }
  EXPECT_FALSE(motion_of(with({.keep = rule::Animation::Keep::never}), animation(100, 100, 40)).is_animated);
}

TEST(Animation, IsRefusedWhereItMustMoveAndCannot) {
  const auto rule = with({.keep = rule::Animation::Keep::always});
  EXPECT_EQ(refusal([&] { motion_of(rule, animation(100, 100, 40), ImageFormat::jpg); }), "animation-lost");
  EXPECT_EQ(refusal([&] { motion_of(rule, samples::photo(100, 100), ImageFormat::jpg); }), "none");
  EXPECT_TRUE(motion_of(rule, animation(100, 100, 40), ImageFormat::webp).is_animated);
}

TEST(Animation, PlaysAsTheRuleSays) {
  const auto motion = motion_of(with({.every = 3, .speed = 2, .loop = 7, .reverse = true}), animation(100, 100, 40));

  EXPECT_EQ(motion.frames, (plan::Frames{.count = 14, .every = 3, .is_reversed = true}));
  EXPECT_EQ(motion.loop, 7);
  EXPECT_EQ(motion.speed, 2);
}

TEST(Animation, OfOneShownFrameIsAStill) {
  EXPECT_FALSE(motion_of({}, animation(100, 100, 1)).is_animated);
  EXPECT_FALSE(motion_of(with({.every = 50}), animation(100, 100, 40)).is_animated);
  EXPECT_FALSE(motion_of(with({.max_frames = 1, .over = Over::truncate}), animation(100, 100, 40)).is_animated);
}

TEST(Animation, ShowsItsStillFrame) {
  const auto source = animation(100, 100, 40);
  EXPECT_EQ(motion_of(with({.still = Still::first}), source, ImageFormat::jpg).frames, plan::Frames{});
  EXPECT_EQ(motion_of(with({.still = Still::middle}), source, ImageFormat::jpg).frames, plan::Frames{.first = 19});
  EXPECT_EQ(motion_of(with({.still = Still::best}), source, ImageFormat::jpg).frames,
            (plan::Frames{.count = 40, .is_best = true}));
  EXPECT_EQ(motion_of(with({.still = Still::best}), animation(100, 100, 1), ImageFormat::jpg).frames, plan::Frames{});
}

TEST(Animation, BeyondFramesIsWhatOverSays) {
  const auto source = animation(100, 100, 2000);
  EXPECT_EQ(refusal([&] { motion_of(with({.over = Over::reject}), source); }), "animation-too-long");
  EXPECT_EQ(complaint([&] { motion_of(with({.over = Over::reject}), source); }),
            "render an animation of 2000 frames of 100x100: 2000 frames, the limit is 200 (frames)");

  const auto cut = motion_of(with({.over = Over::truncate}), source);
  EXPECT_TRUE(cut.is_animated);
  EXPECT_EQ(cut.frames.count, 200);

  const auto stopped = motion_of(with({.over = Over::still}), source);
  EXPECT_FALSE(stopped.is_animated);
  EXPECT_EQ(stopped.frames, plan::Frames{});
}

TEST(Animation, IsHeldToTheRulesOwnFrames) {
  EXPECT_EQ(motion_of(with({.max_frames = 10, .over = Over::truncate}), animation(100, 100, 40)).frames.count, 10);
  EXPECT_EQ(motion_of(with({.max_frames = 1000, .over = Over::truncate}), animation(100, 100, 900)).frames.count, 200);
  EXPECT_TRUE(motion_of(with({.max_frames = 40}), animation(100, 100, 40)).is_animated);
  EXPECT_FALSE(motion_of(with({.max_frames = 39}), animation(100, 100, 40)).is_animated);
}

TEST(Animation, CountsShownFramesButDecodedPixels) {
  EXPECT_EQ(motion_of(with({.every = 10}), animation(100, 100, 2000)).frames.count, 200) << "200 are shown";
  const auto cut = motion_of(with({.every = 10, .over = Over::truncate}), animation(1000, 1000, 2000));
  EXPECT_EQ(cut.frames.count, 20) << "191 frames of a megapixel are decoded for them; 21 would need 201";
}

TEST(Animation, BeyondPixelsIsWhatOverSays) {
  const auto source = animation(2000, 1000, 150);
  EXPECT_EQ(complaint([&] { motion_of(with({.over = Over::reject}), source); }),
            "render an animation of 150 frames of 2000x1000: 150 frames, 300000000 pixels, the limit is 200000000 "
            "(animation_pixels)");
  EXPECT_EQ(motion_of(with({.over = Over::truncate}), source).frames.count, 100);
  EXPECT_FALSE(motion_of(with({.over = Over::still}), source).is_animated);
  EXPECT_TRUE(motion_of(with({.over = Over::reject}), animation(2000, 1000, 100)).is_animated);
}

TEST(Animation, IsHeldToWhatItsResultTakes) {
  EXPECT_EQ(
      motion_of(with({.over = Over::truncate}), animation(100, 100, 150), ImageFormat::webp, 40'000'000).frames.count,
      5);
  EXPECT_EQ(
      refusal([] { motion_of(with({.over = Over::reject}), animation(100, 100, 150), ImageFormat::webp, 40'000'000); }),
      "animation-too-long");
}

TEST(Animation, LooksForItsStillWithinTheLimits) {
  const auto source = animation(1000, 1000, 2000);
  EXPECT_EQ(motion_of(with({.still = Still::middle}), source).frames, plan::Frames{.first = 199});
  EXPECT_EQ(motion_of(with({.still = Still::best}), source).frames, (plan::Frames{.count = 200, .is_best = true}));
}

Rule frame(std::optional<int> number, rule::Source::Frame kind = rule::Source::Frame::number) {
  Rule rule;
  rule.source.frame = kind;
  rule.source.frame_number = number;
  return rule;
}

TEST(Source, PicksAFrame) {
  const auto source = animation(100, 100, 40);
  EXPECT_EQ(motion_of(frame(1), source).frames, plan::Frames{});
  EXPECT_EQ(motion_of(frame(40), source).frames, plan::Frames{.first = 39});
  EXPECT_EQ(motion_of(frame({}, rule::Source::Frame::middle), source).frames, plan::Frames{.first = 19});
  EXPECT_EQ(motion_of(frame({}, rule::Source::Frame::best), source).frames,
            (plan::Frames{.count = 40, .is_best = true}));
  EXPECT_FALSE(motion_of(frame(3), source).is_animated);
}

TEST(Source, PicksAPage) {
  auto pages = samples::photo(100, 100);
  pages.format = ImageFormat::tiff;
  pages.frames = 5;
  Rule rule;
  rule.source.page = 5;
  EXPECT_EQ(motion_of(rule, pages).frames, plan::Frames{.first = 4});
  EXPECT_EQ(motion_of({}, pages).frames, plan::Frames{});
  rule.source.page = 6;
  EXPECT_EQ(complaint([&] { motion_of(rule, pages); }), "read frame 6 of a tiff of 5 frames: there is none");
  EXPECT_EQ(refusal([&] { motion_of(rule, samples::photo(100, 100)); }), "no-such-frame");
}

TEST(Source, DoesNotReachFramesBeyondTheLimits) {
  EXPECT_EQ(motion_of(frame(200), animation(1000, 1000, 2000)).frames.first, 199);
  EXPECT_EQ(refusal([] { motion_of(frame(201), animation(1000, 1000, 2000)); }), "animation-too-long");
  EXPECT_EQ(refusal([] { motion_of(frame(2001), animation(1000, 1000, 2000)); }), "no-such-frame");
}

TEST(DecodedFrames, CountWhatTheLastOneStandsOn) {
  const auto moving = animation(100, 100, 40);
  EXPECT_EQ(decoded_frames({.first = 0, .count = 14, .every = 3}, moving), 40);
  EXPECT_EQ(decoded_frames({.first = 19}, moving), 20);
  EXPECT_EQ(decoded_frames({.first = 19}, samples::photo(1, 1)), 1) << "pages stand alone";
}

}  // namespace
}  // namespace calotype::transform
