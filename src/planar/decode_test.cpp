#include "planar/decode.h"

#include <gtest/gtest.h>

#include "planar/jpeg_samples.h"

namespace calotype::planar {
namespace {

using samples::bytes_of;
using samples::jpeg_of;
using samples::Make;

Decoded turbo(const std::string& file, int scale, Arena& arena, int rows = 0) {
  const auto header = read_jpeg_header(bytes_of(file));
  const Box box{.width = header->size.width, .height = rows > 0 ? rows : header->size.height};
  return decode_turbo(bytes_of(file), *header, {.scale = scale, .box = box}, arena);
}

TEST(DecodeTurbo, GivesPlanesOfTheScaledSize) {
  for (const Make& make : {Make{.width = 101, .height = 67}, Make{.width = 101, .height = 67, .down = 1},
                           Make{.width = 101, .height = 67, .across = 1, .down = 1}, Make{.across = 1, .down = 2},
                           Make{.is_grey = true}, Make{.is_progressive = true}}) {
    const std::string file = jpeg_of(make);
    for (const int scale : {1, 2, 4, 8}) {
      Arena arena;

      const auto decoded = turbo(file, scale, arena);

      EXPECT_EQ(decoded.health, Health::clean) << decoded.complaint;
      EXPECT_EQ(decoded.planes.is_grey(), make.is_grey);
      for (std::size_t i = 0; i < (make.is_grey ? 1U : 3U); ++i) {
        const Sampling sampling = decoded.planes.sampling(static_cast<int>(i));
        const Plane& plane = decoded.planes.plane[i];
        EXPECT_EQ(plane.width, scaled_length(make.width, sampling.across, decoded.planes.scale[i]));
        EXPECT_EQ(plane.height, scaled_length(make.height, sampling.down, decoded.planes.scale[i]));
      }
    }
  }
}

TEST(DecodeTurbo, StopsBelowTheBox) {
  const std::string file = jpeg_of({.width = 64, .height = 160});
  Arena arena;

  EXPECT_EQ(turbo(file, 8, arena, 40).planes.plane[0].height, 48);
}

TEST(DecodeTurbo, TellsTheHealthOfTheStream) {
  const std::string file = jpeg_of({.width = 160, .height = 160});
  Arena arena;

  EXPECT_EQ(turbo(file.substr(0, file.size() / 2), 8, arena).health, Health::truncated);

  std::string wrong = file;
  for (std::size_t at = wrong.size() / 2; at < wrong.size() / 2 + 40; ++at) wrong[at] = static_cast<char>(0xAB * at);
  wrong[wrong.size() / 2] = '\xFF';
  wrong[wrong.size() / 2 + 1] = '\xD9';
  EXPECT_EQ(turbo(wrong, 8, arena).health, Health::warned);

  const auto header = read_jpeg_header(bytes_of(file));
  EXPECT_EQ(
      decode_turbo(bytes_of("nothing"), *header, {.scale = 8, .box = {.width = 160, .height = 160}}, arena).health,
      Health::refused);
}

}  // namespace
}  // namespace calotype::planar
