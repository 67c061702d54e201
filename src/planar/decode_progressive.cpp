#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "planar/decode.h"
#include "planar/huffman.h"
#include "planar/scan.h"
#include "planar/symbol_table.h"
#include "planar/zigzag.h"

// Highway compiles this file once for each kind of processor, and picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "planar/decode_progressive.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "planar/bits.h"
#include "planar/inverse.h"

// What all of them share.
#ifndef CALOTYPE_PLANAR_DECODE_PROGRESSIVE
#define CALOTYPE_PLANAR_DECODE_PROGRESSIVE
namespace calotype::planar {

/// What is known of one component: of each block the coefficients that are wanted, and which of all are not 0.
struct Grid {
  std::int16_t* coefficients = nullptr;
  std::uint64_t* present = nullptr;  ///< bits along the zigzag
  int across = 0;                    ///< blocks, up to whole MCUs
  int down = 0;
  int own_across = 0;  ///< of those, what is picture: scans of one component have no others
  int own_down = 0;
  int mcu_across = 1;  ///< blocks of an MCU
  int mcu_down = 1;
  std::array<float, 64> steps{};  ///< of the places: the quantisation with what the transform scales by
  Plane plane;
};

struct ProgressiveJob {
  std::array<Grid, 3> grids{};
  std::size_t count = 0;
  int mcus_across = 0;
  int mcus_down = 0;
  std::uint64_t wanted = 0;               ///< bits along the zigzag
  std::array<std::uint8_t, 64> places{};  ///< of the zigzag, where it is wanted
  // MCUs whose pixels are.
  int left = 0;
  int right = 0;
  int top = 0;
  int bottom = 0;
};

/// One scan with its data.
struct ScanJob {
  const ProgressiveScan& scan;
  const Scan& data;
  std::array<const HuffmanTable*, 3> dc{};
  const SymbolTable* ac = nullptr;
};

}  // namespace calotype::planar
#endif

HWY_BEFORE_NAMESPACE();
namespace calotype::planar::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Blocks of one scan, one after the other, cut where it restarts.
class Parts {
 public:
  explicit Parts(const ScanJob& job)
      : job_(job), in(job.data.bytes, job.data.bytes + job.data.ends[0]), until_(job.scan.restart_interval) {}

  /// Before each MCU. False where a restart is not where it ought to be.
  HWY_INLINE bool next_mcu() {
    if (job_.scan.restart_interval == 0 || until_-- > 0) return true;
    if (in.left() >= 8 || part_ + 1 >= job_.data.ends.size()) return false;
    in = Bits(job_.data.bytes + job_.data.ends[part_], job_.data.bytes + job_.data.ends[part_ + 1]);
    ++part_;
    last_dc = {};
    skipped = 0;
    until_ = job_.scan.restart_interval - 1;
    return true;
  }

  /// Nothing is left behind the last block.
  bool is_at_end() const { return in.left() < 8 && part_ + 1 == job_.data.ends.size(); }

 private:
  const ScanJob& job_;

 public:
  Bits in;
  std::array<int, 3> last_dc{};
  int skipped = 0;  ///< blocks that end before they begin (EOBRUN)

 private:
  int until_;
  std::size_t part_ = 0;
};

HWY_INLINE bool read_dc(Parts& parts, const HuffmanTable& table, int& last, int low, std::int16_t& into) {
  parts.in.need(kMostSymbol);
  const auto look = read_symbol(parts.in, table, true);
  if (look.advance == 0) return false;
  last += look.value;
  const int value = last * (1 << low);
  if (value < INT16_MIN || value > INT16_MAX) return false;
  into = static_cast<std::int16_t>(value);
  return true;
}

