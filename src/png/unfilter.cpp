#include "png/unfilter.h"

#include <cstdlib>
#include <cstring>
#include <vector>

// Highway compiles this file once for each kind of processor, and picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "png/unfilter.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace calotype::png::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Each row is moved towards the front: what is stored a little behind a pixel was read before, and is written again.

void undo_up(const std::uint8_t* from, const std::uint8_t* above, std::uint8_t* into, std::size_t bytes) {
  const hn::CappedTag<std::uint8_t, 32> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= bytes; i += lanes) {
    hn::StoreU(hn::Add(hn::LoadU(d, from + i), hn::LoadU(d, above + i)), d, into + i);
  }
  for (; i < bytes; ++i) into[i] = static_cast<std::uint8_t>(from[i] + above[i]);
}

/// Pixels of 3 or 4 bytes, or of 6 or 8, a vector each: every one waits for the one before it.
template <int kPixel>
struct Pixels {
  static constexpr int kLanes = kPixel <= 4 ? 4 : 8;
  static constexpr hn::FixedTag<std::uint8_t, kLanes> d8{};
  static constexpr hn::FixedTag<std::int16_t, kLanes> d16{};
  using Bytes = hn::Vec<hn::FixedTag<std::uint8_t, kLanes>>;
  using Words = hn::Vec<hn::FixedTag<std::int16_t, kLanes>>;

  template <class Step>
  static HWY_INLINE void run(const std::uint8_t* from, const std::uint8_t* above, std::uint8_t* into, std::size_t bytes,
                             Step step) {
    std::size_t i = 0;
    for (; i + kLanes <= bytes; i += kPixel) hn::StoreU(step(from + i, above + i), d8, into + i);
    for (; i < bytes; i += kPixel) {
      std::uint8_t whole[kLanes];
      std::uint8_t over[kLanes] = {};
      std::memcpy(over, above + i, kPixel);
      hn::StoreU(step(from + i, over), d8, whole);
      std::memcpy(into + i, whole, kPixel);
    }
  }

  static HWY_NOINLINE void sub(const std::uint8_t* from, const std::uint8_t* above, std::uint8_t* into,
                               std::size_t bytes) {
    Bytes left = hn::Zero(d8);
    run(from, above, into, bytes, [&](const std::uint8_t* at, const std::uint8_t*) HWY_ATTR {
      left = hn::Add(left, hn::LoadU(d8, at));
      return left;
    });
  }

  static HWY_NOINLINE void average(const std::uint8_t* from, const std::uint8_t* above, std::uint8_t* into,
                                   std::size_t bytes) {
    Bytes left = hn::Zero(d8);
    const auto one = hn::Set(d8, 1);
    run(from, above, into, bytes, [&](const std::uint8_t* at, const std::uint8_t* over) HWY_ATTR {
      const auto up = hn::LoadU(d8, over);
      // The processor's average rounds up where the two differ in their last bit.
      const auto middle = hn::Sub(hn::AverageRound(left, up), hn::And(hn::Xor(left, up), one));
      left = hn::Add(hn::LoadU(d8, at), middle);
      return left;
    });
  }

  static HWY_NOINLINE void paeth(const std::uint8_t* from, const std::uint8_t* above, std::uint8_t* into,
                                 std::size_t bytes) {
    Words left = hn::Zero(d16);
    Words corner = hn::Zero(d16);
    const auto low = hn::Set(d16, 255);
    run(from, above, into, bytes, [&](const std::uint8_t* at, const std::uint8_t* over) HWY_ATTR {
      const Words up = hn::PromoteTo(d16, hn::LoadU(d8, over));
      const Words value = hn::PromoteTo(d16, hn::LoadU(d8, at));
      const auto to_left = hn::Sub(up, corner);
      const auto to_up = hn::Sub(left, corner);
      const auto of_corner = hn::Abs(hn::Add(to_left, to_up));
      const auto of_left = hn::Abs(to_left);
      const auto of_up = hn::Abs(to_up);
      const auto least = hn::Min(of_left, hn::Min(of_up, of_corner));
      const auto nearest =
          hn::IfThenElse(hn::Eq(least, of_left), left, hn::IfThenElse(hn::Eq(least, of_up), up, corner));
      corner = up;
      left = hn::And(hn::Add(value, nearest), low);
      return hn::DemoteTo(d8, left);
    });
  }
};

