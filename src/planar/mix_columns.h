// Included once for each kind of processor, after Highway: no #pragma once.
#if defined(CALOTYPE_PLANAR_MIX_COLUMNS) == defined(HWY_TARGET_TOGGLE)
#ifdef CALOTYPE_PLANAR_MIX_COLUMNS
#undef CALOTYPE_PLANAR_MIX_COLUMNS
#else
#define CALOTYPE_PLANAR_MIX_COLUMNS
#endif

#include "planar/weights.h"

HWY_BEFORE_NAMESPACE();
namespace calotype::planar::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Four sums of four at once: a sum across a vector costs more than what is summed.
template <class D32, class V = hn::Vec<D32>>
HWY_INLINE V sums_of(D32 d, V a, V b, V c, V e) {
  const V left = hn::Add(hn::InterleaveLower(d, a, b), hn::InterleaveUpper(d, a, b));
  const V right = hn::Add(hn::InterleaveLower(d, c, e), hn::InterleaveUpper(d, c, e));
  return hn::Add(hn::ConcatLowerLower(d, right, left), hn::ConcatUpperUpper(d, right, left));
}

/// Each sample of a row from those of another that it is made of.
inline void mix_columns(const std::int16_t* row, const Weights& weights, std::int32_t* into) {
  const hn::FixedTag<std::int16_t, Weights::kStep> d16;
  const hn::RepartitionToWide<decltype(d16)> d32;
  using Sums = hn::Vec<decltype(d32)>;
  const auto taps = static_cast<std::ptrdiff_t>(weights.taps);
  const auto sum = [&](const std::int16_t* at, const std::int16_t* weight) HWY_ATTR -> Sums {
    auto even = hn::Zero(d32);
    auto odd = hn::Zero(d32);
    for (std::ptrdiff_t t = 0; t < taps; t += Weights::kStep) {
      even = hn::ReorderWidenMulAccumulate(d32, hn::LoadU(d16, at + t), hn::LoadU(d16, weight + t), even, odd);
    }
    return hn::RearrangeToOddPlusEven(even, odd);
  };
  const std::int16_t* weight = weights.values.data();
  const std::int32_t* first = weights.first.data();
  int x = 0;
  for (; x + 4 <= weights.count(); x += 4, weight += 4 * taps) {
    const auto all = sums_of(d32, sum(row + first[x], weight), sum(row + first[x + 1], weight + taps),
                             sum(row + first[x + 2], weight + 2 * taps), sum(row + first[x + 3], weight + 3 * taps));
    hn::StoreU(all, d32, into + x);
  }
  for (; x < weights.count(); ++x, weight += taps) {
    into[x] = hn::GetLane(hn::SumOfLanes(d32, sum(row + first[x], weight)));
  }
}

}  // namespace
}  // namespace calotype::planar::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
