#include "planar/resample_alpha.h"

#include <algorithm>
#include <cstring>

// Highway compiles this file once for each kind of processor, and picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "planar/resample_alpha.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "planar/mix_columns.h"

// What all of them share.
#ifndef CALOTYPE_PLANAR_RESAMPLE_ALPHA
#define CALOTYPE_PLANAR_RESAMPLE_ALPHA
namespace calotype::planar {

/// Rows of 16-bit values, band by band: colours times alpha in 15 bits, and alpha in as many.
struct AlphaRows {
  int bands = 4;
  int width = 0;             ///< of the source
  int target = 0;            ///< width
  std::ptrdiff_t pitch = 0;  ///< from one band of a row to the next
  int held = 0;              ///< so many rows of the source are kept: those of one row of the target
  std::int16_t* ring = nullptr;
  const std::int16_t** taps = nullptr;  ///< the rows that one of the target is made of
  std::int16_t* mixed = nullptr;
  std::int32_t* sums[4] = {};
  std::uint8_t* staged = nullptr;  ///< a row of the source, or one of the target, with slack behind it

  std::int16_t* row(int y) const { return ring + y % held * (pitch * bands); }
};

}  // namespace calotype::planar
#endif

HWY_BEFORE_NAMESPACE();
namespace calotype::planar::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// c * a / 2 of each colour, and a * 2^7.
void premultiply_row(const AlphaRows& rows, const std::uint8_t* from, std::int16_t* into) {
  const hn::CappedTag<std::uint16_t, 32> d16;
  const hn::RebindToSigned<decltype(d16)> ds;
  const hn::Rebind<std::uint8_t, decltype(d16)> d8;
  const auto lanes = static_cast<int>(hn::Lanes(d16));
  std::memcpy(rows.staged, from, static_cast<std::size_t>(rows.width) * static_cast<std::size_t>(rows.bands));
  const auto product = [&](hn::Vec<decltype(d8)> colour, hn::Vec<decltype(d16)> alpha) HWY_ATTR {
    return hn::BitCast(ds, hn::ShiftRight<1>(hn::Mul(hn::PromoteTo(d16, colour), alpha)));
  };
  for (int x = 0; x < rows.width; x += lanes) {
    auto a = hn::Zero(d8);
    auto b = hn::Zero(d8);
    auto c = hn::Zero(d8);
    auto e = hn::Zero(d8);
    if (rows.bands == 4) {
      hn::LoadInterleaved4(d8, rows.staged + 4 * x, a, b, c, e);
    } else {
      hn::LoadInterleaved2(d8, rows.staged + 2 * x, a, e);
    }
    const auto alpha = hn::PromoteTo(d16, e);
    hn::StoreU(product(a, alpha), ds, into + x);
    if (rows.bands == 4) {
      hn::StoreU(product(b, alpha), ds, into + rows.pitch + x);
      hn::StoreU(product(c, alpha), ds, into + 2 * rows.pitch + x);
    }
    hn::StoreU(hn::BitCast(ds, hn::ShiftLeft<7>(alpha)), ds, into + (rows.bands - 1) * rows.pitch + x);
  }
}

/// One row of all bands from those that are held, from number `first` on.
void mix_held(const AlphaRows& rows, int first, const std::int16_t* weights, int used) {
  for (int t = 0; t < used; ++t) rows.taps[t] = rows.row(first + t);
  const hn::CappedTag<std::int16_t, 32> d;
  const auto lanes = static_cast<int>(hn::Lanes(d));
  const auto count = static_cast<int>(rows.pitch) * rows.bands;
  for (int x = 0; x < count; x += 2 * lanes) {
    auto left = hn::Zero(d);
    auto right = hn::Zero(d);
    for (int t = 0; t < used; ++t) {
      const std::int16_t* at = rows.taps[t] + x;
      const auto weight = hn::Set(d, weights[t]);
      left = hn::SaturatedAdd(left, hn::MulFixedPoint15(hn::Load(d, at), weight));
      right = hn::SaturatedAdd(right, hn::MulFixedPoint15(hn::Load(d, at + lanes), weight));
    }
    hn::Store(left, d, rows.mixed + x);
    hn::Store(right, d, rows.mixed + x + lanes);
  }
}

