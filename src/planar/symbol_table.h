#pragma once

#include <array>
#include <cstdint>

#include "planar/huffman.h"

namespace calotype::planar {

/// The codes of a progressive JPEG's AC scan: symbols without their values, whose meaning depends on the scan.
class SymbolTable {
 public:
  explicit SymbolTable(const HuffmanSpec& spec) {
    int code = 0;
    int place = 0;
    std::size_t at = 0;
    symbols_ = spec.symbols;
    for (int length = 1; length <= 16; ++length) {
      const auto l = static_cast<std::size_t>(length);
      offset_[l] = place - code;
      for (int i = 0; i < spec.counts[l] && length <= kBits; ++i) {
        const auto symbol = symbols_[static_cast<std::size_t>(place + i)];
        const std::size_t end = at + (std::size_t{1} << static_cast<unsigned>(kBits - length));
        for (; at < end; ++at) looks_[at] = {.symbol = symbol, .bits = static_cast<std::uint8_t>(length)};
      }
      code += spec.counts[l];
      place += spec.counts[l];
      limit_[l] = code << (16 - length);
      code <<= 1;
    }
  }

  struct Look {
    std::uint8_t symbol = 0;
    std::uint8_t bits = 0;  ///< of the code; 0: there is no such code
  };

  Look look(std::uint64_t bits) const {
    const Look known = looks_[window<kBits>(bits)];
    return known.bits != 0 ? known : find(bits);
  }

 private:
  static constexpr int kBits = 10;

  Look find(std::uint64_t bits) const {
    const auto next = static_cast<std::int32_t>(bits >> 48);
    for (int length = kBits + 1; length <= 16; ++length) {
      const auto l = static_cast<std::size_t>(length);
      if (next >= limit_[l]) continue;
      const auto place = static_cast<std::size_t>((next >> (16 - length)) + offset_[l]) & 255;
      return {.symbol = symbols_[place], .bits = static_cast<std::uint8_t>(length)};
    }
    return {};
  }

  std::array<Look, std::size_t{1} << kBits> looks_{};
  std::array<std::uint8_t, 256> symbols_{};
  std::array<std::int32_t, 18> limit_{};
  std::array<std::int32_t, 18> offset_{};
};

}  // namespace calotype::planar
