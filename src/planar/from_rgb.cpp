#include "planar/from_rgb.h"

#include <algorithm>
#include <array>
#include <cstring>

// Highway compiles this file once for each kind of processor, and picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "planar/from_rgb.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

// What all of them share.
#ifndef CALOTYPE_PLANAR_FROM_RGB
#define CALOTYPE_PLANAR_FROM_RGB
namespace calotype::planar {

/// A row of each colour, with slack behind it.
struct ColourRow {
  std::array<std::uint8_t*, 3> of{};
};

}  // namespace calotype::planar
#endif

HWY_BEFORE_NAMESPACE();
namespace calotype::planar::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void part_row(const std::uint8_t* rgb, int width, const ColourRow& row) {
  const hn::CappedTag<std::uint8_t, 64> d;
  const auto lanes = static_cast<int>(hn::Lanes(d));
  int x = 0;
  for (; x + lanes <= width; x += lanes) {
    auto r = hn::Zero(d);
    auto g = hn::Zero(d);
    auto b = hn::Zero(d);
    hn::LoadInterleaved3(d, rgb + 3 * x, r, g, b);
    hn::StoreU(r, d, row.of[0] + x);
    hn::StoreU(g, d, row.of[1] + x);
    hn::StoreU(b, d, row.of[2] + x);
  }
  for (; x < width; ++x) {
    for (std::size_t c = 0; c < 3; ++c) row.of[c][x] = rgb[static_cast<std::size_t>(x) * 3 + c];
  }
  // Half a pair is made a whole one.
  for (auto* colour : row.of) colour[width] = colour[width - 1];
}

/// A weighted sum of three values of 15 bits, with 7 of fraction.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V weighted(D d, V r, V g, V b, const std::array<double, 3>& weights) {
  const auto part = [&](V value, double weight) HWY_ATTR {
    return hn::MulFixedPoint15(value, hn::Set(d, static_cast<std::int16_t>(weight * 32768)));
  };
  return hn::Add(hn::Add(part(r, weights[0]), part(g, weights[1])), part(b, weights[2]));
}

constexpr std::array<double, 3> kLuma{0.299, 0.587, 0.114};
constexpr std::array<double, 3> kBlue{-0.168736, -0.331264, 0.5};
constexpr std::array<double, 3> kRed{0.5, -0.418688, -0.081312};

void luma_row(const ColourRow& row, int width, std::uint8_t* into) {
  const hn::CappedTag<std::int16_t, 32> d;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  const auto lanes = static_cast<int>(hn::Lanes(d));
  const auto half = hn::Set(d, 64);
  const auto load = [&](std::size_t c, int x)
                        HWY_ATTR { return hn::ShiftLeft<7>(hn::PromoteTo(d, hn::LoadU(d8, row.of[c] + x))); };
  for (int x = 0; x < width; x += lanes) {
    const auto sum = hn::Add(weighted(d, load(0, x), load(1, x), load(2, x), kLuma), half);
    hn::StoreU(hn::DemoteTo(d8, hn::ShiftRight<7>(sum)), d8, into + x);
  }
}

/// Of one row or two, of each pixel or of pairs.
template <int kAcross, int kShift>
void chroma_row(const ColourRow& upper, const ColourRow& lower, int width, std::uint8_t* blue, std::uint8_t* red) {
  const hn::CappedTag<std::int16_t, 32> d;
  const hn::RebindToUnsigned<decltype(d)> du;
  const hn::Repartition<std::uint8_t, decltype(d)> pairs;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  const auto lanes = static_cast<int>(hn::Lanes(d));
  const auto low = hn::Set(du, 255);
  const auto load = [&](const std::uint8_t* at) HWY_ATTR {
    if constexpr (kAcross == 1) {
      return hn::PromoteTo(du, hn::LoadU(d8, at));
    } else {
      const auto both = hn::BitCast(du, hn::LoadU(pairs, at));
      return hn::Add(hn::And(both, low), hn::ShiftRight<8>(both));
    }
  };
  const auto sum = [&](std::size_t c, int x) HWY_ATTR {
    const auto of_both = hn::Add(load(upper.of[c] + x * kAcross), load(lower.of[c] + x * kAcross));
    return hn::BitCast(d, hn::ShiftLeft<kShift>(of_both));
  };
  const auto middle = hn::Set(d, (128 << 7) + 64);
  const auto store = [&](hn::Vec<decltype(d)> value, std::uint8_t* at) HWY_ATTR {
    hn::StoreU(hn::DemoteTo(d8, hn::ShiftRight<7>(hn::SaturatedAdd(value, middle))), d8, at);
  };
  for (int x = 0; x < width; x += lanes) {
    const auto r = sum(0, x);
    const auto g = sum(1, x);
    const auto b = sum(2, x);
    store(weighted(d, r, g, b, kBlue), blue + x);
    store(weighted(d, r, g, b, kRed), red + x);
  }
}

void split(const std::uint8_t* rgb, const Planes& planes, const std::array<ColourRow, 2>& rows) {
  const Plane& luma = planes.plane[0];
  const Plane& blue = planes.plane[1];
  const int down = planes.chroma.down;
  for (int y = 0; y < blue.height; ++y) {
    const int last = std::min(down, luma.height - y * down) - 1;
    for (int i = 0; i <= last; ++i) {
      const int row = y * down + i;
      part_row(rgb + static_cast<std::ptrdiff_t>(row) * luma.width * 3, luma.width, rows[static_cast<std::size_t>(i)]);
      luma_row(rows[static_cast<std::size_t>(i)], luma.width, luma.row(row));
    }
    // One row counts twice.
    const auto& lower = rows[static_cast<std::size_t>(last)];
    const auto run = planes.chroma.across == 1 ? chroma_row<1, 6> : chroma_row<2, 5>;
    run(rows[0], lower, blue.width, blue.row(y), planes.plane[2].row(y));
  }
}

}  // namespace calotype::planar::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace calotype::planar {
namespace {

HWY_EXPORT(split);

}  // namespace

Planes from_rgb(const std::uint8_t* rgb, int width, int height, Sampling chroma, Arena& arena) {
  Planes planes{.plane = {make_plane(arena, width, height)}, .chroma = chroma};
  for (std::size_t i = 1; i < 3; ++i) {
    planes.plane[i] =
        make_plane(arena, (width + chroma.across - 1) / chroma.across, (height + chroma.down - 1) / chroma.down);
  }
  std::array<ColourRow, 2> rows;
  for (auto& row : rows) {
    for (auto& colour : row.of) {
      colour = arena.take<std::uint8_t>(static_cast<std::size_t>(width) + 4 * kRowSlack);
      std::memset(colour, 0, static_cast<std::size_t>(width) + 4 * kRowSlack);
    }
  }
  HWY_DYNAMIC_DISPATCH(split)(rgb, planes, rows);
  return planes;
}

}  // namespace calotype::planar
#endif
