// Included once for each kind of processor, after Highway: no #pragma once.
#if defined(CALOTYPE_PLANAR_INVERSE) == defined(HWY_TARGET_TOGGLE)
#ifdef CALOTYPE_PLANAR_INVERSE
#undef CALOTYPE_PLANAR_INVERSE
#else
#define CALOTYPE_PLANAR_INVERSE
#endif

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "planar/bits.h"

HWY_BEFORE_NAMESPACE();
namespace calotype::planar::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// No coefficient of a picture is nearly as far from 0, in samples. Where one is, libjpeg-turbo computes with what is
/// left of it in 16 bits: let it.
constexpr float kFarthest = 1000;

HWY_INLINE std::uint8_t sample_of(float value) {
  return static_cast<std::uint8_t>(std::min(std::max(value + 128.5F, 0.0F), 255.0F));
}

HWY_INLINE void transform_2(const float* f, std::uint8_t* into, std::ptrdiff_t stride) {
  const float left = f[0] + f[1];
  const float right = f[0] - f[1];
  const float left_step = f[2] + f[3];
  const float right_step = f[2] - f[3];
  into[0] = sample_of(left + left_step);
  into[1] = sample_of(right + right_step);
  into[stride] = sample_of(left - left_step);
  into[stride + 1] = sample_of(right - right_step);
}

/// One direction of three points; what all of them share is in the steps.
HWY_INLINE void turn_3(float& a, float& b, float& c) {
  constexpr float kOuter = 1.224744871F;  // cos(pi/6) times the square root of 2
  constexpr float kInner = 0.707106781F;  // cos(pi/3) times it
  const float odd = kOuter * b;
  const float even = a + kInner * c;
  b = a - 2 * kInner * c;
  a = even + odd;
  c = even - odd;
}

HWY_INLINE void transform_3(float* f, std::uint8_t* into, std::ptrdiff_t stride) {
  for (int x = 0; x < 3; ++x) turn_3(f[x], f[3 + x], f[6 + x]);
  for (int y = 0; y < 3; ++y) {
    turn_3(f[3 * y], f[3 * y + 1], f[3 * y + 2]);
    for (int x = 0; x < 3; ++x) into[y * stride + x] = sample_of(f[3 * y + x]);
  }
}

/// One direction of four points; the even constants are in the steps.
template <class D>
HWY_INLINE void turn_4(D d, hn::Vec<D>& a, hn::Vec<D>& b, hn::Vec<D>& c, hn::Vec<D>& e) {
  // cos(pi/8) and sin(pi/8) times the square root of 2
  const auto large = hn::Set(d, 1.306562965F);
  const auto small = hn::Set(d, 0.541196100F);
  const auto even = hn::Add(a, c);
  const auto even_inner = hn::Sub(a, c);
  const auto odd = hn::MulAdd(b, large, hn::Mul(e, small));
  const auto odd_inner = hn::Sub(hn::Mul(b, small), hn::Mul(e, large));
  a = hn::Add(even, odd);
  b = hn::Add(even_inner, odd_inner);
  c = hn::Sub(even_inner, odd_inner);
  e = hn::Sub(even, odd);
}

HWY_INLINE void transform_4(const float* f, std::uint8_t* into, std::ptrdiff_t stride) {
  const hn::FixedTag<float, 4> d;
  auto a = hn::Load(d, f);
  auto b = hn::Load(d, f + 4);
  auto c = hn::Load(d, f + 8);
  auto e = hn::Load(d, f + 12);
  turn_4(d, a, b, c, e);
  HWY_ALIGN CALOTYPE_RAW float middle[16];
  hn::StoreInterleaved4(a, b, c, e, d, middle);  // rows become columns
  a = hn::Load(d, middle);
  b = hn::Load(d, middle + 4);
  c = hn::Load(d, middle + 8);
  e = hn::Load(d, middle + 12);
  turn_4(d, a, b, c, e);
  // Each vector is a column of samples now.
  HWY_ALIGN CALOTYPE_RAW float columns[16];
  hn::StoreInterleaved4(a, b, c, e, d, columns);
  const hn::FixedTag<std::int32_t, 4> d32;
  const hn::FixedTag<std::uint8_t, 4> d8;
  const auto middle_grey = hn::Set(d, 128.0F);
  for (int y = 0; y < 4; ++y) {
    const auto whole = hn::NearestInt(hn::Add(hn::Load(d, columns + 4 * y), middle_grey));
    hn::StoreU(hn::DemoteTo(d8, whole), d8, into + y * stride);
  }
  (void)d32;
}

