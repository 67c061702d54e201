#include "png/header.h"

#include <gtest/gtest.h>

#include "png/png_samples.h"

namespace calotype::png {
namespace {

using samples::bytes_of;
using samples::chunk;

const std::string kStart = std::string("\x89PNG\r\n\x1A\n", 8);
const std::string kEnd = chunk("IEND", "");
const std::string kData = chunk("IDAT", "data");
const std::string kPalette = chunk("PLTE", "rgbRGB");

std::string head(Colours colours, int depth = 8) {
  return kStart + samples::ihdr({.width = 7, .height = 5, .colours = colours, .depth = depth});
}

bool is_read(const std::string& file) { return read_header(bytes_of(file)).has_value(); }

TEST(ReadHeader, SaysWhatTheFileSays) {
  const auto file = head(Colours::palette, 4) + chunk("gAMA", "....") + kPalette + chunk("tRNS", "a") + kData +
                    chunk("IDAT", "") + chunk("IDAT", "more") + chunk("tEXt", "k\0v") + kEnd;

  const auto header = read_header(bytes_of(file));

  ASSERT_TRUE(header);
  EXPECT_EQ(header->size, (Size{.width = 7, .height = 5}));
  EXPECT_EQ(header->depth, 4);
  EXPECT_EQ(header->colours, Colours::palette);
  EXPECT_EQ(header->palette_size, 2);
  EXPECT_EQ(header->palette[0], (std::array<std::uint8_t, 4>{'r', 'g', 'b', 'a'}));
  EXPECT_EQ(header->palette[1], (std::array<std::uint8_t, 4>{'R', 'G', 'B', 255}));
  EXPECT_EQ(header->data.size(), 2U);
  EXPECT_EQ(header->data_size, 8U);
  EXPECT_EQ(header->row_bytes(), 4U);
  EXPECT_EQ(header->pixel_bytes(), 1);
}

TEST(ReadHeader, LeavesChunksThatAreOutOfOrderToLibpng) {
  using enum Colours;
  EXPECT_TRUE(is_read(head(rgb) + kData + kEnd));
  EXPECT_TRUE(is_read(head(rgb) + kPalette + kData + kEnd)) << "a palette to fall back upon";

  EXPECT_FALSE(is_read(kStart + kData + kEnd)) << "no header";
  EXPECT_FALSE(is_read(head(rgb) + head(rgb).substr(8) + kData + kEnd)) << "two headers";
  EXPECT_FALSE(is_read(head(rgb) + kEnd)) << "no data";
  EXPECT_FALSE(is_read(head(rgb) + kData)) << "no end";
  EXPECT_FALSE(is_read(head(rgb) + kData + chunk("tEXt", "") + kData + kEnd)) << "data apart";
  EXPECT_FALSE(is_read(head(palette) + kData + kEnd)) << "no palette";
  EXPECT_FALSE(is_read(head(palette) + kData + kPalette + kEnd)) << "a palette too late";
  EXPECT_FALSE(is_read(head(palette) + kPalette + kPalette + kData + kEnd)) << "two palettes";
  EXPECT_FALSE(is_read(head(palette, 1) + chunk("PLTE", "rgbRGBrgb") + kData + kEnd)) << "more colours than indices";
  EXPECT_FALSE(is_read(head(palette) + chunk("PLTE", "rg") + kData + kEnd)) << "half a colour";
  EXPECT_FALSE(is_read(head(grey) + kPalette + kData + kEnd)) << "a palette of grey";
  EXPECT_FALSE(is_read(head(palette) + chunk("tRNS", "a") + kPalette + kData + kEnd)) << "transparency first";
  EXPECT_FALSE(is_read(head(palette) + kPalette + chunk("tRNS", "abc") + kData + kEnd)) << "more alpha than colours";
  EXPECT_FALSE(is_read(head(rgb) + chunk("tRNS", "ab") + kData + kEnd)) << "a colour of one sample";
  EXPECT_FALSE(is_read(head(rgb_alpha) + chunk("tRNS", "abcdef") + kData + kEnd)) << "alpha twice";
  EXPECT_FALSE(is_read(head(rgb) + chunk("QUUX", "") + kData + kEnd)) << "something critical";
  EXPECT_FALSE(is_read(head(rgb) + chunk("CgBI", "....") + kData + kEnd)) << "Apple's own";
  EXPECT_FALSE(is_read(head(rgb, 4) + kData + kEnd)) << "no such depth";
  EXPECT_FALSE(is_read(head(static_cast<Colours>(5)) + kData + kEnd)) << "no such colours";
}

TEST(ReadHeader, LeavesWrongChecksumsToLibpng) {
  const auto file = head(Colours::rgb) + chunk("tEXt", "key") + kData + kEnd;
  ASSERT_TRUE(is_read(file));
  for (std::size_t at = 0; at < file.size(); ++at) {
    auto wrong = file;
    wrong[at] = static_cast<char>(wrong[at] ^ 1);
    EXPECT_FALSE(is_read(wrong)) << at;
  }
}

}  // namespace
}  // namespace calotype::png
