#include "planar/resample.h"

#include <algorithm>
#include <cstring>

// Highway compiles this file once for each kind of processor, and picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "planar/resample.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "planar/mix_columns.h"

// What all of them share.
#ifndef CALOTYPE_PLANAR_RESAMPLE
#define CALOTYPE_PLANAR_RESAMPLE
namespace calotype::planar {

/// What the rows of several bands need.
struct BandRows {
  std::int16_t* mixed = nullptr;  ///< of all bands
  std::int16_t* parted[3] = {};
  std::int32_t* sums = nullptr;
  std::uint8_t* done[3] = {};
  std::uint8_t* joined = nullptr;
};

}  // namespace calotype::planar
#endif

HWY_BEFORE_NAMESPACE();
namespace calotype::planar::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Fraction bits of a value between the two directions.
constexpr int kMiddleBits = 6;

/// One row of 16-bit values from a column of 8-bit ones. Writes up to the slack.
void mix_rows(const Plane& source, int first, const std::int16_t* weights, int used, std::int16_t* into) {
  const hn::ScalableTag<std::int16_t> d16;
  const hn::Rebind<std::uint8_t, decltype(d16)> d8;
  const auto lanes = static_cast<int>(hn::Lanes(d16));
  // x * 2^7 * w * 2^14 / 2^15 = x * w * 2^6
  const auto tap = [&](const std::uint8_t* at, hn::Vec<decltype(d16)> weight) HWY_ATTR {
    return hn::MulFixedPoint15(hn::ShiftLeft<7>(hn::PromoteTo(d16, hn::LoadU(d8, at))), weight);
  };
  for (int x = 0; x < source.width; x += 2 * lanes) {
    auto left = hn::Zero(d16);
    auto right = hn::Zero(d16);
    const std::uint8_t* at = source.row(first) + x;
    for (int t = 0; t < used; ++t, at += source.stride) {
      const auto weight = hn::Set(d16, weights[t]);
      left = hn::SaturatedAdd(left, tap(at, weight));
      right = hn::SaturatedAdd(right, tap(at + lanes, weight));
    }
    hn::StoreU(left, d16, into + x);
    hn::StoreU(right, d16, into + x + lanes);
  }
}

/// The same of a row that ends where it ends: nothing is read behind it. It has Interleaved::kLeastSamples at least.
void mix_rows_within(const std::uint8_t* from, std::ptrdiff_t stride, int count, const std::int16_t* weights, int used,
                     std::int16_t* into) {
  const hn::CappedTag<std::int16_t, 32> d16;
  const int block = 2 * static_cast<int>(hn::Lanes(d16));
  const Plane whole{
      .samples = const_cast<std::uint8_t*>(from), .width = count / block * block, .height = 0, .stride = stride};
  mix_rows(whole, 0, weights, used, into);
  if (whole.width == count) return;
  // The last block again, with what was left over.
  const int last = count - block;
  const Plane rest{.samples = const_cast<std::uint8_t*>(from) + last, .width = block, .height = 0, .stride = stride};
  mix_rows(rest, 0, weights, used, into + last);
}

void part_bands(const std::int16_t* row, int width, std::int16_t* const* bands) {
  const hn::CappedTag<std::int16_t, 32> d16;
  const auto lanes = static_cast<int>(hn::Lanes(d16));
  for (int x = 0; x < width; x += lanes) {
    auto a = hn::Zero(d16);
    auto b = hn::Zero(d16);
    auto c = hn::Zero(d16);
    hn::LoadInterleaved3(d16, row + 3 * x, a, b, c);
    hn::StoreU(a, d16, bands[0] + x);
    hn::StoreU(b, d16, bands[1] + x);
    hn::StoreU(c, d16, bands[2] + x);
  }
}

void join_bands(const std::uint8_t* const* bands, int width, std::uint8_t* row) {
  const hn::CappedTag<std::uint8_t, 64> d8;
  const auto lanes = static_cast<int>(hn::Lanes(d8));
  for (int x = 0; x < width; x += lanes) {
    hn::StoreInterleaved3(hn::LoadU(d8, bands[0] + x), hn::LoadU(d8, bands[1] + x), hn::LoadU(d8, bands[2] + x), d8,
                          row + 3 * x);
  }
}

