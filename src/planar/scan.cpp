#include "planar/scan.h"

#include <cstring>

namespace calotype::planar {

std::optional<Scan> read_scan(std::span<const std::byte> file, std::size_t begin, std::size_t most_parts,
                              Arena& arena) {
  constexpr std::uint8_t kMark = 0xFF;
  constexpr std::uint8_t kFirstRestart = 0xD0;
  if (begin >= file.size()) return std::nullopt;
  const auto* at = reinterpret_cast<const std::uint8_t*>(file.data()) + begin;
  const auto* end = reinterpret_cast<const std::uint8_t*>(file.data()) + file.size();
  auto* bytes = arena.take<std::uint8_t>(static_cast<std::size_t>(end - at) + Scan::kSlack);
  Scan scan{.bytes = bytes, .ends = {}};
  std::size_t count = 0;
  while (true) {
    const auto* mark = static_cast<const std::uint8_t*>(std::memchr(at, kMark, static_cast<std::size_t>(end - at)));
    if (mark == nullptr || mark + 1 >= end) return std::nullopt;  // cut off
    const auto plain = static_cast<std::size_t>(mark - at);
    std::memcpy(bytes + count, at, plain);
    count += plain;
    const std::uint8_t kind = mark[1];
    at = mark + 2;
    if (kind == 0) {
      bytes[count++] = kMark;
      continue;
    }
    if (kind == kMark) return std::nullopt;  // a fill byte: rare, and left to libjpeg
    const bool is_restart = kind >= kFirstRestart && kind < kFirstRestart + 8;
    // Also one where none belongs: it would end the data, and hide what comes behind it.
    if (is_restart) {
      const bool is_next = kind == kFirstRestart + scan.ends.size() % 8;
      if (!is_next || scan.ends.size() + 1 >= most_parts) return std::nullopt;
      scan.ends.push_back(count);
      continue;
    }
    scan.ends.push_back(count);
    std::memset(bytes + count, 0, Scan::kSlack);
    return scan;
  }
}

}  // namespace calotype::planar