/// All components' DC, or one's: its first bits, or one more.
template <int kSize>
bool run_dc(ProgressiveJob& job, const ScanJob& scan) {
  constexpr std::size_t kKept = kSize * kSize;
  Parts parts(scan);
  const bool is_alone = scan.scan.count == 1;
  const Grid& only = job.grids[scan.scan.part[0]];
  const int across = is_alone ? only.own_across : job.mcus_across;
  const int down = is_alone ? only.own_down : job.mcus_down;
  for (int row = 0; row < down; ++row) {
    for (int column = 0; column < across; ++column) {
      if (!parts.next_mcu()) return false;
      for (std::size_t i = 0; i < scan.scan.count; ++i) {
        const Grid& grid = job.grids[scan.scan.part[i]];
        const int high = is_alone ? 1 : grid.mcu_down;
        const int wide = is_alone ? 1 : grid.mcu_across;
        for (int y = 0; y < high; ++y) {
          for (int x = 0; x < wide; ++x) {
            const auto block = static_cast<std::size_t>((row * high + y) * grid.across + column * wide + x);
            auto& into = grid.coefficients[block * kKept];
            if (scan.scan.high == 0) {
              if (!read_dc(parts, *scan.dc[i], parts.last_dc[i], scan.scan.low, into)) return false;
            } else {
              parts.in.need(1);
              into = static_cast<std::int16_t>(into | parts.in.take(1) << scan.scan.low);
            }
          }
        }
      }
      if (!parts.in.is_within()) return false;
    }
  }
  return parts.is_at_end();
}

/// The run of blocks that an end of a band stands for, this one included.
HWY_INLINE int read_end(Bits& in, int run) { return (1 << run) + (run == 0 ? 0 : in.take(run)); }

/// The first bits of a block's band.
HWY_INLINE bool read_band(Parts& parts, const ScanJob& job, const ProgressiveJob& all, std::int16_t* into,
                          std::uint64_t& present) {
  Bits& in = parts.in;
  const int last = job.scan.last;
  const int low = job.scan.low;
  for (int k = job.scan.first; k <= last; ++k) {
    in.need(kMostSymbol + 4);
    const auto look = job.ac->look(in.peek());
    const int run = look.symbol >> 4;
    const int size = look.symbol & 15;
    if (HWY_UNLIKELY(look.bits == 0)) return false;
    in.use(look.bits);
    if (size == 0) {
      if (run < 15) {
        parts.skipped = read_end(in, run) - 1;
        return true;
      }
      k += 15;
      if (k > last) return false;
      continue;
    }
    k += run;
    if (HWY_UNLIKELY(k > last || size > kMostAcBits)) return false;
    const int value = extended(in.take(size), size) * (1 << low);
    if (HWY_UNLIKELY(value < INT16_MIN || value > INT16_MAX)) return false;
    const auto bit = std::uint64_t{1} << k;
    present |= bit;
    if ((all.wanted & bit) != 0) into[all.places[static_cast<std::size_t>(k)]] = static_cast<std::int16_t>(value);
  }
  return true;
}

/// One bit more for each coefficient of `known`, in order.
HWY_INLINE void refine(Bits& in, const ProgressiveJob& all, std::uint64_t known, int low, std::int16_t* into) {
  const auto put = [&](std::uint64_t which, std::uint64_t bits, int count) HWY_ATTR {
    for (std::uint64_t ours = which & all.wanted; ours != 0; ours &= ours - 1) {
      const int k = std::countr_zero(ours);
      const int before = std::popcount(which & ((std::uint64_t{1} << k) - 1));
      if ((bits >> (count - 1 - before) & 1) == 0) continue;
      std::int16_t& value = into[all.places[static_cast<std::size_t>(k)]];
      value = static_cast<std::int16_t>(value < 0 ? value - (1 << low) : value + (1 << low));
    }
  };
  int count = std::popcount(known);
  // Nearly always few; more than there are bits at once come in two.
  while (HWY_UNLIKELY(count > 30)) {
    std::uint64_t rest = known;
    for (int i = 0; i < 30; ++i) rest &= rest - 1;
    in.need(30);
    put(known & ~rest, static_cast<std::uint64_t>(in.take(30)), 30);
    known = rest;
    count -= 30;
  }
  if (count == 0) return;
  in.need(count);
  put(known, static_cast<std::uint64_t>(in.take(count)), count);
}

/// The bits from k to last.
HWY_INLINE std::uint64_t band(int k, int last) {
  return k > last ? 0 : (~std::uint64_t{0} >> (63 - last)) & (~std::uint64_t{0} << k);
}