/// One direction of eight points, by Arai, Agui and Nakajima: its scale is in the steps.
template <class V, class D>
HWY_INLINE void turn_8(D d, V (&v)[8]) {
  const auto root = hn::Set(d, 1.414213562F);
  const auto e0 = hn::Add(v[0], v[4]);
  const auto e1 = hn::Sub(v[0], v[4]);
  const auto e3 = hn::Add(v[2], v[6]);
  const auto e2 = hn::Sub(hn::Mul(hn::Sub(v[2], v[6]), root), e3);
  const auto p0 = hn::Add(e0, e3);
  const auto p3 = hn::Sub(e0, e3);
  const auto p1 = hn::Add(e1, e2);
  const auto p2 = hn::Sub(e1, e2);

  const auto z13 = hn::Add(v[5], v[3]);
  const auto z10 = hn::Sub(v[5], v[3]);
  const auto z11 = hn::Add(v[1], v[7]);
  const auto z12 = hn::Sub(v[1], v[7]);
  const auto q7 = hn::Add(z11, z13);
  const auto z5 = hn::Mul(hn::Add(z10, z12), hn::Set(d, 1.847759065F));
  const auto t10 = hn::Sub(z5, hn::Mul(z12, hn::Set(d, 1.082392200F)));
  const auto t12 = hn::Sub(z5, hn::Mul(z10, hn::Set(d, 2.613125930F)));
  const auto q6 = hn::Sub(t12, q7);
  const auto q5 = hn::Sub(hn::Mul(hn::Sub(z11, z13), root), q6);
  const auto q4 = hn::Sub(t10, q5);

  v[0] = hn::Add(p0, q7);
  v[7] = hn::Sub(p0, q7);
  v[1] = hn::Add(p1, q6);
  v[6] = hn::Sub(p1, q6);
  v[2] = hn::Add(p2, q5);
  v[5] = hn::Sub(p2, q5);
  v[3] = hn::Add(p3, q4);
  v[4] = hn::Sub(p3, q4);
}

/// Rows of `from` become columns of `into`.
HWY_INLINE void turn_over(const float* from, float* into) {
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) into[x * 8 + y] = from[y * 8 + x];
  }
}

template <class D>
HWY_INLINE void turn_all(D d, const float* from, float* into) {
  const auto lanes = static_cast<int>(hn::Lanes(d));
  for (int x = 0; x < 8; x += lanes) {
    hn::Vec<D> v[8];
    for (int y = 0; y < 8; ++y) v[y] = hn::LoadU(d, from + y * 8 + x);
    turn_8(d, v);
    for (int y = 0; y < 8; ++y) hn::StoreU(v[y], d, into + y * 8 + x);
  }
}

HWY_INLINE void transform_8(const float* f, std::uint8_t* into, std::ptrdiff_t stride) {
  const hn::CappedTag<float, 8> d;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  const auto lanes = static_cast<int>(hn::Lanes(d));
  HWY_ALIGN CALOTYPE_RAW float first[64];
  HWY_ALIGN CALOTYPE_RAW float second[64];
  turn_all(d, f, first);
  turn_over(first, second);
  turn_all(d, second, first);
  turn_over(first, second);
  const auto middle_grey = hn::Set(d, 128.0F);
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; x += lanes) {
      const auto whole = hn::NearestInt(hn::Add(hn::Load(d, second + y * 8 + x), middle_grey));
      hn::StoreU(hn::DemoteTo(d8, whole), d8, into + y * stride + x);
    }
  }
}

HWY_INLINE void fill_block(float value, int size, std::uint8_t* into, std::ptrdiff_t stride) {
  const auto sample = sample_of(value);
  for (int y = 0; y < size; ++y) std::memset(into + y * stride, sample, static_cast<std::size_t>(size));
}

/// The samples of a block from its lowest kSize * kSize coefficients, scaled, which are spoilt. `is_flat`: all but the
/// first are 0.
template <int kSize>
HWY_INLINE void put_block(float* coefficients, bool is_flat, std::uint8_t* into, std::ptrdiff_t stride) {
  if (kSize == 1) {
    *into = sample_of(coefficients[0]);
  } else if (is_flat) {
    fill_block(coefficients[0], kSize, into, stride);
  } else if (kSize == 2) {
    transform_2(coefficients, into, stride);
  } else if (kSize == 3) {
    transform_3(coefficients, into, stride);
  } else if (kSize == 4) {
    transform_4(coefficients, into, stride);
  } else {
    transform_8(coefficients, into, stride);
  }
}

}  // namespace
}  // namespace calotype::planar::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
