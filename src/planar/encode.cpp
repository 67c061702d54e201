#include "planar/encode.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "planar/optimal_code.h"
#include "planar/zigzag.h"

// Highway compiles this file once for each kind of processor, and picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "planar/encode.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

// What all of them share.
#ifndef CALOTYPE_PLANAR_ENCODE
#define CALOTYPE_PLANAR_ENCODE
namespace calotype::planar {

constexpr int kBlock = 64;

/// One symbol with the bits of its value.
struct Token {
  std::uint16_t value = 0;
  std::uint8_t symbol = 0;
  std::uint8_t size = 0;  ///< bits of the value
};

/// Where the coefficient of a step along the zigzag comes out of the transform, which turns blocks over.
constexpr std::size_t turned_place(std::size_t step) { return kZigzag[step] % 8U * 8U + kZigzag[step] / 8U; }

/// One plane on its way into tokens.
struct Source {
  Plane plane;
  int across = 1;  ///< blocks of an MCU
  int down = 1;
  int kind = 0;  ///< 0: luma; 1: chroma
  int last_dc = 0;
};

/// All of a picture: tokens in the order of the file, and how often each symbol comes.
struct Gathering {
  std::array<Source, 3> sources;
  int count = 0;
  int mcus_across = 0;
  int mcus_down = 0;
  alignas(64) std::array<std::array<float, kBlock>, 2> factors{};  ///< turned over: what a coefficient is multiplied by
  std::array<std::uint8_t, kBlock> steps_of_place{};               ///< turned over: the step along the zigzag
  std::array<std::uint8_t, kBlock> places_of_step{};               ///< the other way round
  std::array<SymbolCounts, 2> dc{};
  std::array<SymbolCounts, 2> ac{};
  Token* tokens = nullptr;
  std::size_t token_count = 0;
};

}  // namespace calotype::planar
#endif

HWY_BEFORE_NAMESPACE();
namespace calotype::planar::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#undef CALOTYPE_RAW
#define CALOTYPE_RAW [[clang::uninitialized]]

/// One direction of eight points, by Arai, Agui and Nakajima: its scale is in the factors.
template <class V, class D>
HWY_INLINE void turn_8_forward(D d, V (&v)[8]) {
  const auto s0 = hn::Add(v[0], v[7]);
  const auto d7 = hn::Sub(v[0], v[7]);
  const auto s1 = hn::Add(v[1], v[6]);
  const auto d6 = hn::Sub(v[1], v[6]);
  const auto s2 = hn::Add(v[2], v[5]);
  const auto d5 = hn::Sub(v[2], v[5]);
  const auto s3 = hn::Add(v[3], v[4]);
  const auto d4 = hn::Sub(v[3], v[4]);

  const auto e0 = hn::Add(s0, s3);
  const auto e3 = hn::Sub(s0, s3);
  const auto e1 = hn::Add(s1, s2);
  const auto e2 = hn::Sub(s1, s2);
  v[0] = hn::Add(e0, e1);
  v[4] = hn::Sub(e0, e1);
  const auto half = hn::Set(d, 0.707106781F);
  const auto z1 = hn::Mul(hn::Add(e2, e3), half);
  v[2] = hn::Add(e3, z1);
  v[6] = hn::Sub(e3, z1);

  const auto o0 = hn::Add(d4, d5);
  const auto o1 = hn::Add(d5, d6);
  const auto o2 = hn::Add(d6, d7);
  const auto z5 = hn::Mul(hn::Sub(o0, o2), hn::Set(d, 0.382683433F));
  const auto z2 = hn::MulAdd(o0, hn::Set(d, 0.541196100F), z5);
  const auto z4 = hn::MulAdd(o2, hn::Set(d, 1.306562965F), z5);
  const auto z3 = hn::Mul(o1, half);
  const auto z11 = hn::Add(d7, z3);
  const auto z13 = hn::Sub(d7, z3);
  v[5] = hn::Add(z13, z2);
  v[3] = hn::Sub(z13, z2);
  v[1] = hn::Add(z11, z4);
  v[7] = hn::Sub(z11, z4);
}

