// Included once for each kind of processor, after Highway: no #pragma once.
#if defined(CALOTYPE_PLANAR_BITS) == defined(HWY_TARGET_TOGGLE)
#ifdef CALOTYPE_PLANAR_BITS
#undef CALOTYPE_PLANAR_BITS
#else
#define CALOTYPE_PLANAR_BITS
#endif

#include <cstdint>
#include <cstring>

#include "planar/huffman.h"

HWY_BEFORE_NAMESPACE();
namespace calotype::planar::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Written before it is read: clearing it first, as the project's flags would, costs as much as the transform.
#undef CALOTYPE_RAW
#define CALOTYPE_RAW [[clang::uninitialized]]

/// The next bits, the first in the highest place. Reads ahead, up to Scan::kSlack behind the end between two checks.
class Bits {
 public:
  Bits(const std::uint8_t* begin, const std::uint8_t* end) : at_(begin), end_(end) { refill(); }

  /// At least 56 are there afterwards.
  HWY_INLINE void refill() {
    std::uint64_t next;
    std::memcpy(&next, at_, sizeof next);
    bits_ |= __builtin_bswap64(next) >> count_;
    at_ += (63 - count_) >> 3;
    count_ |= 56;
  }
  /// At least so many are. What follows waits for a refill, so that it pays to ask.
  HWY_INLINE void need(int count) {
    if (HWY_UNLIKELY(count_ < count)) refill();
  }
  HWY_INLINE void use(int count) {
    bits_ <<= count;
    count_ -= count;
  }
  HWY_INLINE std::uint64_t peek() const { return bits_; }
  HWY_INLINE int take(int count) {
    const auto value = static_cast<int>(bits_ >> 1 >> (63 - count));
    use(count);
    return value;
  }
  /// Whether no more was used than there is.
  bool is_within() const { return left() >= 0; }
  std::ptrdiff_t left() const { return (end_ - at_) * 8 + count_; }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::uint64_t bits_ = 0;
  int count_ = 0;
};

/// The longest that a symbol with its value can be.
constexpr int kMostSymbol = 27;

/// A symbol that is longer than the table's window.
HWY_NOINLINE Look read_long_symbol(std::uint64_t bits, const HuffmanTable& table, bool is_dc) {
  const auto symbol = table.find(bits);
  if (symbol.bits == 0) return {};
  const bool is_end = !is_dc && symbol.size == 0 && symbol.run != 15;
  return {.value = static_cast<std::int16_t>(symbol.size << 8 | symbol.bits),
          .advance = is_end ? kEndOfBlock : static_cast<std::uint8_t>(symbol.run + 1)};
}

/// What one symbol stands for; advance 0: nothing that may be there. At least kMostSymbol bits must be there.
HWY_INLINE Look read_symbol(Bits& in, const HuffmanTable& table, bool is_dc) {
  Look look = table.look(in.peek());
  if (HWY_LIKELY(look.bits != 0)) {
    in.use(look.bits);
    return look;
  }
  if (look.advance == 0) look = read_long_symbol(in.peek(), table, is_dc);
  const int size = look.value_bits();
  in.use(look.code_bits());
  look.value = size == 0 ? std::int16_t{0} : static_cast<std::int16_t>(extended(in.take(size), size));
  return look;
}

}  // namespace
}  // namespace calotype::planar::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
