// The own decoder beside libjpeg-turbo: the same verdicts, and the same planes as far as they mean the same.
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "planar/decode.h"
#include "planar/jpeg_samples.h"

namespace calotype::planar {
namespace {

using samples::bytes_of;
using samples::every_make;
using samples::furthest;
using samples::jpeg_of;
using samples::Make;

struct Both {
  std::optional<Planes> own;
  Decoded turbo;
};

Both decode(const std::string& file, const JpegHeader& header, int scale, Arena& arena) {
  const Wanted wanted{.scale = scale, .box = {.width = header.size.width, .height = header.size.height}};
  return {.own = decode_own(bytes_of(file), header, wanted, arena),
          .turbo = decode_turbo(bytes_of(file), header, wanted, arena)};
}

/// The same picture at a fraction: `size` x `size` samples of each 8x8 by the definition of the transform, from the
/// samples that libjpeg-turbo gives in full.
std::vector<double> by_definition(const Plane& full, int column, int row, int size) {
  const auto part = [](int frequency, int place, int points) {
    const double scale = frequency == 0 ? std::sqrt(1.0 / 8) : 0.5;
    return scale * std::cos((2 * place + 1) * frequency * M_PI / (2 * points));
  };
  std::vector<double> made(static_cast<std::size_t>(size) * static_cast<std::size_t>(size), 0);
  for (int v = 0; v < size; ++v) {
    for (int u = 0; u < size; ++u) {
      double coefficient = 0;
      for (int y = 0; y < 8; ++y) {
        for (int x = 0; x < 8; ++x) {
          coefficient += (full.row(row * 8 + y)[column * 8 + x] - 128.0) * part(u, x, 8) * part(v, y, 8);
        }
      }
      for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; ++x) {
          made[static_cast<std::size_t>(y * size + x)] += coefficient * part(u, x, size) * part(v, y, size);
        }
      }
    }
  }
  return made;
}

TEST(DecodeOwn, GivesInFullWhatLibjpegTurboGives) {
  for (const Make& make : every_make()) {
    const auto file = jpeg_of(make);
    Arena arena;
    const auto header = read_jpeg_header(bytes_of(file));
    ASSERT_TRUE(header);

    const auto both = decode(file, *header, 8, arena);

    ASSERT_TRUE(both.own) << make.width << "x" << make.height;
    EXPECT_EQ(both.turbo.health, Health::clean);
    for (std::size_t c = 0; c < header->components.size(); ++c) {
      const auto& own = both.own->plane[c];
      const auto& turbo = both.turbo.planes.plane[c];
      EXPECT_EQ(own.width, turbo.width);
      EXPECT_EQ(own.height, turbo.height);
      EXPECT_LE(furthest(own, turbo), 1) << make.width << "x" << make.height << " component " << c;
    }
  }
}

TEST(DecodeOwn, KeepsTheLowFrequenciesOfEachBlock) {
  for (const int size : {1, 2, 3, 4}) {
    for (const Make& make :
         {Make{.width = 64, .height = 64}, Make{.width = 64, .height = 64, .quality = 95, .noise = 40}}) {
      const auto file = jpeg_of(make);
      Arena arena;
      const auto header = read_jpeg_header(bytes_of(file));
      const auto small = decode(file, *header, size, arena);
      const auto full = decode(file, *header, 8, arena);
      ASSERT_TRUE(small.own);
      double most = 0;
      for (std::size_t c = 0; c < 3; ++c) {
        const auto& plane = small.own->plane[c];
        for (int row = 0; row * size < plane.height; ++row) {
          for (int column = 0; column * size < plane.width; ++column) {
            const auto wanted = by_definition(full.turbo.planes.plane[c], column, row, size);
            for (int y = 0; y < size; ++y) {
              for (int x = 0; x < size; ++x) {
                const double want = std::clamp(wanted[static_cast<std::size_t>(y * size + x)] + 128, 0.0, 255.0);
                // Samples that were clipped in full have lost what this still knows.
                most = std::max(most, std::abs(want - plane.row(row * size + y)[column * size + x]));
              }
            }
          }
        }
      }
      EXPECT_LE(most, make.noise > 30 ? 12 : 3) << size;
    }
  }
}

TEST(DecodeOwn, PassesOverWhatIsOutsideOfTheBox) {
  const auto file = jpeg_of({.width = 320, .height = 320, .noise = 30});
  Arena arena;
  const auto header = read_jpeg_header(bytes_of(file));
  const Box box{.left = 100, .top = 110, .width = 90, .height = 80};

  const auto part = decode_own(bytes_of(file), *header, {.scale = 8, .box = box}, arena);
  const auto whole = decode(file, *header, 8, arena).own;

  ASSERT_TRUE(part && whole);
  EXPECT_EQ(part->plane[0].height, 192) << "it stops below the box";
  for (int y = box.top; y < box.top + box.height; ++y) {
    for (int x = box.left; x < box.left + box.width; ++x) {
      ASSERT_EQ(part->plane[0].row(y)[x], whole->plane[0].row(y)[x]) << x << " " << y;
    }
  }
}

