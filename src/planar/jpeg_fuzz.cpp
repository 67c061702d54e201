#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "planar/decode.h"
#include "planar/encode.h"

namespace calotype::planar {
namespace {

constexpr std::int64_t kMostPixels = 200'000;

volatile std::uint64_t g_seen = 0;

/// Of every sample, so that each is looked at.
std::uint64_t sum_of(const Planes& planes) {
  std::uint64_t sum = 0;
  for (const auto& plane : planes.plane) {
    for (int y = 0; y < plane.height; ++y) {
      for (int x = 0; x < plane.width; ++x) sum += plane.row(y)[x];
    }
  }
  return sum;
}

/// What was taken for whole can be written, and is whole again.
void write_again(const Planes& planes, Arena& arena) {
  QuantisationSteps steps;
  for (auto& table : steps) table.fill(static_cast<std::uint8_t>(1 + sum_of(planes) % 40));
  const auto file = "\xFF\xD8" + encode_baseline(planes, steps, arena);
  const auto bytes = std::as_bytes(std::span(file));
  const auto header = read_jpeg_header(bytes);
  if (!header) std::abort();
  const Wanted all{.scale = 8, .box = {.width = header->size.width, .height = header->size.height}};
  if (!decode_own(bytes, *header, all, arena)) std::abort();
}

void decode(std::span<const std::byte> file, const JpegHeader& header, int scale) {
  Arena arena;
  const Wanted wanted{
      .scale = scale, .box = {.width = header.size.width, .height = header.size.height}, .is_thorough = true};
  const auto decoder = header.is_progressive ? decode_progressive : decode_own;
  const auto own = decoder(file, header, wanted, arena);
  const auto turbo = decode_turbo(file, header, wanted, arena);
  g_seen = g_seen + sum_of(turbo.planes);
  if (!own) return;
  // It also warns of what a header says in vain.
  const bool is_about_header = turbo.complaint.find("JFIF revision") != std::string::npos;
  if (turbo.health != Health::clean && !is_about_header) std::abort();
  if (scale == 8) write_again(*own, arena);
}

}  // namespace
}  // namespace calotype::planar

/// Whatever bytes: what the own decoder takes for whole is so for libjpeg-turbo, too, and can be written again. Seeds:
/// tests/corpus/jpeg.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace calotype::planar;
  const auto file = std::as_bytes(std::span(data, size));
  const auto header = read_jpeg_header(file);
  if (!header || header->size.pixels() > kMostPixels) return 0;
  for (const int scale : {1, 2, 3, 4, 8}) decode(file, *header, scale);
  return 0;
}