/// Samples to quantised coefficients, turned over. Gives which of them are not 0.
HWY_INLINE std::uint64_t transform(const std::uint8_t* from, std::ptrdiff_t stride, const float* factors,
                                   std::int16_t* into) {
  const hn::CappedTag<float, 8> d;
  const hn::Rebind<std::int32_t, decltype(d)> d32;
  const hn::Rebind<std::int16_t, decltype(d)> d16;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  const auto lanes = static_cast<int>(hn::Lanes(d));
  HWY_ALIGN CALOTYPE_RAW float first[kBlock];
  HWY_ALIGN CALOTYPE_RAW float turned[kBlock];
  const auto middle = hn::Set(d, 128.0F);
  for (int x = 0; x < 8; x += lanes) {
    hn::Vec<decltype(d)> v[8];
    for (int y = 0; y < 8; ++y) {
      const auto samples = hn::PromoteTo(d32, hn::LoadU(d8, from + y * stride + x));
      v[y] = hn::Sub(hn::ConvertTo(d, samples), middle);
    }
    turn_8_forward(d, v);
    for (int y = 0; y < 8; ++y) hn::Store(v[y], d, first + y * 8 + x);
  }
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) turned[x * 8 + y] = first[y * 8 + x];
  }
  std::uint64_t present = 0;
  for (int x = 0; x < 8; x += lanes) {
    hn::Vec<decltype(d)> v[8];
    for (int y = 0; y < 8; ++y) v[y] = hn::Load(d, turned + y * 8 + x);
    turn_8_forward(d, v);
    for (int y = 0; y < 8; ++y) {
      const auto whole = hn::NearestInt(hn::Mul(v[y], hn::Load(d, factors + y * 8 + x)));
      std::uint8_t bits[8] = {};
      hn::StoreMaskBits(d32, hn::Ne(whole, hn::Zero(d32)), bits);
      present |= static_cast<std::uint64_t>(bits[0]) << (y * 8 + x);
      hn::StoreU(hn::DemoteTo(d16, whole), d16, into + y * 8 + x);
    }
  }
  return present;
}

HWY_INLINE Token token_of(int value, int run) {
  const auto magnitude = static_cast<std::uint32_t>(value < 0 ? -value : value);
  const int size = std::bit_width(magnitude);
  const auto bits = static_cast<std::uint32_t>(value < 0 ? value - 1 : value) & ((1U << size) - 1);
  return {.value = static_cast<std::uint16_t>(bits),
          .symbol = static_cast<std::uint8_t>(run << 4 | size),
          .size = static_cast<std::uint8_t>(size)};
}

/// A block that only fills an MCU up: nobody sees it, so it is the cheapest that there is.
HWY_INLINE void gather_filler(Gathering& all, const Source& source) {
  const auto kind = static_cast<std::size_t>(source.kind);
  for (auto* counts : {&all.dc[kind], &all.ac[kind]}) {
    all.tokens[all.token_count++] = {};
    ++(*counts)[0];
  }
}

HWY_INLINE void gather_block(Gathering& all, Source& source, const std::uint8_t* from) {
  HWY_ALIGN CALOTYPE_RAW std::int16_t coefficients[kBlock];
  const auto kind = static_cast<std::size_t>(source.kind);
  auto present = transform(from, source.plane.stride, all.factors[kind].data(), coefficients);
  Token* tokens = all.tokens + all.token_count;
  const Token* begin = tokens;

  const int dc = coefficients[0];
  *tokens = token_of(dc - source.last_dc, 0);
  ++all.dc[kind][tokens->symbol];
  ++tokens;
  source.last_dc = dc;

  // Few are not 0: their places along the zigzag, in order.
  std::uint64_t steps = 0;
  for (present &= ~std::uint64_t{1}; present != 0; present &= present - 1) {
    const auto place = static_cast<std::size_t>(std::countr_zero(present));
    steps |= std::uint64_t{1} << all.steps_of_place[place];
  }
  int last = 0;
  for (; steps != 0; steps &= steps - 1) {
    const int step = std::countr_zero(steps);
    int run = step - last - 1;
    last = step;
    for (; run > 15; run -= 16) {
      *tokens++ = {.value = 0, .symbol = 0xF0, .size = 0};
      ++all.ac[kind][0xF0];
    }
    *tokens = token_of(coefficients[all.places_of_step[static_cast<std::size_t>(step)]], run);
    ++all.ac[kind][tokens->symbol];
    ++tokens;
  }
  if (last < kBlock - 1) {
    *tokens++ = {};
    ++all.ac[kind][0];
  }
  all.token_count += static_cast<std::size_t>(tokens - begin);
}

