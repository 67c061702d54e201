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

#include "planar/bits.h"
#include "planar/inverse.h"

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
  put_block<kSize>(coefficients, last == 0, into, stride);
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

void prepare_steps(Channel& channel, const std::array<std::uint16_t, kCoefficients>& quantisation, int size) {
  for (std::size_t i = 0; i < kCoefficients; ++i) {
    const int row = kZigzag[i] / 8;
    const int column = kZigzag[i] % 8;
    const bool is_wanted = row < size && column < size;
    channel.places[i] = static_cast<std::uint8_t>(is_wanted ? row * size + column : size * size);
    channel.steps[i] = static_cast<float>(quantisation[i] * inverse_scale(row, size) * inverse_scale(column, size));
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
