#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "planar/arena.h"

namespace calotype::planar {

/// The entropy-coded bytes of a scan without what was stuffed between them, cut where it restarts.
struct Scan {
  /// So much may be read behind the bytes of any part: more than the codes of one MCU can take.
  static constexpr std::size_t kSlack = 4096;

  const std::uint8_t* bytes = nullptr;
  std::vector<std::size_t> ends;  ///< of each part
};

/// Reads up to the marker that ends the scan. Nothing where there is none, where the restarts are out of order, or
/// where they make more than `most_parts`; 1: it has none. Throws bad_alloc.
std::optional<Scan> read_scan(std::span<const std::byte> file, std::size_t begin, std::size_t most_parts, Arena& arena);

}  // namespace calotype::planar
