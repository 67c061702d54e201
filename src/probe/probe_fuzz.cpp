#include <cstdint>
#include <cstdlib>

#include "core/error.h"
#include "probe/headers.h"
#include "probe/probe.h"

/// Any bytes give a header within bounds or one of two refusals. Seeds: tests/corpus/probe.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace calotype;
  try {
    const auto info = probe::probe(std::as_bytes(std::span(data, size)));
    const int side = static_cast<int>(probe::kMaxSide);
    const bool is_sane = info.size.width >= 1 && info.size.width <= side && info.size.height >= 1 &&
                         info.size.height <= side && info.frames >= 1 && info.frames <= probe::kMaxFrames &&
                         info.orientation >= 1 && info.orientation <= 8 && info.bit_depth >= 1 &&
                         info.bit_depth <= 64 && (!info.is_animated || info.frames > 1) && info.loop >= 0;
    if (!is_sane) std::abort();
  } catch (const Error& error) {
    if (error.fault() != Fault::unprocessable && error.fault() != Fault::unsupported) std::abort();
  }
  return 0;
}
