#include "probe/tiff_directory.h"

namespace calotype::probe {
namespace {

constexpr std::uint16_t kOrientation = 274;
constexpr std::uint64_t kMaxExifEntries = 1000;

/// Bytes of one value; 0: not a whole number.
unsigned width_of(std::uint16_t type) {
  switch (type) {
    case 1: return 1;   // BYTE
    case 3: return 2;   // SHORT
    case 4: return 4;   // LONG
    case 16: return 8;  // LONG8
    default: return 0;
  }
}

unsigned any_width_of(std::uint16_t type) {
  switch (type) {
    case 3:
    case 8: return 2;
    case 4:
    case 9:
    case 11:
    case 13: return 4;
    case 5:
    case 10:
    case 12:
    case 16:
    case 17:
    case 18: return 8;
    default: return 1;
  }
}

}  // namespace

std::optional<TiffBlock> TiffBlock::open(const Octets& block) {
  const bool little = block.says(0, "II");
  if (!little && !block.says(0, "MM")) return std::nullopt;
  if (!block.has(0, 8)) return std::nullopt;
  const auto magic = little ? block.u16le(2) : block.u16be(2);
  if (magic != 42 && magic != 43) return std::nullopt;
  TiffBlock tiff(block, little, magic == 43);
  if (magic == 43 && (tiff.read(4, 2) != 8 || tiff.read(6, 2) != 0)) return std::nullopt;
  tiff.first_ = magic == 43 ? tiff.read(8, 8) : tiff.read(4, 4);
  return tiff;
}

std::uint64_t TiffBlock::read(std::uint64_t at, unsigned width) const {
  switch (width) {
    case 1: return block_.u8(at);
    case 2: return little_ ? block_.u16le(at) : block_.u16be(at);
    case 4: return little_ ? block_.u32le(at) : block_.u32be(at);
    default: return little_ ? block_.u64le(at) : block_.u64be(at);
  }
}

TiffBlock::Directory TiffBlock::directory(std::uint64_t at) const {
  const unsigned count_width = big_ ? 8 : 2;
  const unsigned entry_width = big_ ? 20 : 12;
  Directory found{.entries_at = at + count_width, .count = read(at, count_width)};
  // Checked by division: a count of 2^60 must not wrap round.
  if (found.count > block_.size() / entry_width) block_.damaged("a directory is cut off");
  const auto end = found.entries_at + found.count * entry_width;
  if (!block_.has(end, 0)) block_.damaged("a directory is cut off");
  // The pointer behind the last directory is often missing in EXIF blocks.
  found.next = block_.has(end, big_ ? 8 : 4) ? read(end, big_ ? 8 : 4) : 0;
  return found;
}

TiffBlock::Entry TiffBlock::entry(const Directory& directory, std::uint64_t index) const {
  const auto at = directory.entries_at + index * (big_ ? 20 : 12);
  Entry found{.tag = static_cast<std::uint16_t>(read(at, 2)), .type = static_cast<std::uint16_t>(read(at + 2, 2))};
  found.count = read(at + 4, big_ ? 8 : 4);
  const unsigned room = big_ ? 8 : 4;
  const auto value_at = at + (big_ ? 12 : 8);
  const bool is_inline = found.count <= room / any_width_of(found.type);
  found.value_at = is_inline ? value_at : read(value_at, room);
  return found;
}

std::optional<std::uint64_t> TiffBlock::number(const Entry& entry, std::uint64_t index) const {
  const auto width = width_of(entry.type);
  if (width == 0 || index >= entry.count || !block_.has(entry.value_at, 0)) return std::nullopt;
  if (index > block_.size() / width) return std::nullopt;
  return read(entry.value_at + index * width, width);
}

int exif_orientation(const Octets& block) {
  try {
    const auto tiff = TiffBlock::open(block);
    if (!tiff) return 1;
    const auto directory = tiff->directory(tiff->first_directory());
    for (std::uint64_t i = 0; i < directory.count && i < kMaxExifEntries; ++i) {
      const auto entry = tiff->entry(directory, i);
      if (entry.tag != kOrientation) continue;
      const auto value = tiff->number(entry);
      return value && *value >= 1 && *value <= 8 ? static_cast<int>(*value) : 1;
    }
  } catch (const Error&) {
    // A block that is cut off says nothing.
  }
  return 1;
}

}  // namespace calotype::probe