TEST(DecodeOwn, LeavesWhatIsNotWholeToLibjpegTurbo) {
  const auto file = jpeg_of({.width = 160, .height = 160});
  Arena arena;
  const auto header = read_jpeg_header(bytes_of(file));
  const Wanted all{.scale = 8, .box = {.width = 160, .height = 160}};

  EXPECT_FALSE(decode_own(bytes_of(file.substr(0, file.size() - 2)), *header, all, arena)) << "no end";
  EXPECT_FALSE(decode_own(bytes_of(file.substr(0, file.size() / 2)), *header, all, arena));
  EXPECT_FALSE(decode_own(bytes_of(file.substr(0, file.size() / 2) + "\xFF\xD9"), *header, all, arena));
  const auto progressive = jpeg_of({.is_progressive = true});
  const auto its = read_jpeg_header(bytes_of(progressive));
  EXPECT_FALSE(decode_own(bytes_of(progressive), *its, all, arena));
  auto restarts = jpeg_of({.width = 160, .height = 160, .restart = 2});
  const auto mark = restarts.find("\xFF\xD1");
  ASSERT_NE(mark, std::string::npos);
  restarts[mark + 1] = '\xD3';
  const auto header_of = read_jpeg_header(bytes_of(restarts));
  EXPECT_FALSE(decode_own(bytes_of(restarts), *header_of, all, arena)) << "a restart is missing";
}

TEST(DecodeOwn, TakesNoMoreRestartsThanThereAreParts) {
  const auto file = jpeg_of({.width = 160, .height = 160, .restart = 2});
  const auto header = read_jpeg_header(bytes_of(file));
  Arena arena;
  const Wanted all{.scale = 1, .box = {.width = 160, .height = 160}};
  EXPECT_TRUE(decode_own(bytes_of(file), *header, all, arena));
  std::string flood = file.substr(0, header->scan);
  for (int i = 0; i < 3'000'000; ++i) flood += {'\xFF', static_cast<char>(0xD0 + i % 8)};
  EXPECT_FALSE(decode_own(bytes_of(flood + "\xFF\xD9"), *header, all, arena));
}

TEST(DecodeOwn, PassesOverWhatComesBehindThePicture) {
  const auto file = jpeg_of({.width = 160, .height = 160}) + std::string(100'000, '\xFF') + "a film, as phones append";
  const auto header = read_jpeg_header(bytes_of(file));
  Arena arena;
  EXPECT_TRUE(decode_own(bytes_of(file), *header, {.scale = 8, .box = {.width = 160, .height = 160}}, arena));
}

/// Whatever happens to a stream: what is taken for whole is so for libjpeg-turbo, too, and gives the same.
TEST(DecodeOwn, AgreesWithLibjpegTurboOnMutatedStreams) {
  constexpr int kEach = 500;
  std::mt19937 random(20261126);
  int taken = 0;
  int refused = 0;
  for (const Make& make : every_make()) {
    const auto file = jpeg_of(make);
    const auto first = read_jpeg_header(bytes_of(file));
    for (int i = 0; i < kEach; ++i) {
      auto bad = file;
      const auto changes = std::uniform_int_distribution<int>(1, 3)(random);
      for (int c = 0; c < changes; ++c) {
        const auto at =
            std::uniform_int_distribution<std::size_t>(i % 4 == 0 ? 2 : first->scan, file.size() - 1)(random);
        bad[at] = static_cast<char>(random() & 1U ? bad[at] ^ (1 << (random() % 8)) : random());
      }
      const auto header = read_jpeg_header(bytes_of(bad));
      if (!header || header->is_progressive || header->size.pixels() > 1'000'000) continue;
      for (const int scale : {2, 3, 8}) {
        Arena arena;
        const auto both = decode(bad, *header, scale, arena);
        ++(both.own ? taken : refused);
        // It also warns of what a header says in vain.
        if (!both.own || both.turbo.complaint.find("JFIF revision") != std::string::npos) continue;
        ASSERT_EQ(both.turbo.health, Health::clean)
            << "seed 20261126, " << make.width << "x" << make.height << " #" << i << " " << both.turbo.complaint;
        if (scale != 8) continue;
        for (std::size_t c = 0; c < header->components.size(); ++c) {
          // Coefficients that no encoder writes overflow differently: a few far-off samples, where both are rubbish.
          int far = 0;
          const auto& own = both.own->plane[c];
          for (int y = 0; y < own.height; ++y) {
            for (int x = 0; x < own.width; ++x)
              far += std::abs(own.row(y)[x] - both.turbo.planes.plane[c].row(y)[x]) > 2;
          }
          EXPECT_LE(far, own.width * own.height / 50 + 128) << make.width << "x" << make.height << " #" << i;
        }
      }
    }
  }
  EXPECT_GT(taken, 100);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace calotype::planar
