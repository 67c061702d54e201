#pragma once

#include <cstdint>
#include <optional>

#include "probe/octets.h"

namespace calotype::probe {

/// The directory structure that TIFF files and EXIF blocks share: byte order, classic or big, and lists of entries.
class TiffBlock {
 public:
  /// nullopt unless it begins with a TIFF head.
  static std::optional<TiffBlock> open(const Octets& block);

  std::uint64_t first_directory() const { return first_; }

  struct Directory {
    std::uint64_t entries_at = 0;
    std::uint64_t count = 0;
    std::uint64_t next = 0;  ///< 0: the last one
  };
  /// Throws unprocessable when it is cut off.
  Directory directory(std::uint64_t at) const;

  struct Entry {
    std::uint16_t tag = 0;
    std::uint16_t type = 0;
    std::uint64_t count = 0;
    std::uint64_t value_at = 0;  ///< where the first value stands
  };
  Entry entry(const Directory& directory, std::uint64_t index) const;

  /// The entry's value number `index`, of type BYTE, SHORT, LONG or LONG8; nullopt for another type or a lower count.
  std::optional<std::uint64_t> number(const Entry& entry, std::uint64_t index = 0) const;

 private:
  TiffBlock(const Octets& block, bool is_little, bool is_big) : block_(block), little_(is_little), big_(is_big) {}
  std::uint64_t read(std::uint64_t at, unsigned width) const;

  Octets block_;
  bool little_;
  bool big_;
  std::uint64_t first_ = 0;
};

/// EXIF orientation of a block that begins with a TIFF head; 1 where there is none, or where the block is damaged:
/// broken metadata is no reason to refuse a picture.
int exif_orientation(const Octets& block);

}  // namespace calotype::probe
