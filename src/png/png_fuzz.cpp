#include <cstdint>
#include <cstdlib>
#include <string>

#include "png/png_samples.h"
#include "png/read.h"

namespace calotype::png {
namespace {

constexpr std::int64_t kMostPixels = 200'000;

void compare(const std::string& file) {
  const auto header = read_header(samples::bytes_of(file));
  if (!header || header->size.pixels() > kMostPixels) return;
  planar::Arena arena;
  const auto pixels = read(*header, arena);
  if (!pixels) return;
  samples::Reference reference;
  int complaints = 0;
  if (!samples::read_with_libpng(file, reference, complaints)) std::abort();
  const auto bytes = static_cast<std::size_t>(pixels->size.pixels() * pixels->bands * pixels->bits / 8);
  if (reference.bands != pixels->bands || reference.bits != pixels->bits || reference.samples.size() != bytes ||
      std::memcmp(reference.samples.data(), pixels->samples, bytes) != 0) {
    std::abort();
  }
}

}  // namespace
}  // namespace calotype::png

/// Whatever bytes, as they are and with their checksums put right: what is read is the same for libpng. Seeds:
/// tests/corpus/png.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace calotype::png;
  std::string file(reinterpret_cast<const char*>(data), size);
  compare(file);
  samples::put_checksums_right(file);
  compare(file);
  return 0;
}
