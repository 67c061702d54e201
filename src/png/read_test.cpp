// The reader beside libpng: the same samples, and for nothing that libpng finds fault with.
#include "png/read.h"

#include <gtest/gtest.h>

#include <random>

#include "png/png_samples.h"

namespace calotype::png {
namespace {

using samples::bytes_of;
using samples::Make;
using samples::png_of;
using samples::read_with_libpng;
using samples::Reference;

std::vector<Make> every_kind() {
  std::vector<Make> all;
  for (const auto colours : {Colours::grey, Colours::rgb, Colours::grey_alpha, Colours::rgb_alpha}) {
    for (const int depth : {8, 16}) {
      all.push_back({.colours = colours, .depth = depth});
      const bool has_alpha = colours == Colours::grey_alpha || colours == Colours::rgb_alpha;
      if (!has_alpha) all.push_back({.colours = colours, .depth = depth, .has_transparency = true});
    }
  }
  for (const int depth : {1, 2, 4}) {
    all.push_back({.colours = Colours::grey, .depth = depth});
    all.push_back({.colours = Colours::grey, .depth = depth, .has_transparency = true});
  }
  for (const int depth : {1, 2, 4, 8}) {
    all.push_back({.colours = Colours::palette, .depth = depth, .palette_size = 1 << depth});
    all.push_back({.colours = Colours::palette, .depth = depth, .palette_size = 1 << depth, .has_transparency = true});
  }
  return all;
}

std::vector<std::uint8_t> samples_of(const Pixels& pixels) {
  const auto bytes = static_cast<std::size_t>(pixels.size.pixels() * pixels.bands * pixels.bits / 8);
  return {pixels.samples, pixels.samples + bytes};
}

std::string name_of(const Make& make) {
  return "colours " + std::to_string(static_cast<int>(make.colours)) + " depth " + std::to_string(make.depth) +
         (make.has_transparency ? " tRNS" : "") + " filter " + std::to_string(make.filter) + " width " +
         std::to_string(make.width);
}

TEST(Read, GivesWhatLibpngGivesOfEveryKindFilterAndWidth) {
  for (Make make : every_kind()) {
    for (const int filter : {0, 1, 2, 3, 4, 5}) {
      for (const int width : {1, 2, 3, 5, 8, 13, 64, 101}) {
        make.filter = filter;
        make.width = width;
        make.seed = static_cast<unsigned>(filter * 1000 + width);
        make.piece = width % 2 == 0 ? 100 : 1'000'000;
        const auto file = png_of(make);
        Reference reference;
        int complaints = 0;
        ASSERT_TRUE(read_with_libpng(file, reference, complaints)) << name_of(make);
        planar::Arena arena;
        const auto header = read_header(bytes_of(file));
        ASSERT_TRUE(header) << name_of(make);

        const auto pixels = read(*header, arena);

        ASSERT_TRUE(pixels) << name_of(make);
        EXPECT_EQ(pixels->bands, reference.bands) << name_of(make);
        EXPECT_EQ(pixels->bits, reference.bits) << name_of(make);
        ASSERT_EQ(samples_of(*pixels), reference.samples) << name_of(make);
      }
    }
  }
}

TEST(Read, TakesAsMuchMemoryAsItSays) {
  for (const Make& make : every_kind()) {
    Make cut = make;
    cut.piece = 64;
    planar::Arena arena;
    const auto file = png_of(cut);
    const auto header = read_header(bytes_of(file));
    ASSERT_TRUE(header && read(*header, arena)) << name_of(make);
    EXPECT_LE(static_cast<std::int64_t>(arena.taken()), bytes_to_read(*header) + 4 * 128) << name_of(make);
  }
}

TEST(Read, LeavesWhatIsNotWholeToLibpng) {
  const Make make{.width = 50, .height = 40};
  const auto file = png_of(make);
  planar::Arena arena;
  const auto reads = [&arena](const std::string& bytes) {
    const auto header = read_header(bytes_of(bytes));
    return header && read(*header, arena);
  };
  ASSERT_TRUE(reads(file));
  ASSERT_TRUE(reads(file + "whatever comes behind"));
  for (std::size_t size = 0; size < file.size(); size += 3) EXPECT_FALSE(reads(file.substr(0, size))) << size;
  for (std::size_t at = 0; at < file.size(); ++at) {
    auto wrong = file;
    wrong[at] = static_cast<char>(wrong[at] ^ 4);
    EXPECT_FALSE(reads(wrong)) << at;
  }
}

std::string with_data(const Make& make, const std::string& coded, const std::string& before = "") {
  return std::string("\x89PNG\r\n\x1A\n", 8) + samples::ihdr(make) + before + samples::chunk("IDAT", coded) +
         samples::chunk("IEND", "");
}

TEST(Read, RefusesStreamsThatAreTooShortTooLongOrNoneAtAll) {
  const Make make{.width = 10, .height = 10, .colours = Colours::grey};
  planar::Arena arena;
  const auto reads = [&](const std::string& coded) {
    const auto file = with_data(make, coded);
    const auto header = read_header(bytes_of(file));
    return header && read(*header, arena);
  };
  ASSERT_TRUE(reads(samples::deflated(std::string(110, '\0'))));
  EXPECT_FALSE(reads(samples::deflated(std::string(109, '\0')))) << "a byte is missing";
  EXPECT_FALSE(reads(samples::deflated(std::string(111, '\0')))) << "a byte too many";
  EXPECT_FALSE(reads(samples::deflated(std::string(110, '\0')) + "x")) << "something behind";
  EXPECT_FALSE(reads(samples::deflated(std::string(110, '\5')))) << "no such filter";
  EXPECT_FALSE(reads("no stream"));
}

TEST(Read, GivesNoMemoryToALie) {
  const Make make{.width = 900'000, .height = 900'000, .colours = Colours::rgb_alpha, .depth = 16};
  planar::Arena arena;
  const auto file = with_data(make, samples::deflated(std::string(100'000, '\0')));
  const auto header = read_header(bytes_of(file));
  ASSERT_TRUE(header);
  EXPECT_GT(bytes_to_read(*header), std::int64_t{1} << 40);
  EXPECT_FALSE(read(*header, arena));
  EXPECT_EQ(arena.taken(), 0U);
}

TEST(Read, RefusesColoursThatAreNotInThePalette) {
  const Make make{.width = 4, .height = 1, .colours = Colours::palette};
  planar::Arena arena;
  const auto reads = [&](const std::string& row) {
    const auto file = with_data(make, samples::deflated(std::string(1, '\0') + row), samples::chunk("PLTE", "rgbRGB"));
    const auto header = read_header(bytes_of(file));
    return header && read(*header, arena);
  };
  EXPECT_TRUE(reads(std::string("\0\1\1\0", 4)));
  EXPECT_FALSE(reads(std::string("\0\1\2\0", 4)));
}

/// Whatever happens to a file, with its checksums put right again: what is read is so for libpng, too.
TEST(Read, AgreesWithLibpngOnMutatedFiles) {
  std::mt19937 random(20261127);
  int taken = 0;
  int refused = 0;
  for (const Make& make : every_kind()) {
    const auto file = png_of(make);
    for (int i = 0; i < 300; ++i) {
      auto bad = file;
      for (unsigned c = 0; c <= random() % 3; ++c) {
        const auto at = 8 + random() % (bad.size() - 8);
        bad[at] = static_cast<char>(random() & 1U ? bad[at] ^ (1 << (random() % 8)) : random());
      }
      samples::put_checksums_right(bad);
      const auto header = read_header(bytes_of(bad));
      planar::Arena arena;
      const bool is_small = header && header->size.pixels() < 1'000'000;
      const auto pixels = is_small ? read(*header, arena) : std::nullopt;
      ++(pixels ? taken : refused);
      if (!pixels) continue;
      Reference reference;
      int complaints = 0;
      ASSERT_TRUE(read_with_libpng(bad, reference, complaints)) << name_of(make) << " #" << i;
      EXPECT_EQ(pixels->bands, reference.bands) << name_of(make) << " #" << i;
      ASSERT_EQ(samples_of(*pixels), reference.samples) << name_of(make) << " #" << i;
    }
  }
  EXPECT_GT(taken, 50);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace calotype::png