void finish(const std::int32_t* sums, int count, const Level& level, std::uint8_t* into) {
  const hn::ScalableTag<std::int32_t> d32;
  const hn::Rebind<float, decltype(d32)> df;
  const hn::Rebind<std::uint8_t, decltype(d32)> d8;
  const auto lanes = static_cast<int>(hn::Lanes(d32));
  const auto gain = hn::Set(df, level.gain / static_cast<float>(1 << (kMiddleBits + Weights::kBits)));
  const auto offset = hn::Set(df, level.offset);
  const auto least = hn::Set(d32, level.least);
  const auto most = hn::Set(d32, level.most);
  for (int x = 0; x < count; x += lanes) {
    const auto value = hn::MulAdd(hn::ConvertTo(df, hn::LoadU(d32, sums + x)), gain, offset);
    const auto whole = hn::Min(hn::Max(hn::NearestInt(value), least), most);
    hn::StoreU(hn::DemoteTo(d8, whole), d8, into + x);
  }
}

void resample_rows(const Plane& source, const Weights& across, const Weights& down, const Level& level,
                   std::int16_t* middle, std::int32_t* sums, const Plane& target) {
  for (int y = 0; y < target.height; ++y) {
    mix_rows(source, down.first[static_cast<std::size_t>(y)], down.of(y).data(), down.used, middle);
    mix_columns(middle, across, sums);
    finish(sums, target.width, level, target.row(y));
  }
}

void resample_bands(const Interleaved& source, const Weights& across, const Weights& down, const BandRows& rows,
                    std::uint8_t* into) {
  const auto stride = static_cast<std::ptrdiff_t>(source.width) * source.bands;
  const auto bytes = static_cast<std::size_t>(across.count()) * static_cast<std::size_t>(source.bands);
  for (int y = 0; y < down.count(); ++y) {
    const auto* from = source.samples + down.first[static_cast<std::size_t>(y)] * stride;
    mix_rows_within(from, stride, static_cast<int>(stride), down.of(y).data(), down.used, rows.mixed);
    if (source.bands == 3) part_bands(rows.mixed, source.width, rows.parted);
    for (int band = 0; band < source.bands; ++band) {
      mix_columns(source.bands == 3 ? rows.parted[band] : rows.mixed, across, rows.sums);
      finish(rows.sums, across.count(), {}, rows.done[band]);
    }
    if (source.bands == 3) join_bands(rows.done, across.count(), rows.joined);
    std::memcpy(into + static_cast<std::size_t>(y) * bytes, source.bands == 3 ? rows.joined : rows.done[0], bytes);
  }
}

void row_to_rgb(const std::uint8_t* luma, const std::uint8_t* blue, const std::uint8_t* red, int width,
                std::uint8_t* rgb) {
  const hn::ScalableTag<std::int16_t> d16;
  const hn::Rebind<std::uint8_t, decltype(d16)> d8;
  const auto lanes = static_cast<int>(hn::Lanes(d16));
  const auto middle = hn::Set(d16, 128);
  const auto half = hn::Set(d16, 64);
  const auto part = [&](hn::Vec<decltype(d16)> chroma, double factor) HWY_ATTR {
    return hn::MulFixedPoint15(hn::ShiftLeft<7>(chroma), hn::Set(d16, static_cast<std::int16_t>(factor * 32768)));
  };
  const auto rounded = [&](hn::Vec<decltype(d16)> value) HWY_ATTR { return hn::ShiftRight<7>(hn::Add(value, half)); };
  const auto load = [&](const std::uint8_t* at) HWY_ATTR { return hn::PromoteTo(d16, hn::LoadU(d8, at)); };
  for (int x = 0; x < width; x += lanes) {
    const auto y = load(luma + x);
    const auto cb = hn::Sub(load(blue + x), middle);
    const auto cr = hn::Sub(load(red + x), middle);
    // 1.402 and 1.772 by what they differ from whole numbers, which fits a fraction of 15 bits.
    const auto r = hn::Add(hn::Add(y, cr), rounded(part(cr, 0.402)));
    const auto g = hn::Sub(y, rounded(hn::Add(part(cb, 0.344136), part(cr, 0.714136))));
    const auto b = hn::Add(hn::Add(y, hn::Add(cb, cb)), rounded(part(cb, -0.228)));
    hn::StoreInterleaved3(hn::DemoteTo(d8, r), hn::DemoteTo(d8, g), hn::DemoteTo(d8, b), d8, rgb + x * 3);
  }
}

}  // namespace calotype::planar::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace calotype::planar {
namespace {

HWY_EXPORT(resample_rows);
HWY_EXPORT(resample_bands);
HWY_EXPORT(row_to_rgb);

}  // namespace

