#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "planar/decode.h"
#include "planar/huffman.h"
#include "planar/scan.h"
#include "planar/zigzag.h"

// Highway compiles this file once for each kind of processor, and picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "planar/decode_own.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

// What all of them share.
#ifndef CALOTYPE_PLANAR_DECODE_OWN
#define CALOTYPE_PLANAR_DECODE_OWN
namespace calotype::planar {

constexpr int kCoefficients = 64;

/// One component, ready for its blocks.
struct Channel {
  const HuffmanTable* dc = nullptr;
  const HuffmanTable* ac = nullptr;
  std::array<float, kCoefficients> steps{};  ///< of the zigzag: the quantisation with what the transform scales by
  std::array<std::uint8_t, kCoefficients>
      places{};  ///< of the zigzag: in the block's coefficients; the last: not wanted
  Plane plane;
  int across = 1;  ///< blocks of an MCU
  int down = 1;
  int last_dc = 0;
};

/// All that the decoding of one scan needs.
struct OwnJob {
  std::array<Channel, 3> channels{};
  int count = 0;
  int mcus_across = 0;
  int mcus_down = 0;
  int restart_interval = 0;
  // MCUs whose pixels are wanted; of the others only the DC is followed.
  int left = 0;
  int right = 0;
  int top = 0;
};

}  // namespace calotype::planar
#endif

HWY_BEFORE_NAMESPACE();
namespace calotype::planar::HWY_NAMESPACE {

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

/// To the end of a block of which `next` coefficients were read. False where the codes are none.
HWY_INLINE bool skip_block(Bits& in, const HuffmanTable& table, int next) {
  while (true) {
    in.need(kMostSymbol);
    const Leap many = table.leap(in.peek());
    if (HWY_LIKELY(many.bits != 0 && next + (many.advance & 127) < kCoefficients)) {
      in.use(many.bits);
      next += many.advance;
      if (next >= kEndOfBlock) return true;
      continue;
    }
    const auto one = read_symbol(in, table, false);
    if (one.advance == 0) return false;
    next += one.advance;
    if (next >= kCoefficients) return next == kCoefficients || next >= kEndOfBlock;
  }
}

/// No coefficient of a picture is nearly as far from 0, in samples. Where one is, libjpeg-turbo computes with what is
/// left of it in 16 bits: let it.
constexpr float kFarthest = 1000;

/// The lowest kSize * kSize coefficients of a block, scaled; `last`: the highest step of the zigzag that was given.
template <int kSize>
HWY_INLINE bool read_block(Bits& in, Channel& channel, float* coefficients, int& last) {
  constexpr int kWanted = kSize == 1 ? 1 : kSize == 2 ? 5 : kSize == 3 ? 13 : kSize == 4 ? 25 : kCoefficients;
  const auto dc = read_symbol(in, *channel.dc, true);
  if (dc.advance == 0) return false;
  channel.last_dc += dc.value;
  coefficients[0] = static_cast<float>(channel.last_dc) * channel.steps[0];
  if (std::fabs(coefficients[0]) > kFarthest) return false;
  last = 0;
  int next = 1;
  while (kWanted > 1) {
    in.need(kMostSymbol);
    const auto ac = read_symbol(in, *channel.ac, false);
    if (HWY_UNLIKELY(ac.advance == 0)) return false;
    next += ac.advance;
    if (next > kCoefficients) return next >= kEndOfBlock;
    last = next - 1;
    const auto step = static_cast<std::size_t>(last);
    const float value = static_cast<float>(ac.value) * channel.steps[step];
    if (HWY_UNLIKELY(ac.bits == 0) && std::fabs(value) > kFarthest) return false;
    coefficients[channel.places[step]] = value;
    if (next == kCoefficients) return true;
    if (kSize < 8 && next >= kWanted) break;
  }
  return skip_block(in, *channel.ac, next);
}

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
  HWY_ALIGN CALOTYPE_RAW float first[kCoefficients];
  HWY_ALIGN CALOTYPE_RAW float second[kCoefficients];
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

/// One block into its place. False where the codes are none.
template <int kSize>
HWY_INLINE bool decode_block(Bits& in, Channel& channel, int column, int row) {
  // One more for what is not wanted.
  HWY_ALIGN float coefficients[kSize * kSize + 8] = {};
  int last = 0;
  in.refill();
  if (!read_block<kSize>(in, channel, coefficients, last)) return false;
  std::uint8_t* into = channel.plane.row(row * kSize) + static_cast<std::ptrdiff_t>(column) * kSize;
  const auto stride = channel.plane.stride;
  if (kSize == 1) {
    *into = sample_of(coefficients[0]);
  } else if (last == 0) {
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
  return true;
}

HWY_INLINE bool pass_block(Bits& in, Channel& channel) {
  in.refill();
  const auto dc = read_symbol(in, *channel.dc, true);
  channel.last_dc += dc.value;
  return dc.advance != 0 && skip_block(in, *channel.ac, 1);
}

template <int kSize>
HWY_INLINE bool decode_mcu(Bits& in, OwnJob& job, int column, int row) {
  const bool is_wanted = column >= job.left && column < job.right && row >= job.top;
  for (int c = 0; c < job.count; ++c) {
    Channel& channel = job.channels[static_cast<std::size_t>(c)];
    for (int y = 0; y < channel.down; ++y) {
      for (int x = 0; x < channel.across; ++x) {
        const bool is_good = is_wanted
                                 ? decode_block<kSize>(in, channel, column * channel.across + x, row * channel.down + y)
                                 : pass_block(in, channel);
        if (!is_good) return false;
      }
    }
  }
  return in.is_within();
}

template <int kSize>
bool decode_scan(OwnJob& job, const Scan& scan) {
  std::size_t part = 0;
  Bits in(scan.bytes, scan.bytes + scan.ends[0]);
  int until_restart = job.restart_interval;
  for (int row = 0; row < job.mcus_down; ++row) {
    for (int column = 0; column < job.mcus_across; ++column) {
      if (job.restart_interval > 0 && until_restart-- == 0) {
        if (in.left() >= 8 || part + 1 >= scan.ends.size()) return false;
        in = Bits(scan.bytes + scan.ends[part], scan.bytes + scan.ends[part + 1]);
        ++part;
        for (auto& channel : job.channels) channel.last_dc = 0;
        until_restart = job.restart_interval - 1;
      }
      if (!decode_mcu<kSize>(in, job, column, row)) return false;
    }
  }
  return true;
}

bool run_own(OwnJob& job, const Scan& scan, int scale) {
  switch (scale) {
    case 1: return decode_scan<1>(job, scan);
    case 2: return decode_scan<2>(job, scan);
    case 3: return decode_scan<3>(job, scan);
    case 4: return decode_scan<4>(job, scan);
    default: return decode_scan<8>(job, scan);
  }
}

}  // namespace calotype::planar::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace calotype::planar {
namespace {

HWY_EXPORT(run_own);

/// What the transform of `size` points wants the coefficient of one direction multiplied by. The smaller ones have it
/// in their constants, but for the root that all of them share.
double scale_of(int index, int size) {
  return (size < 8 ? 1 : aan_scale(static_cast<std::size_t>(index))) / kRootOfEight;
}

void prepare_steps(Channel& channel, const std::array<std::uint16_t, kCoefficients>& quantisation, int size) {
  for (std::size_t i = 0; i < kCoefficients; ++i) {
    const int row = kZigzag[i] / 8;
    const int column = kZigzag[i] % 8;
    const bool is_wanted = row < size && column < size;
    channel.places[i] = static_cast<std::uint8_t>(is_wanted ? row * size + column : size * size);
    channel.steps[i] = static_cast<float>(quantisation[i] * scale_of(row, size) * scale_of(column, size));
  }
}

/// Those that the components name, each made once. Nothing where one is none of ours.
struct Tables {
  std::array<std::optional<HuffmanTable>, 4> dc;
  std::array<std::optional<HuffmanTable>, 4> ac;

