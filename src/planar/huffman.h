#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "planar/jpeg_header.h"

/// The codes of a baseline JPEG as tables that give more than one symbol's length: the decoder (entropy.h) looks the
/// next bits up and knows what to do, nearly always with one look.
namespace calotype::planar {

/// The next bits of a stream, the first in the highest place, as an index into a table.
template <int kBits>
constexpr std::uint32_t window(std::uint64_t bits) {
  return static_cast<std::uint32_t>(bits >> (64 - kBits));
}

/// What a table says of a window. Where the code and its value fit into it, `value` is ready. Where only the code does,
/// `bits` is 0 and `value` holds its length, and above that of the value. Where not even that does, or there is no such
/// code, all is 0.
struct Look {
  std::int16_t value = 0;
  std::uint8_t advance = 0;  ///< coefficients that it goes on, its own included; kEndOfBlock
  std::uint8_t bits = 0;     ///< that are used up

  int code_bits() const { return value & 255; }
  int value_bits() const { return value >> 8; }
};

constexpr std::uint8_t kEndOfBlock = 128;

/// Several symbols at once; small, because the tables of a picture compete for the nearest cache.
struct Leap {
  std::uint8_t advance = 0;  ///< over all of them; with kEndOfBlock where the last one is that
  std::uint8_t bits = 0;     ///< 0: not even one fits
};

/// One symbol by its code alone.
struct Symbol {
  std::uint8_t run = 0;
  std::uint8_t size = 0;  ///< bits of the value that follow
  std::uint8_t bits = 0;  ///< of the code; 0: there is no such code
};

/// The longest a value may be; longer ones are legal, but not in a picture of 8 bits.
constexpr int kMostDcBits = 11;
constexpr int kMostAcBits = 10;

class HuffmanTable {
 public:
  static constexpr int kLookBits = 11;
  static constexpr int kLeapBits = 12;

  enum class Kind { dc, ac };

  /// Nothing for a table with symbols that no picture of 8 bits has.
  static std::optional<HuffmanTable> make(const HuffmanSpec& spec, Kind kind);

  /// One symbol with its value.
  const Look& look(std::uint64_t bits) const { return looks_[window<kLookBits>(bits)]; }
  /// As many whole symbols with their values as fit, up to the end of the block; what they are worth is not said.
  Leap leap(std::uint64_t bits) const { return leaps_[window<kLeapBits>(bits)]; }
  /// One symbol of any length, without its value.
  Symbol find(std::uint64_t bits) const;

 private:
  void fill_looks(const HuffmanSpec& spec);
  void fill_leaps();
  Look look_of(int symbol, int length, std::uint32_t bits) const;

  Kind kind_ = Kind::ac;
  std::array<std::uint8_t, 256> symbols_{};
  std::array<std::int32_t, 18> limit_{};   ///< of each length: the first code that is too large, in 16 bits
  std::array<std::int32_t, 18> offset_{};  ///< of each length: from a code to its symbol's place
  std::array<Look, std::size_t{1} << kLookBits> looks_{};
  std::array<Leap, std::size_t{1} << kLeapBits> leaps_{};
};

/// The number that `size` bits stand for (ITU-T T.81, F.2.2.1).
constexpr int extended(int bits, int size) { return bits < (1 << size >> 1) ? bits - (1 << size) + 1 : bits; }

}  // namespace calotype::planar
