// The progressive decoder beside the one for baseline and libjpeg-turbo: the same picture, however it is cut into
// scans.
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "planar/decode.h"
#include "planar/jpeg_samples.h"

namespace calotype::planar {
namespace {

using samples::bytes_of;
using samples::furthest;
using samples::jpeg_of;
using samples::Make;

std::vector<Make> makes() {
  auto all = samples::every_make();
  for (auto& make : all) make.is_progressive = true;
  // Other ways to cut it: bands without bits to come, one band, bit by bit, and DC by component.
  for (const int script : {1, 2, 3}) {
    Make make{.width = 133, .height = 90, .quality = 90, .is_progressive = true, .noise = 30};
    make.script = script;
    all.push_back(make);
  }
  return all;
}

Wanted all_of(const JpegHeader& header, int scale, bool is_thorough = false) {
  return {
      .scale = scale, .box = {.width = header.size.width, .height = header.size.height}, .is_thorough = is_thorough};
}

std::string named(const Make& make) {
  return std::to_string(make.width) + "x" + std::to_string(make.height) + " script " + std::to_string(make.script);
}

TEST(DecodeProgressive, GivesInFullWhatLibjpegTurboGives) {
  for (const Make& make : makes()) {
    const auto file = jpeg_of(make);
    Arena arena;
    const auto header = read_jpeg_header(bytes_of(file));
    ASSERT_TRUE(header);
    EXPECT_FALSE(header->scans.empty()) << named(make);

    const auto own = decode_progressive(bytes_of(file), *header, all_of(*header, 8), arena);

    ASSERT_TRUE(own) << named(make);
    const auto turbo = decode_turbo(bytes_of(file), *header, all_of(*header, 8), arena);
    EXPECT_EQ(turbo.health, Health::clean);
    for (std::size_t c = 0; c < header->components.size(); ++c) {
      EXPECT_LE(furthest(own->plane[c], turbo.planes.plane[c]), 1) << named(make) << " component " << c;
    }
  }
}

TEST(DecodeProgressive, GivesAtEveryScaleWhatTheSameCoefficientsGiveAsBaseline) {
  for (const Make& make : makes()) {
    auto plain = make;
    plain.is_progressive = false;
    const auto file = jpeg_of(make);
    const auto baseline = jpeg_of(plain);
    const auto header = read_jpeg_header(bytes_of(file));
    const auto its = read_jpeg_header(bytes_of(baseline));
    for (const int scale : {1, 2, 3, 4, 8}) {
      for (const bool is_thorough : {false, true}) {
        Arena arena;
        const auto own = decode_progressive(bytes_of(file), *header, all_of(*header, scale, is_thorough), arena);
        const auto same = decode_own(bytes_of(baseline), *its, all_of(*its, scale), arena);
        ASSERT_TRUE(own && same) << named(make);
        for (std::size_t c = 0; c < header->components.size(); ++c) {
          EXPECT_EQ(furthest(own->plane[c], same->plane[c]), 0) << named(make) << " scale " << scale;
        }
      }
    }
  }
}

TEST(DecodeProgressive, PassesOverScansThatChangeNothing) {
  const auto file = jpeg_of({.width = 320, .height = 320, .is_progressive = true});
  const auto header = read_jpeg_header(bytes_of(file));
  ASSERT_TRUE(header);
  auto spoilt = file;
  for (const auto& scan : header->scans) {
    if (!scan.is_dc()) spoilt.replace(scan.begin, 8, 8, '\0');
  }
  const auto its = read_jpeg_header(bytes_of(spoilt));
  ASSERT_TRUE(its && !its->scans.empty());
  Arena arena;

  const auto small = decode_progressive(bytes_of(spoilt), *its, all_of(*its, 1), arena);

  ASSERT_TRUE(small);
  const auto whole = decode_progressive(bytes_of(file), *header, all_of(*header, 1), arena);
  EXPECT_EQ(furthest(small->plane[0], whole->plane[0]), 0);
  EXPECT_FALSE(decode_progressive(bytes_of(spoilt), *its, all_of(*its, 4), arena)) << "where they count";
}

TEST(DecodeProgressive, FillsTheBoxAlone) {
  const auto file = jpeg_of({.width = 320, .height = 320, .is_progressive = true, .noise = 30});
  Arena arena;
  const auto header = read_jpeg_header(bytes_of(file));
  const Box box{.left = 100, .top = 110, .width = 90, .height = 80};

  const auto part = decode_progressive(bytes_of(file), *header, {.scale = 8, .box = box}, arena);
  const auto whole = decode_progressive(bytes_of(file), *header, all_of(*header, 8), arena);

  ASSERT_TRUE(part && whole);
  EXPECT_EQ(part->plane[0].height, 192);
  for (int y = box.top; y < box.top + box.height; ++y) {
    for (int x = box.left; x < box.left + box.width; ++x) {
      ASSERT_EQ(part->plane[0].row(y)[x], whole->plane[0].row(y)[x]) << x << " " << y;
    }
  }
}

TEST(DecodeProgressive, TakesAsMuchMemoryAsItSays) {
  const auto file = jpeg_of({.width = 640, .height = 480, .is_progressive = true});
  const auto header = read_jpeg_header(bytes_of(file));
  for (const int scale : {1, 2, 4, 8}) {
    Arena arena;
    const auto own = decode_progressive(bytes_of(file), *header, all_of(*header, scale), arena);
    ASSERT_TRUE(own);
    const auto planes = 3 * own->plane[0].stride * (own->plane[0].height + 16);
    EXPECT_LE(static_cast<std::int64_t>(arena.taken()), progressive_bytes(*header, scale) + planes) << scale;
  }
}

TEST(DecodeProgressive, LeavesWhatIsNotWholeToLibjpegTurbo) {
  const auto file = jpeg_of({.width = 160, .height = 160, .is_progressive = true});
  Arena arena;
  const auto takes = [&arena](const std::string& bytes) {
    const auto header = read_jpeg_header(bytes_of(bytes));
    return header && decode_progressive(bytes_of(bytes), *header, all_of(*header, 8), arena);
  };
  ASSERT_TRUE(takes(file));
  EXPECT_TRUE(takes(file + "a film, as phones append"));
  for (std::size_t size = 0; size < file.size(); size += 7) EXPECT_FALSE(takes(file.substr(0, size))) << size;
  for (std::size_t size = 300; size < file.size() - 2; size += 97) {
    EXPECT_FALSE(takes(file.substr(0, size) + "\xFF\xD9")) << "an end too early, at " << size;
  }
  const auto baseline = jpeg_of({.width = 160, .height = 160});
  EXPECT_FALSE(takes(baseline));
}

/// Whatever happens to a stream: what is taken for whole is so for libjpeg-turbo, too, and gives the same.
TEST(DecodeProgressive, AgreesWithLibjpegTurboOnMutatedStreams) {
  std::mt19937 random(20261127);
  int taken = 0;
  int refused = 0;
  for (const Make& make : makes()) {
    const auto file = jpeg_of(make);
    const auto first = read_jpeg_header(bytes_of(file));
    for (int i = 0; i < 400; ++i) {
      auto bad = file;
      for (unsigned c = 0; c <= random() % 3; ++c) {
        const auto begin = i % 4 == 0 ? 2 : first->scan;
        const auto at = std::uniform_int_distribution<std::size_t>(begin, file.size() - 1)(random);
        bad[at] = static_cast<char>(random() & 1U ? bad[at] ^ (1 << (random() % 8)) : random());
      }
      const auto header = read_jpeg_header(bytes_of(bad));
      if (!header || !header->is_progressive || header->size.pixels() > 1'000'000) continue;
      for (const int scale : {2, 8}) {
        Arena arena;
        const auto own = decode_progressive(bytes_of(bad), *header, all_of(*header, scale, true), arena);
        ++(own ? taken : refused);
        if (!own) continue;
        const auto turbo = decode_turbo(bytes_of(bad), *header, all_of(*header, scale), arena);
        // It also warns of what a header says in vain.
        if (turbo.complaint.find("JFIF revision") != std::string::npos) continue;
        ASSERT_EQ(turbo.health, Health::clean) << named(make) << " #" << i << " " << turbo.complaint;
        if (scale != 8) continue;
        for (std::size_t c = 0; c < header->components.size(); ++c) {
          int far = 0;
          const auto& plane = own->plane[c];
          for (int y = 0; y < plane.height; ++y) {
            for (int x = 0; x < plane.width; ++x) {
              far += std::abs(plane.row(y)[x] - turbo.planes.plane[c].row(y)[x]) > 2;
            }
          }
          EXPECT_LE(far, plane.width * plane.height / 50 + 128) << named(make) << " #" << i;
        }
      }
    }
  }
  EXPECT_GT(taken, 100);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace calotype::planar