/// One bit more of a block's band, and what begins with it.
HWY_INLINE bool refine_band(Parts& parts, const ScanJob& job, const ProgressiveJob& all, std::int16_t* into,
                            std::uint64_t& present) {
  Bits& in = parts.in;
  const int last = job.scan.last;
  const int low = job.scan.low;
  int k = job.scan.first;
  while (parts.skipped == 0 && k <= last) {
    in.need(kMostSymbol + 4);
    const auto look = job.ac->look(in.peek());
    const int run = look.symbol >> 4;
    const int size = look.symbol & 15;
    if (HWY_UNLIKELY(look.bits == 0 || size > 1)) return false;
    in.use(look.bits);
    if (size == 0 && run < 15) {
      parts.skipped = read_end(in, run);
      break;
    }
    const int value = size == 0 ? 0 : extended(in.take(1), 1);
    // Past so many that are 0, to the next one that is.
    std::uint64_t zeros = band(k, last) & ~present;
    for (int i = 0; i < run; ++i) zeros &= zeros - 1;
    if (HWY_UNLIKELY(zeros == 0)) return false;
    const int at = std::countr_zero(zeros);
    refine(in, all, band(k, at) & present, low, into);
    if (size == 1) {
      const auto bit = std::uint64_t{1} << at;
      present |= bit;
      if ((all.wanted & bit) != 0) {
        into[all.places[static_cast<std::size_t>(at)]] = static_cast<std::int16_t>(value * (1 << low));
      }
    }
    k = at + 1;
  }
  if (parts.skipped > 0) {
    refine(in, all, band(k, last) & present, low, into);
    --parts.skipped;
  }
  return true;
}

template <int kSize>
bool run_ac(ProgressiveJob& job, const ScanJob& scan) {
  constexpr std::size_t kKept = kSize * kSize;
  Parts parts(scan);
  const Grid& grid = job.grids[scan.scan.part[0]];
  const bool is_first = scan.scan.high == 0;
  for (int row = 0; row < grid.own_down; ++row) {
    auto block = static_cast<std::size_t>(row) * static_cast<std::size_t>(grid.across);
    for (int column = 0; column < grid.own_across; ++column, ++block) {
      if (!parts.next_mcu()) return false;
      std::int16_t* into = grid.coefficients + block * kKept;
      if (is_first && parts.skipped > 0) {
        --parts.skipped;
        continue;
      }
      const bool is_good = is_first ? read_band(parts, scan, job, into, grid.present[block])
                                    : refine_band(parts, scan, job, into, grid.present[block]);
      if (!is_good || !parts.in.is_within()) return false;
    }
  }
  return parts.is_at_end();
}

bool run_scan(ProgressiveJob& job, const ScanJob& scan, int scale) {
  const bool is_dc = scan.scan.is_dc();
  switch (scale) {
    case 1: return is_dc ? run_dc<1>(job, scan) : run_ac<1>(job, scan);
    case 2: return is_dc ? run_dc<2>(job, scan) : run_ac<2>(job, scan);
    case 3: return is_dc ? run_dc<3>(job, scan) : run_ac<3>(job, scan);
    case 4: return is_dc ? run_dc<4>(job, scan) : run_ac<4>(job, scan);
    default: return is_dc ? run_dc<8>(job, scan) : run_ac<8>(job, scan);
  }
}

/// False where a coefficient is farther from 0 than any picture's.
template <int kSize>
bool put_grid(const ProgressiveJob& job, const Grid& grid) {
  constexpr std::size_t kKept = kSize * kSize;
  for (int row = job.top * grid.mcu_down; row < job.bottom * grid.mcu_down; ++row) {
    for (int column = job.left * grid.mcu_across; column < job.right * grid.mcu_across; ++column) {
      const auto block = static_cast<std::size_t>(row * grid.across + column);
      const std::int16_t* from = grid.coefficients + block * kKept;
      HWY_ALIGN CALOTYPE_RAW float values[kKept + 8];
      float farthest = 0;
      for (std::size_t i = 0; i < kKept; ++i) {
        values[i] = static_cast<float>(from[i]) * grid.steps[i];
        farthest = std::max(farthest, std::fabs(values[i]));
      }
      if (farthest > kFarthest) return false;
      const bool is_flat = (grid.present[block] & job.wanted) == 0;
      put_block<kSize>(values, is_flat, grid.plane.row(row * kSize) + static_cast<std::ptrdiff_t>(column) * kSize,
                       grid.plane.stride);
    }
  }
  return true;
}

