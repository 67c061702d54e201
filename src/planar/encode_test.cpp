// The own encoder beside libjpeg-turbo, which reads what it writes.
#include "planar/encode.h"

#include <cmath>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "planar/decode.h"
#include "planar/jpeg_samples.h"
#include "planar/optimal_code.h"

namespace calotype::planar {
namespace {

using samples::bytes_of;

QuantisationSteps all_of(int step) {
  QuantisationSteps steps;
  for (auto& table : steps) table.fill(static_cast<std::uint8_t>(step));
  return steps;
}

Planes drawn(int width, int height, Sampling chroma, bool is_grey, double noise, Arena& arena) {
  std::mt19937 random(7);
  std::normal_distribution<double> grain(0, noise);
  Planes planes{.plane = {}, .chroma = chroma};
  for (std::size_t c = 0; c < (is_grey ? 1U : 3U); ++c) {
    const int across = c == 0 ? 1 : chroma.across;
    const int down = c == 0 ? 1 : chroma.down;
    planes.plane[c] = make_plane(arena, (width + across - 1) / across, (height + down - 1) / down);
    for (int y = 0; y < planes.plane[c].height; ++y) {
      for (int x = 0; x < planes.plane[c].width; ++x) {
        const double value =
            128 + 90 * std::sin(x * 0.13 * across + static_cast<double>(c)) * std::cos(y * 0.09 * down) + grain(random);
        planes.plane[c].row(y)[x] = static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
      }
    }
  }
  return planes;
}

std::string file_of(const Planes& planes, int step, Arena& arena) {
  return "\xFF\xD8" + encode_baseline(planes, all_of(step), arena);
}

struct Shape {
  int width;
  int height;
  Sampling chroma{.across = 2, .down = 2};
  bool is_grey = false;
};

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all{
      {64, 64},         {300, 200},       {101, 67},        {1, 1}, {17, 9},
      {99, 55, {2, 1}}, {99, 55, {1, 1}}, {40, 90, {1, 2}}, {8, 8}, {77, 31, {1, 1}, true},
      {333, 16}};
  return all;
}

TEST(EncodeBaseline, IsReadBackAsItWas) {
  for (const auto& shape : shapes()) {
    for (const double noise : {0.0, 60.0}) {
      Arena arena;
      const auto planes = drawn(shape.width, shape.height, shape.chroma, shape.is_grey, noise, arena);

      const auto file = file_of(planes, 1, arena);

      const auto header = read_jpeg_header(bytes_of(file));
      ASSERT_TRUE(header) << shape.width << "x" << shape.height;
      EXPECT_EQ(header->size, (Size{.width = shape.width, .height = shape.height}));
      const Wanted wanted{.scale = 8, .box = {.width = shape.width, .height = shape.height}};
      const auto read = decode_turbo(bytes_of(file), *header, wanted, arena);
      EXPECT_EQ(read.health, Health::clean) << read.complaint;
      EXPECT_TRUE(decode_own(bytes_of(file), *header, wanted, arena));
      for (std::size_t c = 0; c < header->components.size(); ++c) {
        const auto& plane = planes.plane[c];
        int most = 0;
        for (int y = 0; y < plane.height; ++y) {
          for (int x = 0; x < plane.width; ++x) {
            most = std::max(most, std::abs(plane.row(y)[x] - read.planes.plane[c].row(y)[x]));
          }
        }
        EXPECT_LE(most, 2) << shape.width << "x" << shape.height << " component " << c;
      }
    }
  }
}

TEST(EncodeBaseline, IsNoLargerThanWhatLibjpegMakesToMeasure) {
  for (const int quality : {50, 80, 95}) {
    const auto theirs =
        samples::jpeg_of({.width = 301, .height = 203, .quality = quality, .is_optimised = true, .noise = 20});
    Arena arena;
    const auto header = read_jpeg_header(bytes_of(theirs));
    const Wanted wanted{.scale = 8, .box = {.width = 301, .height = 203}};
    const auto planes = decode_turbo(bytes_of(theirs), *header, wanted, arena).planes;
    QuantisationSteps steps;
    for (std::size_t kind = 0; kind < 2; ++kind) {
      const auto& table = header->quantisation[static_cast<std::size_t>(header->components[kind].quantisation)];
      std::copy(table.begin(), table.end(), steps[kind].begin());
    }

    const auto ours = "\xFF\xD8" + encode_baseline(planes, steps, arena);

    EXPECT_LE(static_cast<double>(ours.size()), static_cast<double>(theirs.size()) * 1.005) << quality;
  }
}

/// The cost in bits, and whether it is a code: of every count a Huffman code's, by the definition of its tree.
TEST(OptimalCode, IsAsShortAsCanBe) {
  std::mt19937 random(11);
  for (int turn = 0; turn < 200; ++turn) {
    SymbolCounts counts{};
    const int symbols = 1 + static_cast<int>(random() % (turn < 20 ? 3 : 200));
    for (int i = 0; i < symbols; ++i) counts[random() % 256] = 1U << random() % (turn % 2 == 0 ? 5 : 24);
    const auto code = OptimalCode::of(counts);

    double kraft = 0;
    std::uint64_t bits = 0;
    std::multiset<std::uint64_t> weights{0};  // the reserved one
    for (std::size_t symbol = 0; symbol < counts.size(); ++symbol) {
      EXPECT_EQ(code.lengths[symbol] > 0, counts[symbol] > 0);
      if (counts[symbol] == 0) continue;
      ASSERT_LE(code.lengths[symbol], 16);
      EXPECT_NE(code.codes[symbol], (1U << code.lengths[symbol]) - 1) << "of ones alone";
      kraft += std::ldexp(1.0, -code.lengths[symbol]);
      bits += std::uint64_t{counts[symbol]} * code.lengths[symbol];
      weights.insert(counts[symbol]);
    }
    EXPECT_LT(kraft, 1.0);
    std::uint64_t least = 0;
    while (weights.size() > 1) {
      const auto sum = *weights.begin() + *std::next(weights.begin());
      weights.erase(weights.begin());
      weights.erase(weights.begin());
      weights.insert(sum);
      least += sum;
    }
    EXPECT_GE(bits, least);
    if (turn % 2 == 0) EXPECT_EQ(bits, least) << "nothing had to be shortened";
  }
}

}  // namespace
}  // namespace calotype::planar
