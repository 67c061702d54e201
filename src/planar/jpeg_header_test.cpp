#include "planar/jpeg_header.h"

#include <gtest/gtest.h>

#include "planar/jpeg_samples.h"

namespace calotype::planar {
namespace {

using samples::bytes_of;
using samples::jpeg_of;
using samples::Make;

TEST(JpegHeader, SaysSizeSamplingAndTables) {
  const std::string file = jpeg_of({.width = 101, .height = 67, .across = 2, .down = 1, .restart = 5});

  const auto header = read_jpeg_header(bytes_of(file));

  ASSERT_TRUE(header);
  EXPECT_EQ(header->size, (Size{.width = 101, .height = 67}));
  EXPECT_EQ(header->chroma(), (Sampling{.across = 2, .down = 1}));
  EXPECT_EQ(header->restart_interval, 5);
  EXPECT_FALSE(header->is_progressive);
  EXPECT_EQ(header->components.size(), 3U);
  EXPECT_EQ(header->dc[0].total, 12);
  EXPECT_EQ(header->ac[1].total, 162);
  EXPECT_LT(header->scan, file.size());
}

TEST(JpegHeader, TakesGreyAndProgressive) {
  EXPECT_TRUE(read_jpeg_header(bytes_of(jpeg_of({.is_grey = true})))->is_grey());
  EXPECT_TRUE(read_jpeg_header(bytes_of(jpeg_of({.is_progressive = true})))->is_progressive);
}

TEST(JpegHeader, LeavesOtherSamplingAlone) {
  EXPECT_TRUE(read_jpeg_header(bytes_of(jpeg_of({.across = 1, .down = 2}))));
  EXPECT_FALSE(read_jpeg_header(bytes_of(jpeg_of({.across = 4, .down = 1}))));
}

/// With one segment more, right behind SOI.
std::string with_segment(std::string file, int marker, const std::string& payload) {
  const std::size_t length = payload.size() + 2;
  const std::string segment = std::string("\xFF") + static_cast<char>(marker) + static_cast<char>(length >> 8U) +
                              static_cast<char>(length & 0xFFU) + payload;
  return file.insert(2, segment);
}

TEST(JpegHeader, FindsWhatIsAttached) {
  std::string file = jpeg_of({});
  file = with_segment(file, 0xE1, std::string("Exif\0\0II", 8));
  file = with_segment(file, 0xE1, std::string("http://ns.adobe.com/xap/1.0/\0<x/>", 33));
  file = with_segment(file, 0xED,
                      std::string("Photoshop 3.0\0"
                                  "8BIM",
                                  18));

  const auto header = read_jpeg_header(bytes_of(file));

  ASSERT_TRUE(header);
  EXPECT_EQ(header->exif, std::vector<std::string_view>{"II"});
  EXPECT_EQ(header->xmp, std::vector<std::string_view>{"<x/>"});
  EXPECT_EQ(header->photoshop, std::vector<std::string_view>{"8BIM"});
  EXPECT_TRUE(header->profile.empty());
  file = with_segment(file, 0xE2, std::string("ICC_PROFILE\0\1\1", 14));
  EXPECT_EQ(read_jpeg_header(bytes_of(file))->profile, std::vector<std::string_view>{"\1\1"});
}

TEST(JpegHeader, BelievesAdobeAboutRgbUnlessThereIsJfif) {
  std::string file = jpeg_of({});
  const std::string adobe("Adobe\0\x64\0\0\0\0\0", 12);
  EXPECT_TRUE(read_jpeg_header(bytes_of(with_segment(file, 0xEE, adobe))));

  const std::size_t jfif = file.find("JFIF");
  file[jfif] = 'X';
  EXPECT_FALSE(read_jpeg_header(bytes_of(with_segment(file, 0xEE, adobe))));
}

TEST(JpegHeader, EndsWhereverTheFileIsCut) {
  const std::string file = jpeg_of({});
  const std::size_t scan = read_jpeg_header(bytes_of(file))->scan;
  for (std::size_t size = 0; size < scan; ++size) {
    // A copy of that very size, so that a sanitizer sees a byte too far.
    const std::vector<char> cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(read_jpeg_header(std::as_bytes(std::span(cut)))) << size;
  }
}

TEST(JpegHeader, RefusesTablesThatDoNotAddUp) {
  const std::string good = jpeg_of({});
  const std::size_t dht = good.find("\xFF\xC4");
  std::string crowded = good;
  crowded[dht + 5] = 3;  // three codes of one bit
  EXPECT_FALSE(read_jpeg_header(bytes_of(crowded)));

  std::string lost = good;
  const std::size_t sos = good.find(std::string("\xFF\xDA"));
  lost[sos + 6] = 0x33;  // tables that were never given
  EXPECT_FALSE(read_jpeg_header(bytes_of(lost)));
}

}  // namespace
}  // namespace calotype::planar