HWY_INLINE int nearest_of(int left, int up, int corner) {
  const int of_left = std::abs(up - corner);
  const int of_up = std::abs(left - corner);
  const int of_corner = std::abs(left + up - 2 * corner);
  if (of_left <= of_up && of_left <= of_corner) return left;
  return of_up <= of_corner ? up : corner;
}

/// Pixels of one or two bytes.
template <int kPixel>
struct SmallPixels {
  template <class Guess>
  static HWY_INLINE void run(const std::uint8_t* from, const std::uint8_t* above, std::uint8_t* into, std::size_t bytes,
                             Guess guess) {
    int left[kPixel] = {};
    int corner[kPixel] = {};
    for (std::size_t i = 0; i + kPixel <= bytes; i += kPixel) {
      for (std::size_t c = 0; c < kPixel; ++c) {
        const int up = above[i + c];
        left[c] = (from[i + c] + guess(left[c], up, corner[c])) & 255;
        corner[c] = up;
        into[i + c] = static_cast<std::uint8_t>(left[c]);
      }
    }
  }
  static void sub(const std::uint8_t* from, const std::uint8_t* above, std::uint8_t* into, std::size_t bytes) {
    run(from, above, into, bytes, [](int left, int, int) { return left; });
  }
  static void average(const std::uint8_t* from, const std::uint8_t* above, std::uint8_t* into, std::size_t bytes) {
    run(from, above, into, bytes, [](int left, int up, int) { return (left + up) / 2; });
  }
  static void paeth(const std::uint8_t* from, const std::uint8_t* above, std::uint8_t* into, std::size_t bytes) {
    run(from, above, into, bytes, nearest_of);
  }
};

template <class Of>
bool undo(std::uint8_t* rows, std::size_t row_bytes, std::size_t count, const std::uint8_t* nothing) {
  for (std::size_t y = 0; y < count; ++y) {
    const std::uint8_t* from = rows + kUnfilterLead + y * (row_bytes + 1) + 1;
    std::uint8_t* into = rows + y * row_bytes;
    const std::uint8_t* above = y == 0 ? nothing : into - row_bytes;
    switch (from[-1]) {
      case 0: std::memmove(into, from, row_bytes); break;
      case 1: Of::sub(from, above, into, row_bytes); break;
      case 2: undo_up(from, above, into, row_bytes); break;
      case 3: Of::average(from, above, into, row_bytes); break;
      case 4: Of::paeth(from, above, into, row_bytes); break;
      default: return false;
    }
  }
  return true;
}

bool undo_all(std::uint8_t* rows, std::size_t row_bytes, std::size_t count, int pixel, const std::uint8_t* nothing) {
  switch (pixel) {
    case 1: return undo<SmallPixels<1>>(rows, row_bytes, count, nothing);
    case 2: return undo<SmallPixels<2>>(rows, row_bytes, count, nothing);
    case 3: return undo<Pixels<3>>(rows, row_bytes, count, nothing);
    case 4: return undo<Pixels<4>>(rows, row_bytes, count, nothing);
    case 6: return undo<Pixels<6>>(rows, row_bytes, count, nothing);
    case 8: return undo<Pixels<8>>(rows, row_bytes, count, nothing);
    default: return false;
  }
}

}  // namespace calotype::png::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace calotype::png {
namespace {

HWY_EXPORT(undo_all);

}  // namespace

bool unfilter(std::uint8_t* rows, std::size_t row_bytes, std::size_t count, int pixel) {
  // What lies above the first row.
  const std::vector<std::uint8_t> nothing(row_bytes + kUnfilterSlack, 0);
  return HWY_DYNAMIC_DISPATCH(undo_all)(rows, row_bytes, count, pixel, nothing.data());
}

}  // namespace calotype::png
#endif
