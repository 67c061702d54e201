#include <gtest/gtest.h>

#include "engine/samples.h"

namespace calotype::engine {
namespace {

using namespace samples;
using drawn::Picture;
using Mode = rule::Extend::Mode;

constexpr Size kCanvas{.width = 50, .height = 40};
constexpr Point kAt{.x = 8, .y = 6};

int wrapped(int value, int period) { return ((value % period) + period) % period; }

int mirrored(int value, int period) {
  const int at = wrapped(value, period * 2);
  return at < period ? at : period * 2 - 1 - at;
}

Picture expected(const Picture& picture, Mode mode) {
  Picture canvas(kCanvas);
  const auto [width, height] = picture.size;
  for (int y = 0; y < kCanvas.height; ++y) {
    for (int x = 0; x < kCanvas.width; ++x) {
      const int px = x - kAt.x;
      const int py = y - kAt.y;
      if (mode == Mode::copy) canvas.set(x, y, picture.at(std::clamp(px, 0, width - 1), std::clamp(py, 0, height - 1)));
      if (mode == Mode::repeat) canvas.set(x, y, picture.at(wrapped(px, width), wrapped(py, height)));
      if (mode == Mode::mirror) canvas.set(x, y, picture.at(mirrored(px, width), mirrored(py, height)));
    }
  }
  return canvas;
}

TEST(Extend, ContinuesThePictureInEveryMode) {
  const auto picture = drawn::quarters({.width = 30, .height = 20});
  for (const auto mode : {Mode::copy, Mode::repeat, Mode::mirror}) {
    const auto result = after(picture, plan::Extend{.canvas = kCanvas, .at = kAt, .mode = mode});
    EXPECT_EQ(largest_difference(result, expected(picture, mode)), 0) << static_cast<int>(mode);
  }
}

TEST(Extend, FillsWithTheBackground) {
  const auto picture = drawn::gradient({.width = 30, .height = 20});
  const Colour back{.red = 1, .green = 2, .blue = 3};

  const auto result = after(picture, plan::Extend{.canvas = kCanvas, .at = kAt, .background = {.colour = back}});
  const auto clear = after(picture, plan::Extend{.canvas = kCanvas, .at = kAt, .background = {.colour = kTransparent}});

  EXPECT_EQ(result.at(7, 10), back);
  EXPECT_EQ(result.at(8, 6), picture.at(0, 0));
  EXPECT_EQ(result.at(37, 25), picture.at(29, 19));
  EXPECT_EQ(result.at(38, 25), back);
  EXPECT_EQ(clear.at(0, 0).alpha, 0);
  EXPECT_EQ(clear.at(8, 6), picture.at(0, 0));
}

TEST(Extend, CutsWhatANegativePlacePutsOutside) {
  const auto picture = drawn::gradient({.width = 30, .height = 20});

  const auto result = after(picture, plan::Extend{.canvas = {.width = 20, .height = 30}, .at = {.x = -5, .y = 4}});

  EXPECT_EQ(result.size, (Size{.width = 20, .height = 30}));
  EXPECT_EQ(result.at(0, 4), picture.at(5, 0));
  EXPECT_EQ(result.at(19, 23), picture.at(24, 19));
  EXPECT_EQ(result.at(3, 2), Colour{}) << "the default background";
}

TEST(Extend, LaysThePictureOverItsBlurredCover) {
  const auto picture = drawn::block({.width = 40, .height = 40}, {.red = 200},
                                    {.left = 10, .top = 10, .width = 20, .height = 20}, {.blue = 200});

  const auto result = after(
      picture, plan::Extend{.canvas = {.width = 120, .height = 40}, .at = {.x = 40}, .mode = Mode::blur, .sigma = 5});

  EXPECT_EQ(result.at(40, 0), picture.at(0, 0));
  EXPECT_EQ(result.at(60, 20), picture.at(20, 20));
  EXPECT_EQ(result.at(0, 20).alpha, 255);
  EXPECT_GT(result.at(32, 20).blue, 20) << "the cover's middle is blue, blurred over the picture's edge";
}

TEST(Paint, IsTakenFromThePicture) {
  auto picture = drawn::block({.width = 40, .height = 40}, {.red = 200, .green = 10, .blue = 10},
                              {.left = 3, .top = 3, .width = 34, .height = 34}, {.green = 120, .blue = 240});

  const auto dominant = after(picture, plan::Extend{.canvas = kCanvas, .background = {.kind = Paint::Kind::dominant}});
  const auto edge = after(picture, plan::Extend{.canvas = kCanvas, .background = {.kind = Paint::Kind::edge}});

  EXPECT_EQ(dominant.at(49, 39), (Colour{.green = 120, .blue = 240}));
  EXPECT_EQ(edge.at(49, 39), (Colour{.red = 200, .green = 10, .blue = 10}));
}

}  // namespace
}  // namespace calotype::engine