void gather(Gathering& all) {
  for (int row = 0; row < all.mcus_down; ++row) {
    for (int column = 0; column < all.mcus_across; ++column) {
      for (int c = 0; c < all.count; ++c) {
        Source& source = all.sources[static_cast<std::size_t>(c)];
        for (int y = 0; y < source.down; ++y) {
          for (int x = 0; x < source.across; ++x) {
            const int left = (column * source.across + x) * 8;
            const int top = (row * source.down + y) * 8;
            if (left < source.plane.width && top < source.plane.height) {
              gather_block(all, source, source.plane.row(top) + left);
            } else {
              gather_filler(all, source);
            }
          }
        }
      }
    }
  }
}

}  // namespace calotype::planar::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace calotype::planar {
namespace {

HWY_EXPORT(gather);

/// The plane with its edges continued to whole blocks. Where rows are missing it is a copy.
Plane completed(const Plane& plane, Arena& arena) {
  const int width = (plane.width + 7) / 8 * 8;
  const int height = (plane.height + 7) / 8 * 8;
  const Plane whole = height > plane.height ? make_plane(arena, width, height) : plane;
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* from = plane.row(std::min(y, plane.height - 1));
    std::uint8_t* into = whole.row(y);
    if (into != from) std::copy_n(from, plane.width, into);
    if (width > plane.width) std::fill(into + plane.width, into + width, into[plane.width - 1]);
  }
  // Blocks that begin behind the samples there are fill MCUs up.
  return {.samples = whole.samples, .width = plane.width, .height = plane.height, .stride = whole.stride};
}

Gathering prepared(const Planes& planes, const QuantisationSteps& steps, Arena& arena) {
  Gathering all;
  all.count = planes.is_grey() ? 1 : 3;
  const Sampling chroma = planes.is_grey() ? Sampling{} : planes.chroma;
  const Plane& luma = planes.plane[0];
  all.mcus_across = (luma.width + chroma.across * 8 - 1) / (chroma.across * 8);
  all.mcus_down = (luma.height + chroma.down * 8 - 1) / (chroma.down * 8);
  std::size_t blocks = 0;
  for (std::size_t c = 0; c < static_cast<std::size_t>(all.count); ++c) {
    Source& source = all.sources[c];
    source.across = c == 0 ? chroma.across : 1;
    source.down = c == 0 ? chroma.down : 1;
    source.kind = c == 0 ? 0 : 1;
    source.plane = completed(planes.plane[c], arena);
    blocks += static_cast<std::size_t>(all.mcus_across * source.across) *
              static_cast<std::size_t>(all.mcus_down * source.down);
  }
  for (std::size_t i = 0; i < kBlock; ++i) {
    const std::size_t place = turned_place(i);
    all.steps_of_place[place] = static_cast<std::uint8_t>(i);
    all.places_of_step[i] = static_cast<std::uint8_t>(place);
    for (std::size_t kind = 0; kind < 2; ++kind) {
      const double scale = 8 * aan_scale(place / 8) * aan_scale(place % 8);
      all.factors[kind][place] = static_cast<float>(1 / (steps[kind][i] * scale));
    }
  }
  // A block has 64 tokens at most.
  all.tokens = arena.take<Token>(blocks * kBlock);
  return all;
}

void put_segment(std::string& file, int marker, const std::string& payload) {
  const auto length = payload.size() + 2;
  file += '\xFF';
  file += static_cast<char>(marker);
  file += static_cast<char>(length >> 8U);
  file += static_cast<char>(length & 255U);
  file += payload;
}

void put_frame(std::string& file, const Planes& planes, const Gathering& all) {
  const auto& luma = planes.plane[0];
  std::string frame{'\x08',
                    static_cast<char>(luma.height >> 8),
                    static_cast<char>(luma.height & 255),
                    static_cast<char>(luma.width >> 8),
                    static_cast<char>(luma.width & 255),
                    static_cast<char>(all.count)};
  for (int c = 0; c < all.count; ++c) {
    const auto& source = all.sources[static_cast<std::size_t>(c)];
    frame += static_cast<char>(c + 1);
    frame += static_cast<char>(source.across << 4 | source.down);
    frame += static_cast<char>(source.kind);
  }
  put_segment(file, 0xC0, frame);
}

void put_scan_head(std::string& file, const Gathering& all) {
  std::string scan{static_cast<char>(all.count)};
  for (int c = 0; c < all.count; ++c) {
    const int kind = all.sources[static_cast<std::size_t>(c)].kind;
    scan += static_cast<char>(c + 1);
    scan += static_cast<char>(kind << 4 | kind);
  }
  put_segment(file, 0xDA, scan + std::string("\0\x3F\0", 3));
}

/// Bits into bytes, with a 0 behind each byte of ones. Room is made by its owner.
class BitWriter {
 public:
  explicit BitWriter(std::uint8_t* into) : at_(into) {}

