#include "engine/iptc.h"

#include <cstdint>

namespace calotype::engine::iptc {
namespace {

constexpr std::string_view kSignature("Photoshop 3.0\0", 14);
constexpr std::size_t kIptcResource = 0x0404;

std::size_t number(std::string_view text, std::size_t at, std::size_t size) {
  std::size_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | static_cast<std::uint8_t>(text[at + i]);
  return value;
}

}  // namespace

std::string records_in(std::string_view block) {
  if (!block.empty() && block[0] == 0x1C) return std::string(block);
  if (block.starts_with(kSignature)) block.remove_prefix(kSignature.size());
  // 8BIM, identifier, Pascal string padded to even, length, data padded to even.
  while (block.size() >= 12 && block.starts_with("8BIM")) {
    const std::size_t name = (static_cast<std::uint8_t>(block[6]) + 2U) / 2 * 2;
    const std::size_t head = 6 + name + 4;
    if (block.size() < head) return {};
    const std::size_t size = number(block, head - 4, 4);
    if (size > block.size() - head) return {};
    if (number(block, 4, 2) == kIptcResource) return std::string(block.substr(head, size));
    const std::size_t next = head + size + size % 2;
    if (next > block.size()) return {};
    block.remove_prefix(next);
  }
  return {};
}

Credits read(std::string_view records) {
  Credits credits;
  while (records.size() >= 5 && records[0] == 0x1C) {
    const std::size_t size = number(records, 3, 2);
    if (size > records.size() - 5) break;
    const std::string_view value = records.substr(5, size);
    if (records[1] == 2) {
      switch (static_cast<std::uint8_t>(records[2])) {
        case 110: credits.credit = value; break;
        case 115: credits.source = value; break;
        case 116: credits.copyright = value; break;
        default: break;
      }
    }
    records.remove_prefix(5 + size);
  }
  return credits;
}

std::string photoshop_block(std::string_view records) {
  std::string out(kSignature);
  out += std::string_view("8BIM\x04\x04\0\0", 8);
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(records.size() >> shift & 0xFF));
  out += records;
  if (records.size() % 2 == 1) out.push_back('\0');
  return out;
}

}  // namespace calotype::engine::iptc