/// Sums into samples: alpha of 2^20 times 255, and colours that are divided by it.
void finish_row(const AlphaRows& rows, std::uint8_t* into) {
  const hn::CappedTag<std::int32_t, 16> d32;
  const hn::RebindToFloat<decltype(d32)> df;
  const hn::Rebind<std::uint8_t, decltype(d32)> d8;
  const auto lanes = static_cast<int>(hn::Lanes(d32));
  constexpr float kFull = 255.0F * (1 << (Weights::kBits + 6));
  const auto white = hn::Set(df, 255.0F);
  const auto zero = hn::Zero(df);
  const auto sample = [&](hn::Vec<decltype(df)> value)
                          HWY_ATTR { return hn::DemoteTo(d8, hn::NearestInt(hn::Min(hn::Max(value, zero), white))); };
  for (int x = 0; x < rows.target; x += lanes) {
    // Above full where the filter overshoots, as colours are then: what they are divided by is not clipped.
    const auto alpha = hn::ConvertTo(df, hn::Load(d32, rows.sums[rows.bands - 1] + x));
    // A sum of colour is a quarter of colour times alpha, where one of alpha is alpha times 2^6.
    const auto factor = hn::IfThenElseZero(hn::Gt(alpha, zero), hn::Div(hn::Set(df, 256.0F), alpha));
    const auto colour = [&](int band) HWY_ATTR {
      return sample(hn::Mul(hn::ConvertTo(df, hn::Load(d32, rows.sums[band] + x)), factor));
    };
    const auto opacity = sample(hn::Mul(alpha, hn::Set(df, 255.0F / kFull)));
    if (rows.bands == 4) {
      hn::StoreInterleaved4(colour(0), colour(1), colour(2), opacity, d8, rows.staged + 4 * x);
    } else {
      hn::StoreInterleaved2(colour(0), opacity, d8, rows.staged + 2 * x);
    }
  }
  std::memcpy(into, rows.staged, static_cast<std::size_t>(rows.target) * static_cast<std::size_t>(rows.bands));
}

void resample_alpha_rows(const Interleaved& source, const Weights& across, const Weights& down, const AlphaRows& rows,
                         std::uint8_t* into) {
  const auto stride = static_cast<std::ptrdiff_t>(source.width) * source.bands;
  int before = 0;
  int ready = 0;
  for (int y = 0; y < down.count(); ++y) {
    const int first = down.first[static_cast<std::size_t>(y)];
    if (first < before) ready = first;  // a reversed axis
    before = first;
    for (ready = std::max(ready, first); ready < first + down.used; ++ready) {
      premultiply_row(rows, source.samples + ready * stride, rows.row(ready));
    }
    mix_held(rows, first, down.of(y).data(), down.used);
    for (int band = 0; band < rows.bands; ++band) mix_columns(rows.mixed + band * rows.pitch, across, rows.sums[band]);
    finish_row(rows, into + y * (static_cast<std::ptrdiff_t>(rows.target) * rows.bands));
  }
}

}  // namespace calotype::planar::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace calotype::planar {
namespace {

HWY_EXPORT(resample_alpha_rows);

std::size_t padded(int count) { return (static_cast<std::size_t>(count) + 2 * kRowSlack - 1) / kRowSlack * kRowSlack; }

}  // namespace

void resample_with_alpha(const Interleaved& source, const Weights& across, const Weights& down, std::uint8_t* into,
                         Arena& arena) {
  AlphaRows rows{.bands = source.bands, .width = source.width, .target = across.count()};
  const auto bands = static_cast<std::size_t>(source.bands);
  rows.pitch = static_cast<std::ptrdiff_t>(padded(source.width));
  rows.held = down.used;
  const std::size_t row = padded(source.width) * bands;
  const std::size_t ring = row * static_cast<std::size_t>(rows.held);
  rows.ring = arena.take<std::int16_t>(ring);
  rows.taps = arena.take<const std::int16_t*>(static_cast<std::size_t>(rows.held));
  rows.mixed = arena.take<std::int16_t>(row);
  // What is behind the end of a row has no weight, but is looked at.
  std::fill_n(rows.ring, ring, std::int16_t{0});
  for (std::size_t band = 0; band < bands; ++band) {
    rows.sums[band] = arena.take<std::int32_t>(padded(across.count()));
    std::fill_n(rows.sums[band], padded(across.count()), 0);
  }
  rows.staged = arena.take<std::uint8_t>(bands * std::max(padded(source.width), padded(across.count())));
  HWY_DYNAMIC_DISPATCH(resample_alpha_rows)(source, across, down, rows, into);
}

}  // namespace calotype::planar
#endif