  /// 32 at most.
  void put(std::uint32_t bits, int count) {
    pending_ = pending_ << count | bits;
    count_ += count;
    if (count_ >= 32) {
      count_ -= 32;
      put_word(static_cast<std::uint32_t>(pending_ >> count_));
    }
  }
  std::uint8_t* finish() {
    const int rest = (8 - count_ % 8) % 8;
    put((1U << rest) - 1, rest);
    while (count_ >= 8) {
      count_ -= 8;
      put_byte(static_cast<std::uint8_t>(pending_ >> count_));
    }
    return at_;
  }

 private:
  void put_word(std::uint32_t word) {
    // No byte of it is 0xFF where adding one to each carries out of none.
    const std::uint32_t inverted = ~word;
    const bool has_mark = ((inverted - 0x01010101U) & ~inverted & 0x80808080U) != 0;
    if (!has_mark) {
      const auto swapped = __builtin_bswap32(word);
      std::memcpy(at_, &swapped, sizeof swapped);
      at_ += sizeof swapped;
      return;
    }
    for (int shift = 24; shift >= 0; shift -= 8) put_byte(static_cast<std::uint8_t>(word >> shift));
  }
  void put_byte(std::uint8_t byte) {
    *at_++ = byte;
    if (byte == 0xFF) *at_++ = 0;
  }

  std::uint8_t* at_;
  std::uint64_t pending_ = 0;
  int count_ = 0;
};

struct Codes {
  std::array<OptimalCode, 2> dc;
  std::array<OptimalCode, 2> ac;
};

std::uint32_t code_bits(const SymbolCounts& counts, const OptimalCode& code, bool is_dc) {
  std::uint64_t bits = 0;
  for (std::size_t symbol = 0; symbol < counts.size(); ++symbol) {
    const auto size = is_dc ? symbol : symbol & 15U;
    bits += counts[symbol] * static_cast<std::uint64_t>(code.lengths[symbol] + size);
  }
  return static_cast<std::uint32_t>(bits / 8);
}

/// Goes through the tokens as they were gathered: a block begins with its DC and ends with its end or its last
/// coefficient.
std::uint8_t* put_tokens(const Gathering& all, const Codes& codes, std::uint8_t* into) {
  BitWriter out(into);
  const Token* token = all.tokens;
  const auto put = [&out](const OptimalCode& code, const Token& one) {
    out.put(static_cast<std::uint32_t>(code.codes[one.symbol]) << one.size | one.value,
            code.lengths[one.symbol] + one.size);
  };
  const auto mcus = static_cast<std::size_t>(all.mcus_across) * static_cast<std::size_t>(all.mcus_down);
  for (std::size_t mcu = 0; mcu < mcus; ++mcu) {
    for (int c = 0; c < all.count; ++c) {
      const auto& source = all.sources[static_cast<std::size_t>(c)];
      const auto kind = static_cast<std::size_t>(source.kind);
      const auto& ac = codes.ac[kind];
      for (int block = 0; block < source.across * source.down; ++block) {
        put(codes.dc[kind], *token++);
        for (int place = 1; place < kBlock;) {
          const Token& one = *token++;
          put(ac, one);
          if (one.symbol == 0) break;
          place += (one.symbol >> 4) + 1;
        }
      }
    }
  }
  return out.finish();
}

}  // namespace

std::string encode_baseline(const Planes& planes, const QuantisationSteps& steps, Arena& arena) {
  auto all = prepared(planes, steps, arena);
  HWY_DYNAMIC_DISPATCH(gather)(all);
  Codes codes;
  std::size_t bytes = 0;
  const std::size_t kinds = all.count == 1 ? 1 : 2;
  std::string file;
  std::string tables;
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    codes.dc[kind] = OptimalCode::of(all.dc[kind]);
    codes.ac[kind] = OptimalCode::of(all.ac[kind]);
    bytes += code_bits(all.dc[kind], codes.dc[kind], true) + code_bits(all.ac[kind], codes.ac[kind], false);
    put_segment(file, 0xDB, static_cast<char>(kind) + std::string(steps[kind].begin(), steps[kind].end()));
    tables += static_cast<char>(kind) + codes.dc[kind].segment();
    tables += static_cast<char>(0x10 | kind) + codes.ac[kind].segment();
  }
  put_frame(file, planes, all);
  put_segment(file, 0xC4, tables);
  put_scan_head(file, all);

  // Each byte may be stuffed.
  auto* scan = arena.take<std::uint8_t>(2 * bytes + 64);
  const auto* end = put_tokens(all, codes, scan);
  file.append(reinterpret_cast<const char*>(scan), static_cast<std::size_t>(end - scan));
  file.append("\xFF\xD9", 2);
  return file;
}

}  // namespace calotype::planar
#endif