  bool make(const JpegHeader& header) {
    for (const auto& component : header.components) {
      const auto d = static_cast<std::size_t>(component.dc_table);
      const auto a = static_cast<std::size_t>(component.ac_table);
      if (!dc[d]) dc[d] = HuffmanTable::make(header.dc[d], HuffmanTable::Kind::dc);
      if (!ac[a]) ac[a] = HuffmanTable::make(header.ac[a], HuffmanTable::Kind::ac);
      if (!dc[d] || !ac[a]) return false;
    }
    return true;
  }
};

OwnJob job_of(const JpegHeader& header, const Wanted& wanted, const Tables& tables, const Planes& planes) {
  OwnJob job;
  const Sampling chroma = header.chroma();
  job.count = static_cast<int>(header.components.size());
  for (std::size_t i = 0; i < header.components.size(); ++i) {
    const auto& component = header.components[i];
    Channel& channel = job.channels[i];
    channel.dc = &*tables.dc[static_cast<std::size_t>(component.dc_table)];
    channel.ac = &*tables.ac[static_cast<std::size_t>(component.ac_table)];
    prepare_steps(channel, header.quantisation[static_cast<std::size_t>(component.quantisation)], wanted.scale);
    channel.plane = planes.plane[i];
    channel.across = component.across;
    channel.down = component.down;
  }
  const int width = chroma.across * 8;
  const int height = chroma.down * 8;
  const int bottom = std::min(wanted.box.top + wanted.box.height, header.size.height);
  job.mcus_across = (header.size.width + width - 1) / width;
  job.mcus_down = (bottom + height - 1) / height;
  job.restart_interval = header.restart_interval;
  job.left = wanted.box.left / width;
  job.right = (wanted.box.left + wanted.box.width + width - 1) / width;
  job.top = wanted.box.top / height;
  return job;
}

/// Into how many parts restarts cut the whole picture.
std::size_t parts_of(const JpegHeader& header) {
  if (header.restart_interval == 0) return 1;
  const Sampling chroma = header.chroma();
  const auto across = static_cast<std::size_t>((header.size.width + chroma.across * 8 - 1) / (chroma.across * 8));
  const auto down = static_cast<std::size_t>((header.size.height + chroma.down * 8 - 1) / (chroma.down * 8));
  const auto interval = static_cast<std::size_t>(header.restart_interval);
  return (across * down + interval - 1) / interval;
}

}  // namespace

std::optional<Planes> decode_own(std::span<const std::byte> file, const JpegHeader& header, const Wanted& wanted,
                                 Arena& arena) {
  if (header.is_progressive) return std::nullopt;
  Tables tables;
  if (!tables.make(header)) return std::nullopt;
  const auto scan = read_scan(file, header.scan, parts_of(header), arena);
  if (!scan) return std::nullopt;
  const auto planes = padded_planes(header, wanted, {wanted.scale, wanted.scale, wanted.scale}, arena);
  auto job = job_of(header, wanted, tables, planes);
  if (!HWY_DYNAMIC_DISPATCH(run_own)(job, *scan, wanted.scale)) return std::nullopt;
  return planes;
}

}  // namespace calotype::planar
#endif