bool put_all(const ProgressiveJob& job, int scale) {
  for (std::size_t i = 0; i < job.count; ++i) {
    const Grid& grid = job.grids[i];
    const bool is_good = scale == 1   ? put_grid<1>(job, grid)
                         : scale == 2 ? put_grid<2>(job, grid)
                         : scale == 3 ? put_grid<3>(job, grid)
                         : scale == 4 ? put_grid<4>(job, grid)
                                      : put_grid<8>(job, grid);
    if (!is_good) return false;
  }
  return true;
}

}  // namespace calotype::planar::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace calotype::planar {
namespace {

HWY_EXPORT(run_scan);
HWY_EXPORT(put_all);

struct Mcus {
  int across = 0;
  int down = 0;
};

Mcus mcus_of(const JpegHeader& header) {
  const Sampling chroma = header.chroma();
  return {.across = (header.size.width + chroma.across * 8 - 1) / (chroma.across * 8),
          .down = (header.size.height + chroma.down * 8 - 1) / (chroma.down * 8)};
}

std::size_t blocks_of(const JpegHeader& header, const Component& component) {
  const auto mcus = mcus_of(header);
  return static_cast<std::size_t>(mcus.across * component.across) *
         static_cast<std::size_t>(mcus.down * component.down);
}

ProgressiveJob job_of(const JpegHeader& header, const Wanted& wanted, const Planes& planes, Arena& arena) {
  ProgressiveJob job;
  const Sampling chroma = header.chroma();
  const auto mcus = mcus_of(header);
  const auto kept = static_cast<std::size_t>(wanted.scale * wanted.scale);
  job.count = header.components.size();
  job.mcus_across = mcus.across;
  job.mcus_down = mcus.down;
  for (std::size_t i = 0; i < 64; ++i) {
    const int row = kZigzag[i] / 8;
    const int column = kZigzag[i] % 8;
    if (row >= wanted.scale || column >= wanted.scale) continue;
    job.wanted |= std::uint64_t{1} << i;
    job.places[i] = static_cast<std::uint8_t>(row * wanted.scale + column);
  }
  for (std::size_t c = 0; c < job.count; ++c) {
    const auto& component = header.components[c];
    const Sampling own = planes.sampling(static_cast<int>(c));
    Grid& grid = job.grids[c];
    grid.mcu_across = component.across;
    grid.mcu_down = component.down;
    grid.across = mcus.across * component.across;
    grid.down = mcus.down * component.down;
    grid.own_across = (header.size.width + own.across * 8 - 1) / (own.across * 8);
    grid.own_down = (header.size.height + own.down * 8 - 1) / (own.down * 8);
    const std::size_t blocks = blocks_of(header, component);
    grid.coefficients = arena.take<std::int16_t>(blocks * kept);
    grid.present = arena.take<std::uint64_t>(blocks);
    std::fill_n(grid.coefficients, blocks * kept, std::int16_t{0});
    std::fill_n(grid.present, blocks, std::uint64_t{0});
    grid.plane = planes.plane[c];
    const auto& quantisation = header.quantisation[static_cast<std::size_t>(component.quantisation)];
    for (std::size_t i = 0; i < 64; ++i) {
      if ((job.wanted >> i & 1) == 0) continue;
      grid.steps[job.places[i]] = static_cast<float>(quantisation[i] * inverse_scale(kZigzag[i] / 8, wanted.scale) *
                                                     inverse_scale(kZigzag[i] % 8, wanted.scale));
    }
  }
  const int width = chroma.across * 8;
  const int height = chroma.down * 8;
  job.left = wanted.box.left / width;
  job.right = std::min((wanted.box.left + wanted.box.width + width - 1) / width, mcus.across);
  job.top = wanted.box.top / height;
  job.bottom = std::min((wanted.box.top + wanted.box.height + height - 1) / height, mcus.down);
  return job;
}

std::uint64_t band_of(const ProgressiveScan& scan) {
  return (~std::uint64_t{0} >> static_cast<unsigned>(63 - scan.last)) &
         (~std::uint64_t{0} << static_cast<unsigned>(scan.first));
}

/// Those that change a coefficient that is wanted, or that one must have read to follow a later one: a bit more of a
/// band is told only for what is not 0.
std::vector<bool> needed_scans(const JpegHeader& header, std::uint64_t wanted, bool is_thorough) {
  std::vector<bool> needed(header.scans.size(), true);
  if (is_thorough) return needed;
  std::array<std::uint64_t, 3> followed{};
  for (std::size_t i = header.scans.size(); i-- > 0;) {
    const auto& scan = header.scans[i];
    if (scan.is_dc()) continue;
    auto& of_part = followed[scan.part[0]];
    needed[i] = (band_of(scan) & (wanted | of_part)) != 0;
    if (needed[i] && scan.high > 0) of_part |= band_of(scan);
  }
  return needed;
}

std::size_t parts_of(const JpegHeader& header, const ProgressiveScan& scan, const ProgressiveJob& job) {
  if (scan.restart_interval == 0) return 1;
  const Grid& only = job.grids[scan.part[0]];
  const auto across = static_cast<std::size_t>(scan.count == 1 ? only.own_across : mcus_of(header).across);
  const auto down = static_cast<std::size_t>(scan.count == 1 ? only.own_down : mcus_of(header).down);
  const auto interval = static_cast<std::size_t>(scan.restart_interval);
  return (across * down + interval - 1) / interval;
}

bool follow(std::span<const std::byte> file, const JpegHeader& header, const ProgressiveScan& scan, int scale,
            ProgressiveJob& job, Arena& arena) {
  const auto place = arena.place();
  const auto data = read_scan(file, scan.begin, parts_of(header, scan, job), arena);
  if (!data) return false;
  ScanJob one{.scan = scan, .data = *data, .dc = {}, .ac = nullptr};
  std::array<std::optional<HuffmanTable>, 3> dc;
  std::optional<SymbolTable> ac;
  if (!scan.is_dc()) {
    one.ac = &ac.emplace(scan.tables[0]);
  } else if (scan.high == 0) {
    for (std::size_t i = 0; i < scan.count; ++i) {
      dc[i] = HuffmanTable::make(scan.tables[i], HuffmanTable::Kind::dc);
      if (!dc[i]) return false;
      one.dc[i] = &*dc[i];
    }
  }
  const bool is_good = HWY_DYNAMIC_DISPATCH(run_scan)(job, one, scale);
  arena.rewind(place);
  return is_good;
}

bool are_steps_given(const JpegHeader& header) {
  return std::all_of(header.components.begin(), header.components.end(), [&](const Component& component) {
    const auto& steps = header.quantisation[static_cast<std::size_t>(component.quantisation)];
    return std::find(steps.begin(), steps.end(), 0) == steps.end();
  });
}

}  // namespace

std::int64_t progressive_bytes(const JpegHeader& header, int scale) {
  std::int64_t blocks = 0;
  for (const auto& component : header.components) blocks += static_cast<std::int64_t>(blocks_of(header, component));
  return blocks * (8 + 2LL * scale * scale);
}

std::optional<Planes> decode_progressive(std::span<const std::byte> file, const JpegHeader& header,
                                         const Wanted& wanted, Arena& arena) {
  if (!header.is_progressive || header.scans.empty() || !are_steps_given(header)) return std::nullopt;
  const auto planes = padded_planes(header, wanted, {wanted.scale, wanted.scale, wanted.scale}, arena);
  auto job = job_of(header, wanted, planes, arena);
  const auto needed = needed_scans(header, job.wanted, wanted.is_thorough);
  for (std::size_t i = 0; i < header.scans.size(); ++i) {
    if (needed[i] && !follow(file, header, header.scans[i], wanted.scale, job, arena)) return std::nullopt;
  }
  if (!HWY_DYNAMIC_DISPATCH(put_all)(job, wanted.scale)) return std::nullopt;
  return planes;
}

}  // namespace calotype::planar
#endif