Plane resample(const Plane& source, const Weights& across, const Weights& down, const Level& level, Arena& arena) {
  const Plane target = make_plane(arena, across.count(), down.count());
  auto* middle = arena.take<std::int16_t>(static_cast<std::size_t>(source.width) + 2 * kRowSlack);
  auto* sums = arena.take<std::int32_t>(static_cast<std::size_t>(target.width) + kRowSlack);
  HWY_DYNAMIC_DISPATCH(resample_rows)(source, across, down, level, middle, sums, target);
  return target;
}

void resample(const Interleaved& source, const Weights& across, const Weights& down, std::uint8_t* into, Arena& arena) {
  constexpr std::size_t kSlack = 4 * kRowSlack;
  const auto wide = static_cast<std::size_t>(source.width);
  const auto narrow = static_cast<std::size_t>(across.count());
  BandRows rows;
  rows.mixed = arena.take<std::int16_t>(3 * wide + kSlack);
  rows.sums = arena.take<std::int32_t>(narrow + kSlack);
  rows.joined = arena.take<std::uint8_t>(3 * narrow + kSlack);
  for (std::size_t band = 0; band < 3; ++band) {
    rows.parted[band] = arena.take<std::int16_t>(wide + kSlack);
    rows.done[band] = arena.take<std::uint8_t>(narrow + kSlack);
  }
  HWY_DYNAMIC_DISPATCH(resample_bands)(source, across, down, rows, into);
}

Plane transposed(const Plane& source, Arena& arena) {
  constexpr int kTile = 16;
  const Plane target = make_plane(arena, source.height, source.width);
  for (int top = 0; top < source.height; top += kTile) {
    const int bottom = std::min(top + kTile, source.height);
    for (int left = 0; left < source.width; left += kTile) {
      const int right = std::min(left + kTile, source.width);
      for (int y = top; y < bottom; ++y) {
        for (int x = left; x < right; ++x) target.row(x)[y] = source.row(y)[x];
      }
    }
  }
  return target;
}

Plane filled(int width, int height, std::uint8_t value, Arena& arena) {
  const Plane plane = make_plane(arena, width, height);
  for (int y = 0; y < height; ++y) std::memset(plane.row(y), value, static_cast<std::size_t>(plane.stride));
  return plane;
}

void to_rgb(const Planes& planes, std::uint8_t* rgb) {
  const Plane& luma = planes.plane[0];
  const auto bytes = static_cast<std::size_t>(luma.width) * 3;
  if (planes.is_grey()) {
    for (int y = 0; y < luma.height; ++y) {
      std::uint8_t* into = rgb + static_cast<std::size_t>(y) * bytes;
      for (int x = 0; x < luma.width; ++x) std::memset(into + static_cast<std::ptrdiff_t>(x) * 3, luma.row(y)[x], 3);
    }
    return;
  }
  Arena arena;
  auto* row = arena.take<std::uint8_t>(bytes + 3 * kRowSlack);
  for (int y = 0; y < luma.height; ++y) {
    HWY_DYNAMIC_DISPATCH(row_to_rgb)
    (luma.row(y), planes.plane[1].row(y), planes.plane[2].row(y), luma.width, row);
    std::memcpy(rgb + static_cast<std::size_t>(y) * bytes, row, bytes);
  }
}

}  // namespace calotype::planar
#endif
