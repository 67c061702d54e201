#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace calotype::planar {

/// How often each symbol comes.
using SymbolCounts = std::array<std::uint32_t, 256>;

/// The Huffman code that is the shortest for some counts, with no code over 16 bits and none of ones alone, as JPEG
/// wants it.
struct OptimalCode {
  std::array<std::uint8_t, 17> counts{};    ///< of codes of each length
  std::array<std::uint8_t, 256> symbols{};  ///< in rising order of their codes
  int total = 0;
  std::array<std::uint16_t, 256> codes{};
  std::array<std::uint8_t, 256> lengths{};  ///< 0: the symbol does not come

  static OptimalCode of(const SymbolCounts& counts);
  /// As a DHT segment holds it behind its class and number.
  std::string segment() const;
};

}  // namespace calotype::planar
